package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.Authorizer.Subscribing;
import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.Clients;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.ServerSubscription;
import dev.relay.Session;
import dev.relay.SessionListener;
import dev.relay.StreamPosition;
import dev.relay.SubscriptionOverride;
import dev.relay.internal.Decisions;
import dev.relay.internal.PickyEncoding;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.World.Setup;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the application is told about clients, in which order, and what its faults cost. */
class ListenerTest {
    private final Decisions authorizer = new Decisions();
    private final Recorder told = new Recorder();

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void the_life_of_a_client(int shards) {
        try (World world = world(setup -> setup.shards = shards)) {
            Client ann = world.client(shards - 1, "ann");
            ann.exchange(ann.subscribe("a"), ann.subscribe("b"), ann.unsubscribe("a"), ann.unsubscribe("nothing"));
            world.order(clients -> clients.unsubscribe(ClientSelector.user("ann"), "b"));
            world.order(clients -> clients.subscribe(ClientSelector.user("ann"), "c", ServerSubscription.PLAIN));
            ann.transport.abort();
            assertThat(told.seen)
                    .containsSubsequence("connected ann", "subscribed ann a", "unsubscribed ann a 0")
                    .containsSubsequence("connected ann", "subscribed ann b", "unsubscribed ann b 2000")
                    .containsSubsequence(
                            "subscribed ann c", "unsubscribed ann c 1", "disconnected ann 3000 connection closed")
                    .hasSize(8);
        }
    }

    @Test
    void subscriptions_of_the_connect_command_come_after_it() {
        authorizer.connect = attempt -> Decisions.now(
                new Accepted("ann", null, null, 0, false, Payload.of("meta"), Map.of("a", ServerSubscription.PLAIN)));
        try (World world = world(setup -> {})) {
            Client ann = world.client(0, "ann");
            ann.connection.close(CloseCode.FORCE_RECONNECT);
            ann.transport.abort();
            assertThat(told.seen)
                    .containsExactly(
                            "connected ann",
                            "subscribed ann a",
                            "unsubscribed ann a 1",
                            "disconnected ann 3011 force reconnect");
            assertThat(told.last).isNotNull().satisfies(session -> {
                assertThat(session.meta()).isEqualTo(Payload.of("meta"));
                assertThat(session.name()).isEqualTo("test");
            });
        }
    }

    @Test
    void who_has_not_connected_is_not_spoken_of() {
        try (World world = world(setup -> {})) {
            world.socket(0).transport.abort();
            world.socket(0).exchange(new Command.Pong());
            authorizer.connect =
                    attempt -> Decisions.now(new dev.relay.Authorizer.Connecting.Rejected(ErrorCode.UNAUTHORIZED));
            Client rejected = world.socket(0);
            rejected.exchange(World.connect("ann"));
            authorizer.connect = attempt -> Decisions.now(new Accepted(
                    "ann",
                    null,
                    null,
                    0,
                    false,
                    null,
                    Map.of("a", ServerSubscription.PLAIN, "nowhere:b", ServerSubscription.PLAIN)));
            world.socket(0).exchange(World.connect("ann"));
            world.pass(Duration.ofSeconds(6));
            assertThat(told.seen).isEmpty();
        }
    }

    @Test
    void a_subscription_that_never_stood_is_not_spoken_of() {
        try (World world = world(setup -> setup.defaults = ChannelOptions.journaled())) {
            world.published("news", "1");
            Client ann = world.client(0, "ann");
            told.seen.clear();
            CompletableFuture<Subscribing> later = new CompletableFuture<>();
            authorizer.subscribe =
                    attempt -> attempt.channel().equals("asked") ? later : Decisions.now(Subscribing.Allowed.PLAIN);
            ann.exchange(
                    ann.subscribe("nowhere:x"),
                    ann.subscribe("news", new StreamPosition(1, "other"), Command.Subscribe.REJECT_UNRECOVERED),
                    ann.subscribe("asked"));
            ann.transport.abort();
            later.complete(Subscribing.Allowed.PLAIN);
            world.settle();
            assertThat(told.seen).containsExactly("disconnected ann 3000 connection closed");
            assertThat(world.subscriptions()).isZero();
        }
    }

    @Test
    void expiry_and_a_gap_have_their_codes() {
        try (World world = world(setup -> setup.defaults = ChannelOptions.journaled())) {
            authorizer.subscribe = attempt -> Decisions.now(
                    new Subscribing.Allowed(null, null, world.seconds() + 5, false, SubscriptionOverride.NONE));
            Client ann = world.client(0, "ann");
            ann.subscribed("a");
            world.pass(Duration.ofSeconds(35));
            assertThat(told.seen).containsExactly("connected ann", "subscribed ann a", "unsubscribed ann a 2501");
        }
    }

