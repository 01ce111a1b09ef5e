package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.relay.ChannelOptions;
import dev.relay.OverflowPolicy;
import dev.relay.Payload;
import dev.relay.PublishResult;
import dev.relay.Relay;
import dev.relay.RelayMetric;
import dev.relay.websocket.RawClient.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that do not read, at a real engine over real sockets; what the kernel keeps for them comes on top. */
class SlowReadersIT {
    private static final int OUTBOX = 512 << 10;
    private static final int BUDGET = 1 << 20;
    private static final int MOST = 3000; // publications of 32 KiB: more than any kernel keeps for a few connections
    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");

    private final MetricRegistry metrics = new MetricRegistry();
    private final WebSocketEdge edge = WebSocketEdge.builder().port(0).build();
    private final Relay relay = Relay.builder()
            .edge(edge)
            .insecure(true)
            .shards(2)
            .metrics(metrics)
            .outboxBytes(OUTBOX)
            .outboxBudgetBytes(BUDGET)
            .writeTimeout(Duration.ofMinutes(5)) // another matter
            .namespace(
                    "drop_oldest",
                    ChannelOptions.builder()
                            .overflow(OverflowPolicy.DROP_OLDEST)
                            .build())
            .namespace(
                    "conflate",
                    ChannelOptions.builder().overflow(OverflowPolicy.CONFLATE).build())
            .build();

    @AfterEach
    void stop() {
        relay.close();
    }

    @Test
    void those_that_never_read_are_cut_off_before_they_hold_too_much_and_good_ones_notice_nothing() throws Exception {
        List<RawClient> silent = new ArrayList<>();
        try (RawClient good = subscribed("good")) {
            for (int i = 0; i < 6; i++) {
                silent.add(subscribed("channel" + i));
            }
            for (int n = 0; n < MOST && value(RelayMetric.OUTBOX_SHED) < 3; n++) {
                publish("channel" + n % 6, n);
                publish("good", n);
                assertThat(number(good.read())).isEqualTo(n);
                assertThat(value(RelayMetric.OUTBOX_BYTES)).isLessThan(BUDGET + OUTBOX);
            }
            assertThat(value(RelayMetric.OUTBOX_SHED)).isGreaterThanOrEqualTo(3);
            publish("good", MOST);
            assertThat(number(good.read())).isEqualTo(MOST);
        } finally {
            for (RawClient one : silent) {
                one.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = OverflowPolicy.class, names = "DISCONNECT", mode = EnumSource.Mode.EXCLUDE)
    void one_that_may_miss_publications_stays_and_is_up_to_date_when_it_reads(OverflowPolicy policy) throws Exception {
        String channel = (policy == OverflowPolicy.CONFLATE ? "conflate" : "drop_oldest") + ":prices";
        try (RawClient good = subscribed(channel);
                RawClient silent = subscribed(channel)) {
            int last = -1;
            while (last < MOST && value(RelayMetric.OUTBOX_DROPPED) < 40) {
                publish(channel, ++last);
                assertThat(number(good.read())).isEqualTo(last);
            }
            assertThat(value(RelayMetric.OUTBOX_DROPPED)).isGreaterThanOrEqualTo(40);

            List<Integer> seen = new ArrayList<>();
            do {
                seen.add(number(silent.read()));
            } while (seen.get(seen.size() - 1) < last);
            assertThat(seen).doesNotHaveDuplicates().isSorted().endsWith(last);
            assertThat(seen.size()).isEqualTo(last + 1 - value(RelayMetric.OUTBOX_DROPPED));
            publish(channel, ++last);
            assertThat(number(silent.read())).isEqualTo(last);
        }
    }

    private RawClient subscribed(String channel) throws IOException {
        RawClient client = RawClient.open(edge.port());
        client.sendText("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
        String replies = "";
        while (!replies.contains("\"subscribe\":{}")) {
            replies += new String(client.read().payload(), UTF_8);
        }
        return client;
    }

    private void publish(String channel, int number) {
        PublishResult result = relay.publish(
                        channel, Payload.of("{\"n\":" + number + ",\"x\":\"" + "x".repeat(32 << 10) + "\"}"))
                .toCompletableFuture()
                .join();
        assertThat(result).isInstanceOf(PublishResult.Published.class);
    }

    private static int number(Frame frame) {
        Matcher matcher = NUMBER.matcher(new String(frame.payload(), UTF_8));
        assertThat(matcher.find()).as("a publication: %s", frame.first()).isTrue();
        int number = Integer.parseInt(matcher.group(1));
        assertThat(matcher.find()).as("one only").isFalse();
        return number;
    }

    private long value(RelayMetric metric) {
        return (Long) requireNonNull(metrics.getGauges().get(metric.metricName()), "registered")
                .getValue();
    }
}
