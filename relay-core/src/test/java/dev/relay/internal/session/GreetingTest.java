package dev.relay.internal.session;

import static dev.relay.internal.session.Grants.accepted;
import static dev.relay.internal.session.Grants.how;
import static dev.relay.internal.session.Grants.subscriptions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.Authorizer.Subscribing;
import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.ServerSubscription;
import dev.relay.StreamPosition;
import dev.relay.SubscriptionOverride;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.World.Setup;
import dev.relay.transport.Command.Resume;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is subscribed to when it connects. */
class GreetingTest {
    private static final Resume KNOWN = new Resume(false, StreamPosition.NONE);

    private final Decisions authorizer = new Decisions();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void the_authorizer_says_what_a_client_is_subscribed_to(int shards) {
        grant("a", "b", "c", "d");
        try (World world = world(setup -> setup.shards = shards)) {
            Client ann = world.socket(shards - 1);
            ann.send(World.connect("ann"));
            world.turns();
            assertThat(words(ann))
                    .containsExactlyInAnyOrder(
                            "1:connected", "a:subscribed", "b:subscribed", "c:subscribed", "d:subscribed");
            world.published("a", "1");
            world.published("d", "2");
            assertThat(ann.received()).containsExactly("a=1", "d=2");
            assertThat(world.subscriptions()).isEqualTo(4);
            assertThat(ann.exchange(ann.unsubscribe("a"), ann.unsubscribe("b")))
                    .containsExactly("2:unsubscribed", "3:unsubscribed");
            world.published("a", "3");
            assertThat(ann.received()).isEmpty();
        }
    }

    @Test
    void a_user_is_subscribed_to_its_personal_channel() {
        try (World world = world(setup -> {
            setup.personalNamespace = "";
            setup.insecure = false;
        })) {
            assertThat(connect(world, "ann")).containsExactly("1:connected #ann:subscribed");
            assertThat(connect(world, "")).containsExactly("1:connected");
        }
        try (World world = world(setup -> {
            setup.personalNamespace = "me";
            setup.namespaces = Map.of("me", ChannelOptions.transientChannel());
            setup.insecure = false;
        })) {
            assertThat(connect(world, "ann")).containsExactly("1:connected me:#ann:subscribed");
        }
    }

