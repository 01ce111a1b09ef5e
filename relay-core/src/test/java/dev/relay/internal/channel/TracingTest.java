package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.PublishOptions;
import dev.relay.PublishTracer;
import dev.relay.StreamPosition;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.journal.JournalException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tracer is told of publications that belong to a trace. */
class TracingTest {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final PublishOptions TRACED =
            PublishOptions.builder().tags(Map.of("traceparent", PARENT)).build();

    private final List<String> told = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "SYNC,accepted news SYNC;committed 1;dispatched 2",
        "ASYNC,accepted news ASYNC;dispatched 2;committed 1",
        "NONE,accepted news NONE;dispatched 2"
    })
    void a_publication_is_followed_to_its_end(Durability durability, String expected) {
        try (World world = world(durability, new Recorder())) {
            Client one = world.client(0);
            one.subscribed("news");
            world.client(0).subscribed("news");
            world.publish("news", "1", TRACED);
            world.settle();

            assertThat(String.join(";", told)).isEqualTo(expected);
            assertThat(one.received()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void what_names_no_trace_is_published_without_one(String tag) {
        try (World world = world(Durability.SYNC, new Recorder())) {
            Client client = world.client(0);
            client.subscribed("news");
            world.publish(
                    "news",
                    "1",
                    PublishOptions.builder().tags(Map.of("traceparent", tag)).build());
            world.publish("news", "2");
            world.settle();

            assertThat(told).isEmpty();
            assertThat(client.received()).hasSize(2);
        }
    }

    @Test
    void a_refusal_is_told_with_its_reason() {
        try (World world = world(Durability.SYNC, new Recorder())) {
            world.published("news", "1");
            world.journal.failAppend(Reason.REFUSED);
            world.publish("news", "2", TRACED);
            world.settle();

            assertThat(told).hasSize(2).first().isEqualTo("accepted news SYNC");
            assertThat(told.get(1)).startsWith("refused ");
        }
    }

    @Test
    void a_tracer_that_throws_harms_nobody() {
        try (World world = world(Durability.SYNC, (channel, parent, durability) -> {
            throw new AssertionError("broken");
        })) {
            Client client = world.client(0);
            client.subscribed("news");
            world.publish("news", "1", TRACED);
            world.settle();

            assertThat(client.received()).hasSize(1);
        }
        try (World world = world(Durability.SYNC, (channel, parent, durability) -> new PublishTracer.Trace() {
            @Override
            public void committed(StreamPosition position) {
                throw new AssertionError("broken");
            }

            @Override
            public void dispatched(int subscribers) {
                throw new AssertionError("broken");
            }

            @Override
            public void refused(String why) {}
        })) {
            Client client = world.client(0);
            client.subscribed("news");
            world.publish("news", "1", TRACED);
            world.settle();

            assertThat(client.received()).hasSize(1);
        }
    }

    private static World world(Durability durability, PublishTracer tracer) {
        return World.of(setup -> {
            ChannelOptions.Builder options = ChannelOptions.builder().durability(durability);
            setup.defaults = (durability == Durability.NONE ? options : options.historySize(10)).build();
            setup.tracer = tracer;
            return setup;
        });
    }

    private final class Recorder implements PublishTracer {
        @Override
        public Trace accepted(String channel, String traceparent, Durability durability) {
            assertThat(traceparent).isEqualTo(PARENT);
            told.add("accepted " + channel + " " + durability);
            return new Trace() {
                @Override
                public void committed(StreamPosition position) {
                    told.add("committed " + position.offset());
                }

                @Override
                public void dispatched(int subscribers) {
                    told.add("dispatched " + subscribers);
                }

                @Override
                public void refused(String why) {
                    told.add("refused " + why);
                }
            };
        }
    }
}