    @Test
    void one_that_is_closed_by_its_own_connect_reply_had_connected_before() {
        PickyEncoding picky = new PickyEncoding().refusing(Reply.Connected.class::isInstance);
        authorizer.connect = attempt ->
                Decisions.now(new Accepted("ann", null, null, 0, false, null, Map.of("a", ServerSubscription.PLAIN)));
        try (World world = world(setup -> setup.pingInterval = Duration.ofSeconds(25))) {
            Client ann = world.socket(0, picky);
            assertThat(ann.exchange(World.connect("ann"))).containsExactly("<close 3506 inappropriate protocol>");
            assertThat(told.seen).containsExactly("connected ann", "disconnected ann 3506 inappropriate protocol");
            world.pass(Duration.ofSeconds(60));
            assertThat(ann.received()).isEmpty();
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @Test
    void one_that_is_closed_by_what_was_held_back_had_subscribed_before() {
        authorizer.connect = attempt -> Decisions.now(new Accepted(
                "ann",
                null,
                null,
                0,
                false,
                null,
                Map.of("news", ServerSubscription.PLAIN, "slow", ServerSubscription.PLAIN)));
        try (World world = world(setup -> setup.defaults = ChannelOptions.journaled())) {
            world.published("slow", "1");
            world.sweep();
            world.holdReads();
            Client ann = world.socket(0);
            ann.send(World.connect("ann", Map.of("slow", new Command.Resume(true, StreamPosition.NONE))));
            world.settle();
            world.published("news", "binary");
            world.releaseReads();
            world.settle();
            assertThat(ann.received())
                    .hasSize(2)
                    .satisfies(words -> assertThat(words.get(0)).startsWith("1:connected "))
                    .endsWith("<close 3506 inappropriate protocol>");
            assertThat(told.seen)
                    .startsWith("connected ann")
                    .contains("subscribed ann news", "unsubscribed ann news 1")
                    .endsWith("disconnected ann 3506 inappropriate protocol");
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"connected", "subscribed", "unsubscribed", "disconnected"})
    void one_that_throws_costs_the_session_it_was_called_for(String where) {
        for (boolean onExecutor : List.of(false, true)) {
            ArrayDeque<Runnable> tasks = new ArrayDeque<>();
            authorizer.connect = attempt -> Decisions.now(
                    new Accepted(attempt.token(), null, null, 0, false, null, Map.of("a", ServerSubscription.PLAIN)));
            try (World world = world(setup -> {
                setup.pingInterval = Duration.ofSeconds(25);
                setup.handlerExecutor = onExecutor ? tasks::add : null;
            })) {
                Client bob = world.client(0, "bob");
                told.throwsAt = event -> event.startsWith(where + " ann");
                Client ann = world.socket(0);
                ann.send(World.connect("ann"), ann.subscribe("b"), ann.unsubscribe("b"));
                world.turns();
                runAll(tasks);
                world.turns();
                if (where.equals("disconnected")) {
                    ann.transport.abort();
                    runAll(tasks);
                } else {
                    assertThat(ann.received()).endsWith("<close 3004 internal server error>");
                    ann.transport.abort();
                }
                world.turns();
                world.published("a", "1");
                assertThat(bob.received()).containsExactly("a=1");
                assertThat(world.subscriptions()).isOne();
                assertThat(world.population().clients()).isOne();
                world.pass(Duration.ofSeconds(30));
                told.throwsAt = event -> false;
            }
        }
    }

    @Test
    void on_an_executor_calls_for_one_session_come_one_after_the_other() {
        ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        try (World world = world(setup -> {
            setup.handlerExecutor = tasks::add;
            setup.messageHandler = (session, data) ->
                    told.add("message " + session.user() + (data == null ? "" : " " + data.text()), session);
        })) {
            Client ann = world.client(0, "ann");
            Client bob = world.client(0, "bob");
            ann.exchange(
                    ann.subscribe("a"),
                    new Command.Send(Payload.of("1")),
                    ann.unsubscribe("a"),
                    new Command.Send(null));
            ann.transport.abort();
            assertThat(told.seen).isEmpty();
            assertThat(tasks).as("one for each session").hasSize(2);
            runAll(tasks);
            assertThat(told.seen)
                    .containsSubsequence(
                            "connected ann",
                            "subscribed ann a",
                            "message ann 1",
                            "unsubscribed ann a 0",
                            "message ann",
                            "disconnected ann 3000 connection closed")
                    .contains("connected bob")
                    .hasSize(7);
            bob.transport.abort();
            assertThat(tasks).hasSize(1);
        }
    }

    @Test
    void an_executor_that_refuses_costs_nobody_else() {
        boolean[] ended = new boolean[1];
        try (World world = world(setup -> setup.handlerExecutor = task -> {
            if (ended[0]) {
                throw new RejectedExecutionException("ended");
            }
            task.run();
        })) {
            Client ann = world.client(0, "ann");
            ended[0] = true;
            assertThat(ann.subscribed("a")).containsExactly("2:subscribed");
            ended[0] = false;
            assertThat(ann.exchange(ann.unsubscribe("a"))).containsExactly("3:unsubscribed");
            assertThat(told.seen).containsExactly("connected ann", "unsubscribed ann a 0");
        }
    }

    /** Every command of a client that the listener hears of waits where the listener is too far behind. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_client_waits_for_handlers_that_are_far_behind(boolean messages) {
        ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        try (World world = world(setup -> {
            setup.handlerExecutor = tasks::add;
            setup.messageHandler = (session, data) -> {};
        })) {
            Client ann = world.client(0, "ann");
            for (int i = 0; i < 1000; i++) {
                ann.send(ann.subscribe("a"), ann.unsubscribe("a"));
                if (messages) {
                    ann.send(new Command.Send(null));
                }
            }
            world.turns();
            int before = ann.received().size();
            assertThat(before).isLessThan(600);
            assertThat(ann.transport.wantsRead()).isFalse();
            runAll(tasks);
            world.turns();
            int more = ann.received().size();
            assertThat(more).isBetween(1, 600);
            for (int rounds = 0; rounds < 20; rounds++) {
                runAll(tasks);
                world.turns();
            }
            assertThat(before + more + ann.received().size()).isEqualTo(2000);
            assertThat(told.seen).hasSize(2001);
            assertThat(ann.transport.wantsRead()).isTrue();
        }
    }

    @Test
    void it_may_call_the_engine() {
        Clients[] clients = new Clients[1];
        told.then = (event, session) -> {
            Clients engine = clients[0];
            if (event.startsWith("connected")) {
                engine.subscribe(ClientSelector.user(session.user()), "welcome", ServerSubscription.PLAIN);
            } else if (event.endsWith("welcome")) {
                engine.send(ClientSelector.user(session.user()), Payload.of("hello"));
                engine.unsubscribe(ClientSelector.user(session.user()), "welcome");
            } else if (event.startsWith("unsubscribed")) {
                engine.disconnect(ClientSelector.user(session.user()), CloseCode.FORCE_DISCONNECT);
            }
        };
        try (World world = world(setup -> {})) {
            clients[0] = world.clients();
            Client ann = world.socket(0);
            ann.send(World.connect("ann"));
            world.turns();
            assertThat(ann.received())
                    .containsExactly(
                            "1:connected",
                            "welcome subscribed by server",
                            "message hello",
                            "welcome unsubscribed 2000",
                            "<close 3503 force disconnect>");
            assertThat(world.leftovers()).isEmpty();
        }
    }

    private static void runAll(ArrayDeque<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private World world(Consumer<Setup> choice) {
        return World.of(setup -> {
            setup.authorizer = authorizer;
            setup.sessionListener = told;
            choice.accept(setup);
            return setup;
        });
    }

    private static final class Recorder implements SessionListener {
        private interface Reaction {
            void to(String event, Session session);
        }

        final List<String> seen = new ArrayList<>();
        Predicate<String> throwsAt = event -> false;
        Reaction then = (event, session) -> {};

        @Nullable
        Session last;

        @Override
        public void connected(Session session) {
            add("connected " + session.user(), session);
        }

        @Override
        public void subscribed(Session session, String channel) {
            add("subscribed " + session.user() + " " + channel, session);
        }

        @Override
        public void unsubscribed(Session session, String channel, int code) {
            add("unsubscribed " + session.user() + " " + channel + " " + code, session);
        }

        @Override
        public void disconnected(Session session, CloseCode code) {
            add("disconnected " + session.user() + " " + code.code() + " " + code.reason(), session);
        }

        void add(String event, Session session) {
            seen.add(event);
            last = session;
            then.to(event, session);
            if (throwsAt.test(event)) {
                throw new AssertionError("broken");
            }
        }
    }
}
