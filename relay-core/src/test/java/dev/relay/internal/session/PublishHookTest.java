package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.PublishAttempt;
import dev.relay.Authorizer.Publishing;
import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.DataFormat;
import dev.relay.Durability;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.World.Setup;
import dev.relay.transport.FilterNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishes about which the authorizer wants to be asked. */
class PublishHookTest {
    private final Decisions authorizer = new Decisions();
    private final ArrayDeque<CompletableFuture<Publishing>> asked = new ArrayDeque<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void publications_of_one_client_keep_their_order_however_long_decisions_take(int shards) {
        authorizer.publish = attempt -> later();
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.journaled();
        })) {
            for (int home = 0; home < shards; home++) {
                String channel = world.channelAt(home, "news");
                Client reader = world.client(0, "reader");
                reader.subscribed(channel);
                Client ann = world.client(shards - 1, "ann");
                ann.send(ann.publish(channel, "1"), ann.publish(channel, "2"), ann.publish("other", "3"));
                world.turns();
                assertThat(asked).as("nothing overtakes what is being decided").hasSize(1);
                decide(world, allowed("1"));
                decide(world, allowed("2"));
                decide(world, allowed("3"));
                world.settle();
                assertThat(ann.received()).containsExactlyInAnyOrder("2:published", "3:published", "4:published");
                assertThat(reader.received()).containsExactly(channel + "#1=1", channel + "#2=2");
            }
        }
    }

    @Test
    void commands_for_other_channels_do_not_wait() {
        authorizer.publish = attempt -> attempt.channel().equals("slow") ? later() : Decisions.now(allowed("x"));
        try (World world = world(setup -> {})) {
            Client ann = world.client(0, "ann");
            ann.send(ann.publish("slow", "1"), ann.publish("fast", "2"), ann.subscribe("fast"), ann.subscribe("slow"));
            world.turns();
            assertThat(ann.received()).containsExactly("3:published", "4:subscribed");
            decide(world, allowed("1"));
            assertThat(ann.received()).containsExactly("2:published", "5:subscribed");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "allowed      | 3:published",
                "options      | 3:error 103",
                "rejected     | 3:error 400",
                "closed       | <close 3503 force disconnect>",
                "empty        | 3:error 107",
                "failed       | 3:error 100",
                "nothing      | 3:error 100",
                "thrown       | 3:error 100",
                "thrown error | 3:error 100",
            })
    void outcomes(String decision, String outcome) {
        authorizer.publish = attempt -> outcome(decision);
        try (World world = world(setup -> {
            setup.insecure = false;
            setup.defaults =
                    ChannelOptions.builder().allowSubscribeForClient(true).build();
        })) {
            Client reader = world.client(0, "reader");
            reader.subscribed("news");
            Client ann = world.client(0, "ann");
            ann.subscribed("other");
            assertThat(ann.exchange(ann.publish("news", "x"))).containsExactly(outcome);
            assertThat(reader.received()).isEqualTo(decision.equals("allowed") ? List.of("news=new") : List.of());
            if (!decision.equals("closed")) {
                assertThat(ann.exchange(ann.subscribe("news")))
                        .as("the channel is free")
                        .containsExactly("4:subscribed");
            }
        }
    }

    @Test
    void the_authorizer_is_told_who_publishes_what() {
        List<PublishAttempt> attempts = new ArrayList<>();
        authorizer.publish = attempt -> {
            attempts.add(attempt);
            return Decisions.now(Publishing.ByOptions.INSTANCE);
        };
        try (World world = world(setup -> {})) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.publish("news", "1"), ann.subscribe("news"), ann.publish("news", "2")))
                    .containsExactlyInAnyOrder("2:published", "3:subscribed", "news=2", "4:published");
            assertThat(attempts)
                    .extracting(attempt -> attempt.session().user()
                            + attempt.channel()
                            + attempt.data().text()
                            + attempt.subscribed())
                    .containsExactly("annnews1false", "annnews2true");
        }
    }

    @Test
    void it_is_not_asked_about_what_cannot_be_published_anyway() {
        authorizer.publish = attempt -> {
            throw new AssertionError("asked about " + attempt.channel());
        };
        try (World world = world(setup -> {})) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(
                            ann.publish("nowhere:x", "x"), ann.publish("news", ""), ann.publish("smörgås", "x")))
                    .containsExactly("2:error 102", "3:error 107", "4:error 107");
        }
    }

    @Test
    void it_may_replace_the_payload_add_tags_and_have_it_delivered_only_live() {
        authorizer.publish = attempt -> Decisions.now(new Publishing.Allowed(
                Payload.of("new " + attempt.data().text()),
                Map.of("for", "bob"),
                attempt.data().text().equals("live")));
        try (World world = world(setup -> setup.defaults = ChannelOptions.builder()
                .durability(Durability.SYNC)
                .allowTagsFilter(true)
                .build())) {
            Client bob = world.client(0, "bob");
            Client eve = world.client(0, "eve");
            bob.exchange(bob.subscribe("news", tagged("for", "bob")));
            eve.exchange(eve.subscribe("news", tagged("for", "eve")));
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.publish("news", "live"), ann.publish("news", "kept")))
                    .containsExactly("2:published", "3:published");
            assertThat(bob.received()).containsExactly("news=new live", "news#1=new kept");
            assertThat(eve.received()).isEmpty();
            assertThat(ann.exchange(ann.history("news", 10, null, false)))
                    .containsExactly("4:history top=1 #1=new kept");
        }
    }

    @Test
    void what_it_replaces_must_be_what_the_channel_takes() {
        authorizer.publish = attempt -> Decisions.now(allowed("not json"));
        try (World world = world(setup -> {
            setup.defaults =
                    ChannelOptions.builder().dataFormat(DataFormat.JSON).build();
            setup.jsonVerifier = data -> data.text().startsWith("{") ? data : null;
        })) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.publish("news", "{}"))).containsExactly("2:error 107");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void what_is_not_admitted_now_is_published_in_a_moment(int shards) {
        authorizer.publish = attempt -> Decisions.now(Publishing.ByOptions.INSTANCE);
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.journaled();
        })) {
            int home = world.topology().homeOf("news");
            int taken = world.topology().admission(home).admit(64 << 20);
            assertThat(taken).isPositive();
            Client ann = world.client(shards - 1, "ann");
            ann.send(ann.publish("news", "1"), ann.publish("news", "2"));
            world.settle();
            assertThat(ann.received()).isEmpty();
            world.topology().admission(home).release(taken);
            world.settle();
            assertThat(ann.received()).containsExactly("2:published", "3:published");
            Client reader = world.client(0, "reader");
            assertThat(reader.exchange(reader.history("news", 10, null, false)))
                    .containsExactly("2:history top=2 #1=1 #2=2");
        }
    }

    @Test
    void a_client_that_goes_before_the_decision_publishes_nothing() {
        authorizer.publish = attempt -> later();
        try (World world = world(setup -> {})) {
            Client reader = world.client(0, "reader");
            reader.subscribed("news");
            Client ann = world.client(0, "ann");
            ann.send(ann.publish("news", "1"));
            world.turns();
            ann.transport.abort();
            decide(world, allowed("1"));
            assertThat(reader.received()).isEmpty();
        }
    }

    @Test
    void a_client_that_goes_before_it_is_admitted_publishes_nothing() {
        authorizer.publish = attempt -> Decisions.now(Publishing.ByOptions.INSTANCE);
        try (World world = world(setup -> setup.defaults = ChannelOptions.journaled())) {
            int taken = world.topology().admission(0).admit(64 << 20);
            Client ann = world.client(0, "ann");
            ann.send(ann.publish("news", "1"));
            world.turns();
            ann.connection.close(CloseCode.FORCE_RECONNECT);
            world.topology().admission(0).release(taken);
            world.settle();
            assertThat(ann.received()).containsExactly("<close 3011 force reconnect>");
            Client reader = world.client(0, "reader");
            assertThat(reader.exchange(reader.history("news", 10, null, false))).containsExactly("2:history top=0");
        }
    }

    @Test
    void it_is_asked_about_those_publishes_only_that_it_decides() {
        authorizer.decidesPublishOf = (client, channel) -> client.user().equals("bob") || channel.equals("guarded");
        authorizer.publish = attempt -> Decisions.now(new Publishing.Rejected(ErrorCode.PERMISSION_DENIED));
        try (World world = world(setup -> setup.insecure = true)) {
            Client ann = world.client(0, "ann");
            Client bob = world.client(0, "bob");
            assertThat(ann.exchange(ann.publish("news", "1"))).containsExactly("2:published");
            assertThat(ann.exchange(ann.publish("guarded", "2"))).containsExactly("3:error 103");
            assertThat(bob.exchange(bob.publish("news", "3"))).containsExactly("2:error 103");
        }
    }

    private CompletionStage<Publishing> later() {
        CompletableFuture<Publishing> decision = new CompletableFuture<>();
        asked.add(decision);
        return decision;
    }

    private void decide(World world, Publishing decision) {
        asked.remove().complete(decision);
        world.turns();
    }

    private static Publishing allowed(String data) {
        return new Publishing.Allowed(Payload.of(data), Map.of(), false);
    }

    @SuppressWarnings("NullAway") // what an application must not do
    private static CompletionStage<Publishing> outcome(String decision) {
        return switch (decision) {
            case "allowed" -> Decisions.now(allowed("new"));
            case "options" -> Decisions.now(Publishing.ByOptions.INSTANCE);
            case "rejected" -> Decisions.now(new Publishing.Rejected(new ErrorCode(400, "no", false)));
            case "closed" -> Decisions.now(new Publishing.Closed(CloseCode.FORCE_DISCONNECT));
            case "empty" -> Decisions.now(allowed(""));
            case "failed" -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
            case "nothing" -> CompletableFuture.completedFuture(null);
            case "thrown" -> throw new IllegalStateException("broken");
            default -> throw new AssertionError("broken");
        };
    }

    private static FilterNode tagged(String key, String value) {
        return new FilterNode("", key, "eq", value, List.of(), List.of());
    }

    private World world(Consumer<Setup> choice) {
        return World.of(setup -> {
            authorizer.decidesPublish = true;
            setup.authorizer = authorizer;
            choice.accept(setup);
            return setup;
        });
    }
}
