package dev.relay.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.SubscribeAttempt;
import dev.relay.ClientInfo;
import dev.relay.ErrorCode;
import dev.relay.Session;
import dev.relay.transport.PeerInfo;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is admitted; what is told then is in {@code ConsoleFeedIT}. */
class FeedTest {
    private final HandClock clock = new HandClock();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Feed feed = new Feed(clock, timer, List.of());

    @AfterEach
    void close() {
        timer.shutdownNow();
    }

    private @Nullable ErrorCode ask(String user, String channel) {
        Session session = new Session(
                new ClientInfo(user, "c", null, null),
                null,
                "js",
                "1",
                new PeerInfo("websocket", "json", "192.0.2.1:5"));
        return feed.refusal(new SubscribeAttempt(session, channel, "", null));
    }

    private static String traffic() {
        return "console:traffic:" + UUID.randomUUID();
    }

    @Test
    void there_are_so_many_watches_and_one_that_never_begins_is_forgotten() {
        String kept = traffic();
        assertThat(ask("console:admin:a", kept)).isNull();
        for (int i = 1; i < Feed.MAX_TRAFFIC; i++) {
            assertThat(ask("console:admin:a", traffic())).isNull();
        }
        assertThat(ask("console:admin:b", traffic())).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThat(ask("console:admin:a", kept))
                .as("who comes back has its place")
                .isNull();
        assertThat(ask("console:admin:b", kept)).isEqualTo(ErrorCode.PERMISSION_DENIED);

        clock.advance(Feed.PATIENCE.minusMillis(1));
        feed.sweep();
        assertThat(ask("console:admin:b", traffic())).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        clock.advance(Feed.PATIENCE);
        feed.sweep();
        assertThat(ask("console:admin:b", traffic())).isNull();
    }

    @Test
    void flow_and_node_are_everybodys_and_other_names_nobodys() {
        for (int i = 0; i < 100; i++) {
            assertThat(ask("console:viewer:" + i, "console:flow")).isNull();
            assertThat(ask("console:viewer:" + i, "console:node")).isNull();
        }
        assertThat(ask("console:viewer:a", "console:traffic:1")).isEqualTo(ErrorCode.UNKNOWN_CHANNEL);
        assertThat(ask("console:viewer:a", "console:flow:x")).isEqualTo(ErrorCode.UNKNOWN_CHANNEL);
    }
}