    @Test
    void what_the_authorizer_says_of_the_personal_channel_counts() {
        authorizer.connect = attempt -> accepted("ann", Map.of("#ann", how("data", "vip", 0)));
        try (World world = world(setup -> {
            setup.personalNamespace = "";
            setup.defaults = ChannelOptions.builder().presence(true).build();
        })) {
            assertThat(connect(world, "ann")).containsExactly("1:connected #ann:subscribed");
            assertThat(world.present("#ann")).containsExactly("ann(,vip)");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void what_a_client_still_knows_is_brought_up_to_date(int shards) {
        grant("granted");
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.journaled();
        })) {
            world.published("granted", "1", "2", "3");
            world.published("known", "1", "2");
            String epoch = world.epoch("granted");
            Client ann = world.socket(shards - 1);
            ann.send(World.connect(
                    "ann",
                    Map.of(
                            "granted", new Resume(true, new StreamPosition(1, epoch)),
                            "known", new Resume(true, new StreamPosition(2, "other")),
                            "new", new Resume(false, new StreamPosition(7, "other")))));
            world.settle();
            assertThat(ann.received())
                    .singleElement()
                    .asString()
                    .startsWith("1:connected")
                    .contains(" granted:subscribed recoverable at 1 recovered #2=2 #3=3")
                    .contains(" known:subscribed recoverable at 2 not recovered")
                    .contains(" new:subscribed recoverable at 0");
            world.published("granted", "4");
            assertThat(ann.received()).containsExactly("granted#4=4");
        }
    }

    @Test
    void where_the_client_says_nothing_the_authorizer_says_since_when() {
        try (World world = world(setup -> setup.defaults = ChannelOptions.journaled())) {
            world.published("news", "1", "2");
            String epoch = world.epoch("news");
            authorizer.connect = attempt ->
                    accepted("ann", Map.of("news", ServerSubscription.PLAIN.since(new StreamPosition(1, epoch))));
            assertThat(connect(world, "ann"))
                    .containsExactly("1:connected news:subscribed recoverable at 1 recovered #2=2");
            assertThat(connect(world, "ann", Map.of("news", KNOWN)))
                    .containsExactly("1:connected news:subscribed recoverable at 1 recovered #2=2");
            assertThat(connect(world, "ann", Map.of("news", new Resume(true, new StreamPosition(2, epoch)))))
                    .containsExactly("1:connected news:subscribed recoverable at 2 recovered");
        }
    }

    @Test
    void what_a_client_knows_but_may_not_have_is_passed_over() {
        try (World world = world(setup -> {
            setup.insecure = false;
            setup.namespaces = Map.of(
                    "open",
                    ChannelOptions.builder().allowSubscribeForClient(true).build(),
                    "users",
                    ChannelOptions.builder()
                            .allowSubscribeForClient(true)
                            .allowUserLimitedChannels(true)
                            .build());
        })) {
            Map<String, Resume> known = known(
                    "closed",
                    "open:a",
                    "$open:secret",
                    "open:smörgås",
                    "users:x#ann,bob",
                    "users:x#bob",
                    "users:all",
                    "");
            assertThat(connect(world, "ann", known)).singleElement().asString().satisfies(reply -> assertThat(
                            reply.split(" "))
                    .containsExactlyInAnyOrder(
                            "1:connected", "open:a:subscribed", "users:x#ann,bob:subscribed", "users:all:subscribed"));
            assertThat(connect(world, "", known)).containsExactly("1:connected");
            assertThat(connect(world, "ann", known("open:a", "nowhere:a"))).containsExactly("<close 3501 bad request>");
            assertThat(world.population().clients()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_authorizer_is_asked_about_what_a_client_says_it_was_subscribed_to(boolean later) {
        List<Runnable> answers = new ArrayList<>();
        authorizer.subscribe = attempt -> {
            assertThat(attempt.session().user()).isEqualTo("ann");
            assertThat(attempt.token()).isEmpty();
            Subscribing decision =
                    switch (attempt.channel()) {
                        case "allowed" ->
                            new Subscribing.Allowed(Payload.of("vip"), null, 0, false, SubscriptionOverride.NONE);
                        case "options" -> Subscribing.ByOptions.INSTANCE;
                        case "closed" -> new Subscribing.Closed(CloseCode.PERMISSION_DENIED);
                        default -> new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED);
                    };
            if (!later) {
                return Decisions.now(decision);
            }
            CompletableFuture<Subscribing> answer = new CompletableFuture<>();
            answers.add(() -> answer.complete(decision));
            return answer;
        };
        try (World world = world(setup ->
                setup.defaults = ChannelOptions.builder().presence(true).build())) {
            Client ann = world.socket(0);
            ann.send(World.connect("ann", known("allowed", "options", "banned", "closed")));
            ann.send(ann.presence("allowed"));
            world.turns();
            assertThat(answers).hasSize(later ? 4 : 0);
            for (Runnable answer : answers) {
                assertThat(ann.received()).isEmpty();
                answer.run();
                world.turns();
            }
            assertThat(words(ann))
                    .containsExactlyInAnyOrder(
                            "1:connected", "allowed:subscribed", "options:subscribed", "2:presence", "ann(,vip)");
            assertThat(world.subscriptions()).isEqualTo(2);
        }
    }

    @Test
    void a_connect_fails_if_the_authorizer_fails_about_what_the_client_knows() {
        authorizer.subscribe = attempt -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
        try (World world = world(setup -> {})) {
            assertThat(connect(world, "ann", known("a", "b"))).containsExactly("1:error 100");
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nowhere:x, 102",
        "smörgås, 107",
    })
    void a_subscription_that_cannot_be_made_fails_the_connect_and_leaves_nothing(String channel, int error) {
        grant("a", "b", channel);
        for (int shards = 1; shards <= 3; shards++) {
            int count = shards;
            try (World world = world(setup -> {
                setup.shards = count;
                setup.defaults = ChannelOptions.builder().presence(true).build();
            })) {
                Client ann = world.socket(0);
                ann.send(World.connect("ann"), ann.subscribe("c"));
                world.turns();
                assertThat(ann.received()).containsExactly("1:error " + error);
                assertThat(world.leftovers()).isEmpty();
                world.published("a", "1");
                world.pass(Duration.ofSeconds(6));
                assertThat(ann.received()).containsExactly("<close 3502 stale>");
            }
        }
    }

    @Test
    void a_subscription_that_has_expired_fails_the_connect() {
        try (World world = world(setup -> {})) {
            authorizer.connect = attempt -> accepted("ann", Map.of("a", how(null, null, world.seconds() - 1)));
            assertThat(connect(world, "ann")).containsExactly("1:error 110");
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_channel_that_cannot_be_loaded_fails_the_connect_and_leaves_nothing(int shards) {
        grant("a", "plain:b", "plain:c");
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.journaled();
            setup.namespaces =
                    Map.of("plain", ChannelOptions.builder().presence(true).build());
        })) {
            world.journal.breakDown(dev.relay.journal.JournalException.Reason.UNAVAILABLE);
            Client ann = world.socket(0);
            ann.send(World.connect("ann"));
            world.await("an answer", () -> !ann.transport.text().isEmpty());
            assertThat(ann.received()).containsExactly("1:error 100");
            assertThat(world.leftovers()).isEmpty();
            assertThat(world.present("plain:b")).isEmpty();
        }
    }

    @Test
    void more_than_a_client_may_have_are_refused() {
        grant("a", "b");
        try (World world = world(setup -> setup.channelsPerClient = 2)) {
            assertThat(connect(world, "ann", known("a")).toString()).contains("connected");
            assertThat(connect(world, "ann", known("c"))).containsExactly("<close 3505 channel limit>");
            assertThat(connect(world, "ann", known("a", "b", "c", "d", "e")))
                    .containsExactly("<close 3505 channel limit>");
            assertThat(world.population().clients()).isOne();
        }
    }

    @Test
    void limits_are_checked_before_the_expiry() {
        try (World world = world(setup -> setup.channelsPerClient = 1)) {
            authorizer.connect = attempt -> Decisions.now(
                    new Accepted("ann", null, null, world.seconds() - 1, false, null, subscriptions("a", "b")));
            assertThat(connect(world, "ann")).containsExactly("<close 3505 channel limit>");
            authorizer.connect = attempt -> Decisions.now(
                    new Accepted("ann", null, null, world.seconds() - 1, false, null, subscriptions("a")));
            assertThat(connect(world, "ann")).containsExactly("1:error 110");
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void what_is_published_before_the_connect_reply_follows_it(int shards) {
        grant("a", "b");
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.builder()
                    .durability(dev.relay.Durability.SYNC)
                    .forceRecovery(true)
                    .joinLeave(true)
                    .forcePushJoinLeave(true)
                    .build();
        })) {
            world.published("a", "1");
            world.sweep();
            world.holdReads();
            Client ann = world.socket(shards - 1);
            ann.send(World.connect("ann", Map.of("a", new Resume(true, StreamPosition.NONE))));
            ann.send(ann.subscribe("c"));
            world.settle();
            world.published("a", "2");
            world.published("b", "1");
            assertThat(ann.received()).isEmpty();
            world.releaseReads();
            world.settle();
            List<String> received = ann.received();
            assertThat(received.get(0))
                    .startsWith("1:connected ")
                    .contains("a:subscribed recoverable at 0 recovered #1=1 #2=2")
                    .contains("b:subscribed recoverable at 0");
            assertThat(received.subList(1, received.size()))
                    .containsExactlyInAnyOrder(
                            "b#1=1", "a joined ann", "b joined ann", "2:subscribed recoverable at 0", "c joined ann")
                    .containsSubsequence("b#1=1", "b joined ann");
        }
    }

    @Test
    void more_than_a_bound_is_not_held_back_before_the_reply_and_the_client_is_closed_as_slow() {
        grant("a", "b");
        try (World world = world(setup -> {
            setup.defaults = recovering();
            setup.outboxBytes = 1000;
        })) {
            Client ann = waitingFor(world, "a");
            world.published("b", "x".repeat(600));
            assertThat(ann.transport.closedWith()).isNull();
            world.published("b", "x".repeat(600));
            assertThat(ann.transport.closedWith()).isEqualTo(CloseCode.SLOW);
            world.releaseReads();
            world.settle();
            assertThat(ann.received()).containsExactly("<close 3008 slow>");
            assertThat(world.leftovers()).isEmpty();
        }
    }

    private static ChannelOptions recovering() {
        return ChannelOptions.builder()
                .durability(dev.relay.Durability.SYNC)
                .forceRecovery(true)
                .build();
    }

    /** A client whose connect command is not answered until the journal has been read for one of its channels. */
    private static Client waitingFor(World world, String channel) {
        world.published(channel, "1");
        world.sweep();
        world.holdReads();
        Client client = world.socket(0);
        client.send(World.connect("ann", Map.of(channel, new Resume(true, StreamPosition.NONE))));
        world.settle();
        assertThat(client.received()).isEmpty();
        return client;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_client_that_goes_before_its_subscriptions_stand_leaves_nothing(int shards) {
        grant("a", "b");
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.builder()
                    .durability(dev.relay.Durability.SYNC)
                    .presence(true)
                    .joinLeave(true)
                    .forcePushJoinLeave(true)
                    .build();
        })) {
            world.journal.blockAppend();
            world.occupyWriter("other");
            Client ann = world.socket(shards - 1);
            ann.send(World.connect("ann"));
            world.turns();
            assertThat(world.population().users()).isOne();
            ann.transport.abort();
            assertThat(world.population().users()).isZero();
            world.journal.releaseAppend();
            world.settle();
            assertThat(world.leftovers()).isEmpty();
            assertThat(world.present("a")).isEmpty();
            assertThat(ann.received()).isEmpty();
        }
    }

    @Test
    void what_does_not_fit_in_one_reply_is_not_recovered() {
        String large = "x".repeat(300 << 10);
        try (World world = world(setup -> setup.defaults = ChannelOptions.journaled())) {
            Map<String, Resume> known = new LinkedHashMap<>();
            for (String channel : List.of("a", "b", "c", "d")) {
                world.published(channel, large);
                known.put(channel, new Resume(true, StreamPosition.NONE));
            }
            String reply = connect(world, "ann", known).get(0);
            assertThat(reply.length()).isBetween(600 << 10, 768 << 10);
            assertThat(reply.split(" recoverable at 0 recovered #1=")).hasSize(3);
            assertThat(reply.split(" recoverable at 1 not recovered", -1)).hasSize(3);
        }
    }

    private World world(Consumer<Setup> choice) {
        return World.of(setup -> {
            setup.authorizer = authorizer;
            choice.accept(setup);
            return setup;
        });
    }

    private void grant(String... channels) {
        authorizer.connect = attempt -> accepted(attempt.token(), subscriptions(channels));
    }

    private static Map<String, Resume> known(String... channels) {
        Map<String, Resume> known = new LinkedHashMap<>();
        for (String channel : channels) {
            known.put(channel, KNOWN);
        }
        return known;
    }

    private static List<String> connect(World world, String token) {
        return connect(world, token, Map.of());
    }

    private static List<String> connect(World world, String token, Map<String, Resume> known) {
        Client client = world.socket(0);
        client.send(World.connect(token, known));
        world.settle();
        return client.received();
    }

    private static List<String> words(Client client) {
        return List.of(String.join(" ", client.received()).split(" "));
    }
}
