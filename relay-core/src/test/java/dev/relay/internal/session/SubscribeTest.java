package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer;
import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.StreamPosition;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SubscribeTest {
    @Test
    void nothing_follows_a_subscribe_that_was_answered_with_an_error() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.published("news", "1");
            Client client = world.client(0);
            client.send(client.subscribe("news", new StreamPosition(1, "other"), Command.Subscribe.REJECT_UNRECOVERED));
            world.settle();
            assertThat(client.received()).containsExactly("2:error 112");

            world.published("news", "2");
            assertThat(client.received()).isEmpty();

            assertThat(client.subscribed("news")).containsExactly("3:subscribed recoverable at 2");
            world.published("news", "3");
            assertThat(client.received()).containsExactly("news#3=3");
        }
    }

    @Test
    void a_publish_behind_a_subscribe_waits_for_the_right_the_subscription_gives() {
        ChannelOptions options = ChannelOptions.builder()
                .durability(dev.relay.Durability.SYNC)
                .allowSubscribeForClient(true)
                .allowSubscribeForAnonymous(true)
                .allowPublishForSubscriber(true)
                .allowPublishForAnonymous(true)
                .build();
        try (World world = World.of(setup -> {
            setup.defaults = options;
            setup.insecure = false;
            return setup;
        })) {
            Client client = world.client(0);
            client.send(client.subscribe("news"), client.publish("news", "1"));
            world.settle();
            assertThat(client.received())
                    .containsExactlyInAnyOrder("2:subscribed", "3:published", "news#1=1")
                    .startsWith("2:subscribed");
        }
    }

    @Test
    void checks_come_in_the_order_of_the_protocol() {
        try (World world = World.of(setup -> {
            setup.channelsPerClient = 2;
            setup.namespaces = Map.of("chat", ChannelOptions.transientChannel());
            return setup;
        })) {
            Client client = world.client(0);
            client.send(
                    client.subscribe("x".repeat(256)),
                    client.subscribe("x".repeat(255)),
                    client.subscribe("x".repeat(255)),
                    client.subscribe("nowhere:1"),
                    client.subscribe("smörgås"),
                    client.subscribe("$private"),
                    client.subscribe("chat:1"),
                    client.subscribe("chat:1"),
                    client.subscribe("nowhere:1"));
            world.settle();
            assertThat(client.received())
                    .containsExactly(
                            "2:error 107",
                            "3:subscribed",
                            "4:error 105",
                            "5:error 102",
                            "6:error 107",
                            "7:error 103",
                            "8:subscribed",
                            "9:error 105",
                            "10:error 106");
        }
    }

    @Test
    void a_place_becomes_free_when_a_subscription_ends() {
        try (World world = World.of(setup -> {
            setup.channelsPerClient = 1;
            return setup;
        })) {
            Client client = world.client(0);
            client.send(client.subscribe("a"), client.subscribe("b"), client.unsubscribe("a"), client.subscribe("b"));
            world.settle();
            assertThat(client.received())
                    .containsExactly("2:subscribed", "3:error 106", "4:unsubscribed", "5:subscribed");
        }
    }

    @Test
    void unsubscribe_succeeds_without_a_subscription() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.send(client.unsubscribe("a"));
            world.turns();
            assertThat(client.received()).containsExactly("2:unsubscribed");
        }
    }

    @Test
    void the_answer_of_the_authorizer_decides() {
        Deciding authorizer = new Deciding();
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            setup.insecure = false;
            return setup;
        })) {
            Client client = world.client(0);
            authorizer.subscribing = CompletableFuture.completedFuture(Authorizer.Subscribing.Allowed.PLAIN);
            client.send(client.subscribe("allowed"));
            world.turns();
            authorizer.subscribing = CompletableFuture.completedFuture(
                    new Authorizer.Subscribing.Rejected(new ErrorCode(400, "no", false)));
            client.send(client.subscribe("rejected"));
            world.turns();
            authorizer.subscribing = CompletableFuture.completedFuture(Authorizer.Subscribing.ByOptions.INSTANCE);
            client.send(client.subscribe("by options"));
            world.turns();
            authorizer.subscribing = CompletableFuture.failedFuture(new IllegalStateException("broken"));
            client.send(client.subscribe("broken"));
            world.turns();
            assertThat(client.received()).containsExactly("2:subscribed", "3:error 400", "4:error 103", "5:error 100");

            authorizer.subscribing =
                    CompletableFuture.completedFuture(new Authorizer.Subscribing.Closed(CloseCode.INVALID_TOKEN));
            client.send(client.subscribe("closed"));
            world.turns();
            assertThat(client.received()).containsExactly("<close 3500 invalid token>");
        }
    }

    @Test
    void an_answer_that_comes_after_the_connection_has_gone_is_dropped() {
        Deciding authorizer = new Deciding();
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            return setup;
        })) {
            Client client = world.client(0);
            CompletableFuture<Authorizer.Subscribing> later = new CompletableFuture<>();
            authorizer.subscribing = later;
            client.send(client.subscribe("news"));
            world.turns();
            client.transport.abort();
            later.complete(Authorizer.Subscribing.Allowed.PLAIN);
            world.turns();
            world.published("news", "1");
            assertThat(client.received()).isEmpty();
        }
    }

    @Test
    void a_later_command_for_the_channel_waits_until_the_subscribe_is_decided() {
        Deciding authorizer = new Deciding();
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            return setup;
        })) {
            Client client = world.client(0);
            CompletableFuture<Authorizer.Subscribing> later = new CompletableFuture<>();
            authorizer.subscribing = later;
            client.send(client.subscribe("news"), client.publish("news", "x"), client.unsubscribe("news"));
            world.turns();
            assertThat(client.received()).isEmpty();
            assertThat(client.transport.wantsRead()).isFalse();

            later.complete(Authorizer.Subscribing.Allowed.PLAIN);
            world.turns();
            assertThat(client.received()).containsExactly("2:subscribed", "3:published", "news=x", "4:unsubscribed");
            assertThat(client.transport.wantsRead()).isTrue();
        }
    }

    @Test
    void an_unsubscribe_waits_five_seconds_for_its_subscribe() {
        Deciding authorizer = new Deciding();
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            return setup;
        })) {
            CompletableFuture<Authorizer.Subscribing> later = new CompletableFuture<>();
            authorizer.subscribing = later;
            Client answered = world.client(0);
            Client waiting = world.client(0);
            answered.send(answered.subscribe("news"), answered.unsubscribe("news"));
            world.turns();
            world.pass(Duration.ofMillis(4_500));
            later.complete(Authorizer.Subscribing.Allowed.PLAIN);
            world.turns();
            assertThat(answered.received()).containsExactly("2:subscribed", "3:unsubscribed");
            authorizer.subscribing = new CompletableFuture<>();
            waiting.send(waiting.subscribe("news"), waiting.publish("other", "x"), waiting.unsubscribe("news"));
            world.turns();
            world.pass(Duration.ofMillis(4_500));
            assertThat(waiting.received()).containsExactly("3:published");
            world.pass(Duration.ofSeconds(1));
            assertThat(waiting.received()).containsExactly("<close 3004 internal server error>");
            assertThat(answered.transport.closedWith()).isNull();
        }
    }

    /** What the unsubscribe waits for is no subscribe: it can wait. */
    @Test
    void an_unsubscribe_that_waits_for_something_else_is_not_limited() {
        try (World world = World.of(ChannelOptions.journaled())) {
            Client client = world.client(0);
            client.subscribed("news");
            world.journal.blockAppend();
            client.send(client.publish("news", "1"), client.unsubscribe("news"));
            world.pass(Duration.ofSeconds(8));
            assertThat(client.received()).isEmpty();
            world.journal.releaseAppend();
            world.settle();
            assertThat(client.received()).containsExactly("news#1=1", "3:published", "4:unsubscribed");
        }
    }

    /** Accepts everybody, and says about subscriptions what it is told to. */
    static final class Deciding implements Authorizer {
        CompletionStage<Subscribing> subscribing = CompletableFuture.completedFuture(Subscribing.ByOptions.INSTANCE);
        CompletionStage<Connecting> connecting = CompletableFuture.completedFuture(Connecting.Accepted.ANONYMOUS);

        @Override
        public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
            return connecting;
        }

        @Override
        public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
            return subscribing;
        }

        @Override
        public CompletionStage<Connecting> refresh(dev.relay.Session session, String token) {
            return connecting;
        }
    }
}
