package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.Authorizer.Subscribing;
import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.ServerSubscription;
import dev.relay.SubscriptionOverride;
import dev.relay.internal.Decisions;
import dev.relay.internal.PickyEncoding;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection that has ended leaves no timer behind, which would keep it in memory. */
class TimersTest {
    /** Lives of connections, each up to its end. */
    private enum Life {
        SILENT((world, client) -> client.transport.abort()),
        STALE((world, client) -> world.pass(Duration.ofSeconds(11))),
        CONNECTED((world, client) -> {
            client.exchange(World.connect("ann"));
            client.transport.abort();
        }),
        PINGED((world, client) -> {
            client.exchange(World.connect("ann"));
            world.await("a ping", () -> {
                world.clock.advance(Duration.ofMillis(100));
                return client.received().contains("ping");
            });
            client.transport.abort();
        }),
        EXPIRING((world, client) -> {
            client.exchange(World.connect("expiring"));
            client.connection.close(CloseCode.FORCE_RECONNECT);
        }),
        REFRESHED((world, client) -> {
            client.exchange(World.connect("expiring"), new Command.Refresh(2, "token"));
            world.order(clients -> clients.refresh(ClientSelector.user("expiring"), world.seconds() + 90, null));
            client.connection.close(CloseCode.FORCE_RECONNECT);
        }),
        WITH_EXPIRING_SUBSCRIPTIONS((world, client) -> {
            client.exchange(World.connect("granted"), client.subscribe("a"), client.subscribe("b"));
            client.exchange(new Command.SubRefresh(9, "a", "token"), client.unsubscribe("b"));
            client.connection.close(CloseCode.FORCE_RECONNECT);
        }),
        CLOSED_BY_ITS_CONNECT_REPLY((world, client) -> {
            PickyEncoding picky = new PickyEncoding().refusing(Reply.Connected.class::isInstance);
            world.socket(0, picky).exchange(World.connect("granted"));
        }),
        REJECTED((world, client) -> client.exchange(World.connect("rejected"))),
        WAITING_IN_VAIN((world, client) -> {
            client.exchange(World.connect("ann"), client.subscribe("never"), client.unsubscribe("never"));
            world.pass(Duration.ofSeconds(6));
        }),
        STALLED((world, client) -> {
            client.exchange(World.connect("expiring"));
            client.transport.stall();
            client.exchange(client.publish("a", "x"));
            client.connection.close(CloseCode.FORCE_RECONNECT);
        });

        private interface Act {
            void of(World world, Client client);
        }

        private final Act act;

        Life(Act act) {
            this.act = act;
        }
    }

    @ParameterizedTest
    @EnumSource(Life.class)
    void nothing_is_left_to_be_done(Life life) {
        Decisions authorizer = new Decisions();
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            setup.defaults = ChannelOptions.builder().presence(true).build();
            setup.pingInterval = Duration.ofSeconds(25);
            return setup;
        })) {
            decide(world, authorizer);
            life.act.of(world, world.socket(0));
            world.pass(Duration.ofSeconds(6)); // a peer has five seconds to take the close frame
            world.endAll();
            assertThat(world.leftovers()).isEmpty();
            assertThat(world.shards.get(0).turnThatMayWait()).isEqualTo(Long.MAX_VALUE);
        }
    }

    private static void decide(World world, Decisions authorizer) {
        authorizer.connect = attempt -> Decisions.now(
                switch (attempt.token()) {
                    case "expiring" -> new Accepted("expiring", null, null, world.seconds() + 60, true, null, Map.of());
                    case "granted" ->
                        new Accepted(
                                "granted",
                                null,
                                null,
                                0,
                                false,
                                null,
                                Map.of(
                                        "granted",
                                        new ServerSubscription(
                                                null, null, world.seconds() + 60, SubscriptionOverride.NONE, null)));
                    case "rejected" -> new dev.relay.Authorizer.Connecting.Rejected(dev.relay.ErrorCode.UNAUTHORIZED);
                    default -> Accepted.of(attempt.token());
                });
        authorizer.refresh = (session, token) ->
                Decisions.now(new Accepted("expiring", null, null, world.seconds() + 90, true, null, Map.of()));
        authorizer.subscribe = attempt -> attempt.channel().equals("never")
                ? new CompletableFuture<>()
                : Decisions.now(allowed(world.seconds() + 60));
        authorizer.refreshSubscription = attempt -> Decisions.now(allowed(world.seconds() + 90));
    }

    private static Subscribing allowed(long expiresAtSeconds) {
        return new Subscribing.Allowed(null, null, expiresAtSeconds, true, SubscriptionOverride.NONE);
    }
}
