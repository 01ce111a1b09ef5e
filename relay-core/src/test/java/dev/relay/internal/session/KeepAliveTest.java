package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.internal.PickyEncoding;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pings of the transport's own, instead of messages of the encoding. */
class KeepAliveTest {
    private final List<Reply.Connected> replies = new ArrayList<>();
    private final PickyEncoding encoding = new PickyEncoding().refusing(message -> {
        if (message instanceof Reply.Connected connected) {
            replies.add(connected);
        }
        return false;
    });

    @Test
    void a_client_is_told_to_expect_pings_only_where_they_are_messages() {
        try (World world = world()) {
            world.socket(0, encoding, false).exchange(World.connect(""));
            world.socket(0, encoding, true).exchange(World.connect(""));
            assertThat(replies).extracting(Reply.Connected::pingSeconds).containsExactly(25, 0);
            assertThat(replies).extracting(Reply.Connected::pong).containsExactly(true, false);
        }
    }

    @Test
    void the_transport_pings_at_the_interval_while_pongs_come() {
        try (World world = world()) {
            Client ann = connected(world);
            world.pass(Duration.ofMillis(12_400));
            assertThat(ann.transport.pings).isZero();
            for (int pings = 1; pings <= 4; pings++) {
                int expected = pings;
                world.await("a ping", () -> {
                    world.clock.advance(Duration.ofMillis(100));
                    return ann.transport.pings == expected;
                });
                ann.connection.pong();
                ann.connection.pong(); // unasked: no fault
            }
            world.pass(Duration.ofSeconds(24));
            assertThat(ann.transport.pings).isEqualTo(4);
            assertThat(ann.received()).isEmpty();
            assertThat(ann.transport.closedWith()).isNull();
        }
    }

    @Test
    void a_pong_that_is_missing_closes_the_connection_whatever_else_was_received() {
        try (World world = world()) {
            Client ann = connected(world);
            ann.connection.pong(); // before the ping: it does not count
            world.await("a ping", () -> {
                world.clock.advance(Duration.ofMillis(100));
                return ann.transport.pings == 1;
            });
            ann.send(ann.publish("news", "x"));
            world.pass(Duration.ofMillis(7_500));
            assertThat(ann.received()).containsExactly("2:published");
            world.pass(Duration.ofSeconds(1));
            assertThat(ann.received()).containsExactly("<close 3012 no pong>");
            world.pass(Duration.ofMinutes(2));
            assertThat(ann.transport.pings).isOne();
        }
    }

    @Test
    void a_pong_that_is_a_message_was_not_asked_for() {
        try (World world = world()) {
            Client ann = connected(world);
            world.await("a ping", () -> {
                world.clock.advance(Duration.ofMillis(100));
                return ann.transport.pings == 1;
            });
            assertThat(ann.exchange(new Command.Pong())).containsExactly("<close 3501 bad request>");
        }
    }

    @Test
    void a_pong_of_the_transport_is_no_answer_to_a_ping_that_is_a_message() {
        try (World world = world()) {
            Client ann = world.client(0);
            world.await("a ping", () -> {
                world.clock.advance(Duration.ofMillis(100));
                return ann.received().contains("ping");
            });
            ann.connection.pong();
            world.pass(Duration.ofSeconds(9));
            assertThat(ann.received()).containsExactly("<close 3012 no pong>");
        }
    }

    @Test
    void nobody_is_pinged_before_it_has_connected_or_after_it_was_closed() {
        try (World world = world()) {
            Client silent = world.socket(0, encoding, true);
            Client closed = connected(world);
            closed.connection.close(dev.relay.CloseCode.FORCE_RECONNECT);
            world.pass(Duration.ofSeconds(60));
            assertThat(silent.transport.pings).isZero();
            assertThat(closed.transport.pings).isZero();
        }
    }

    private Client connected(World world) {
        Client client = world.socket(0, encoding, true);
        client.exchange(World.connect(""));
        return client;
    }

    private static World world() {
        return World.of(setup -> {
            setup.pingInterval = Duration.ofSeconds(25);
            return setup;
        });
    }
}
