package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Subscribing;
import dev.relay.ChannelOptions;
import dev.relay.DataFormat;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the name and the options of a channel say about who may subscribe to it and what may be published. */
class ChannelRulesTest {
    private final Decisions authorizer = new Decisions();

    @ParameterizedTest
    @CsvSource({
        // channel, user, subscribed
        "'dialog#ann,bob', ann, true",
        "'dialog#ann,bob', bob, true",
        "'dialog#ann,bob', eve, false",
        "'dialog#ann,bob', an, false",
        "'dialog#ann,bob', '', false",
        "'dialog#', '', false",
        "'dialog#ann,', '', false",
        "'#ann', ann, true",
        "'a#eve#ann', ann, true",
        "'a#eve#ann', eve, false",
        "dialog, ann, true",
        "dialog, '', false",
    })
    void a_user_limited_channel_is_for_the_users_it_names(String channel, String user, boolean subscribed) {
        authorizer.subscribe = attempt -> {
            assertThat(attempt.channel()).as("asked about").doesNotContain("#");
            return Decisions.now(Subscribing.ByOptions.INSTANCE);
        };
        try (World world = world(ChannelOptions.builder()
                .allowSubscribeForClient(true)
                .allowUserLimitedChannels(true)
                .build())) {
            Client client = world.client(0, user);
            assertThat(client.subscribed(channel)).containsExactly(subscribed ? "2:subscribed" : "2:error 103");
        }
    }

    @Test
    void a_token_decides_about_a_user_limited_channel_too() {
        authorizer.subscribe = attempt -> Decisions.now(
                attempt.token().equals("good")
                        ? Subscribing.Allowed.PLAIN
                        : new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED));
        try (World world =
                world(ChannelOptions.builder().allowUserLimitedChannels(true).build())) {
            Client eve = world.client(0, "eve");
            assertThat(eve.exchange(subscribe(2, "a#ann", "good"), subscribe(3, "b#eve", "bad")))
                    .containsExactly("2:subscribed", "3:error 103");
        }
    }

    @Test
    void without_the_option_a_hash_is_a_hash() {
        try (World world =
                world(ChannelOptions.builder().allowSubscribeForClient(true).build())) {
            assertThat(world.client(0, "eve").subscribed("a#ann")).containsExactly("2:subscribed");
        }
    }

    @Test
    void in_insecure_mode_everybody_may_have_it() {
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            setup.defaults =
                    ChannelOptions.builder().allowUserLimitedChannels(true).build();
            return setup;
        })) {
            assertThat(world.client(0, "eve").subscribed("a#ann")).containsExactly("2:subscribed");
        }
    }

    @Test
    void a_private_channel_always_takes_a_token() {
        authorizer.subscribe = attempt -> Decisions.now(
                attempt.token().equals("good")
                        ? Subscribing.Allowed.PLAIN
                        : new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED));
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            setup.namespaces = Map.of("chat", ChannelOptions.transientChannel());
            return setup;
        })) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(
                            subscribe(2, "$a", ""),
                            subscribe(3, "$a", "bad"),
                            subscribe(4, "$a", "good"),
                            subscribe(5, "$chat:a", ""),
                            subscribe(6, "$chat:a", "good"),
                            subscribe(7, "$nowhere:a", "good")))
                    .containsExactly(
                            "2:error 103", "3:error 103", "4:subscribed", "5:error 103", "6:subscribed", "7:error 102");
        }
    }

    @Test
    void a_namespace_can_say_what_its_names_look_like() {
        ChannelOptions options = ChannelOptions.builder()
                .channelRegex(Pattern.compile("[a-zö]+"))
                .durability(dev.relay.Durability.SYNC)
                .presence(true)
                .build();
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            setup.namespaces = Map.of("chat", options);
            return setup;
        })) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.subscribe("chat:smörgås"), ann.subscribe("chat:öl"), ann.subscribe("chat:öl1")))
                    .containsExactlyInAnyOrder("2:error 107", "3:subscribed", "4:error 107");
            assertThat(ann.exchange(
                            ann.publish("chat:1", "x"),
                            ann.history("chat:1", 1, null, false),
                            ann.presence("chat:1"),
                            ann.presenceStats("chat:1")))
                    .containsExactly("5:error 107", "6:error 107", "7:error 107", "8:error 107");
            assertThat(ann.exchange(ann.publish("chat:öl", "x")))
                    .containsExactlyInAnyOrder("9:published", "chat:öl#1=x");
        }
    }

    @ParameterizedTest
    @CsvSource({
        // format, empty, text, json, object
        "ANY, false, true, true, true",
        "JSON, false, false, true, true",
        "JSON_OBJECT, false, false, false, true",
        "BINARY, true, true, true, true",
    })
    void what_a_client_may_publish(DataFormat format, boolean empty, boolean text, boolean json, boolean object) {
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            setup.defaults = ChannelOptions.builder().dataFormat(format).build();
            setup.jsonVerifier =
                    data -> data.text().startsWith("{") || data.text().startsWith("1") ? data : null;
            return setup;
        })) {
            Client ann = world.client(0, "ann");
            Client reader = world.client(0, "reader");
            reader.subscribed("news");
            for (String payload : List.of("", "text", "1", "{}")) {
                boolean taken =
                        switch (payload) {
                            case "" -> empty;
                            case "text" -> text;
                            case "1" -> json;
                            default -> object;
                        };
                Command command = new Command.Publish(2, "news", payload.isEmpty() ? null : Payload.of(payload));
                assertThat(ann.exchange(command)).containsExactly(taken ? "2:published" : "2:error 107");
                assertThat(reader.received()).isEqualTo(taken ? List.of("news=" + payload) : List.of());
            }
        }
    }

    @Test
    void the_publisher_is_named_as_the_channel_knows_it() {
        authorizer.subscribe = attempt -> Decisions.now(
                new Subscribing.Allowed(Payload.of("vip"), null, 0, false, dev.relay.SubscriptionOverride.NONE));
        try (World world = world(ChannelOptions.builder()
                .allowPublishForClient(true)
                .allowPublishForAnonymous(true)
                .build())) {
            List<String> publishers = new java.util.ArrayList<>();
            dev.relay.internal.PickyEncoding watching = new dev.relay.internal.PickyEncoding().refusing(message -> {
                if (message instanceof dev.relay.Publication publication && publication.info() != null) {
                    Payload chanInfo = publication.info().chanInfo();
                    publishers.add(publication.info().user() + (chanInfo == null ? "" : "," + chanInfo.text()));
                }
                return false;
            });
            Client reader = world.client(0, "reader", watching);
            reader.subscribed("news");
            Client ann = world.client(0, "ann");
            ann.exchange(ann.publish("news", "1"), ann.subscribe("news"), ann.publish("news", "2"));
            ann.exchange(ann.unsubscribe("news"), ann.publish("news", "3"));
            world.published("news", "4");
            assertThat(publishers).containsOnlyOnce("ann,vip").containsSequence("ann", "ann,vip");
            assertThat(publishers.get(publishers.size() - 1)).isEqualTo("ann");
        }
    }

    private static Command subscribe(int id, String channel, String token) {
        return new Command.Subscribe(
                id, channel, token, null, false, dev.relay.StreamPosition.NONE, false, false, false, null, 0);
    }

    private World world(ChannelOptions defaults) {
        return World.of(setup -> {
            setup.authorizer = authorizer;
            setup.insecure = false;
            setup.defaults = defaults;
            return setup;
        });
    }
}
