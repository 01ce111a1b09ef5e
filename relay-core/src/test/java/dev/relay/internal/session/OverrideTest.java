package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Subscribing;
import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.Durability;
import dev.relay.RecoveryMode;
import dev.relay.ServerSubscription;
import dev.relay.StreamPosition;
import dev.relay.SubscriptionOverride;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a subscription becomes, of what the channel forces and allows, the client wishes and its token says. */
class OverrideTest {
    private final Decisions authorizer = new Decisions();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // forced, allowed, may read | wished | override: positioning, recovery | what it is
                "none        | none         | - | -     | subscribed",
                "none        | both         | - | -     | subscribed",
                "positioning | none         | - | -     | subscribed positioned at 2",
                "recovery    | none         | - | -     | subscribed recoverable at 2",
                "allowed     | none         | - | -     | subscribed",
                "allowed     | positioning  | - | -     | subscribed positioned at 2",
                "allowed     | recovery     | - | -     | subscribed recoverable at 2",
                "readers     | positioning  | - | -     | subscribed positioned at 2",
                "readers     | both         | - | -     | subscribed recoverable at 2",
                "none        | none         | true  | - | subscribed positioned at 2",
                "none        | none         | - | true  | subscribed recoverable at 2",
                "none        | none         | false | true  | subscribed recoverable at 2",
                "positioning | none         | false | - | subscribed",
                "recovery    | none         | - | false | subscribed",
                "recovery    | none         | true  | false | subscribed positioned at 2",
                "allowed     | both         | false | false | subscribed recoverable at 2",
                "live        | both         | true  | true  | subscribed",
            })
    void what_a_subscription_is(
            String channel, String wish, @Nullable Boolean positioning, @Nullable Boolean recovery, String outcome) {
        authorizer.subscribe = attempt -> Decisions.now(new Subscribing.Allowed(
                null, null, 0, false, new SubscriptionOverride(null, null, null, positioning, recovery)));
        try (World world = world(options(channel))) {
            world.published("news", "1", "2");
            Client ann = world.client(0, "ann");
            boolean both = wish.equals("both");
            assertThat(ann.exchange(new Command.Subscribe(
                            2,
                            "news",
                            "",
                            null,
                            false,
                            StreamPosition.NONE,
                            both || wish.equals("positioning"),
                            both || wish.equals("recovery"),
                            false,
                            null,
                            0)))
                    .containsExactly("2:" + outcome);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "none     | -     | subscribed",
                "none     | true  | subscribed recoverable at 1 recovered #2=2",
                "recovery | -     | subscribed recoverable at 1 recovered #2=2",
                "recovery | false | subscribed",
            })
    void a_client_recovers_where_its_subscription_is_recoverable(
            String channel, @Nullable Boolean recovery, String outcome) {
        authorizer.subscribe = attempt -> Decisions.now(new Subscribing.Allowed(
                null, null, 0, false, new SubscriptionOverride(null, null, null, null, recovery)));
        try (World world = world(options(channel))) {
            world.published("news", "1", "2");
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.subscribe("news", new StreamPosition(1, world.epoch("news")), 0)))
                    .containsExactly("2:" + outcome);
            assertThat(ann.exchange(
                            ann.unsubscribe("news"),
                            ann.subscribe(
                                    "news", new StreamPosition(1, "other"), Command.Subscribe.REJECT_UNRECOVERED)))
                    .endsWith(outcome.contains("recovered") ? "4:error 112" : "4:subscribed");
        }
    }

    @Test
    void a_subscription_of_the_server_recovers_where_the_override_says_so() {
        try (World world = world(options("none"))) {
            world.published("news", "1", "2");
            Client ann = world.client(0, "ann");
            ServerSubscription since = new ServerSubscription(
                    null,
                    null,
                    0,
                    new SubscriptionOverride(null, null, null, null, true),
                    new StreamPosition(1, world.epoch("news")));
            world.order(clients -> clients.subscribe(ClientSelector.user("ann"), "news", since));
            assertThat(ann.received()).containsExactly("news subscribed by server at 1", "news#2=2");
        }
    }

    @Test
    void a_cache_is_given_to_everybody_but_who_is_not_to_recover() {
        authorizer.subscribe = attempt -> Decisions.now(new Subscribing.Allowed(
                null,
                null,
                0,
                false,
                new SubscriptionOverride(
                        null, null, null, null, attempt.session().user().equals("eve") ? false : null)));
        ChannelOptions cache = ChannelOptions.builder()
                .durability(Durability.SYNC)
                .forceRecovery(true)
                .recoveryMode(RecoveryMode.CACHE)
                .autoCacheRecover(true)
                .build();
        try (World world = world(cache)) {
            world.published("news", "1", "2");
            Client ann = world.client(0, "ann");
            Client eve = world.client(0, "eve");
            Client bob = world.client(0, "bob");
            assertThat(ann.subscribed("news")).containsExactly("2:subscribed recoverable at 0 recovered #2=2");
            assertThat(eve.subscribed("news")).containsExactly("2:subscribed");
            world.order(clients -> clients.subscribe(ClientSelector.user("bob"), "news", ServerSubscription.PLAIN));
            assertThat(bob.received()).containsExactly("news subscribed by server at 0", "news#2=2");
        }
    }

    private static ChannelOptions options(String name) {
        ChannelOptions.Builder options = ChannelOptions.builder().durability(Durability.SYNC);
        return switch (name) {
            case "positioning" -> options.forcePositioning(true).build();
            case "recovery" -> options.forceRecovery(true).build();
            case "allowed" -> options.allowPositioning(true).allowRecovery(true).build();
            case "readers" -> options.allowHistoryForSubscriber(true).build();
            case "live" -> ChannelOptions.transientChannel();
            default -> options.build();
        };
    }

    private World world(ChannelOptions options) {
        return World.of(setup -> {
            setup.authorizer = authorizer;
            setup.insecure = false;
            setup.defaults = options;
            return setup;
        });
    }
}
