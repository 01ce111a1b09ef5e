package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishOptions;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.Decisions;
import dev.relay.internal.PickyEncoding;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.outbox.Chunk;
import dev.relay.transport.Command;
import dev.relay.transport.Encoding;
import dev.relay.transport.FilterNode;
import dev.relay.transport.Push;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscribers that want different things of one channel. */
class FanOutTest {
    private static final Interest PLAIN = Interest.plain(1 << 20);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void each_gets_what_it_wants_in_order(int shards) {
        try (World world =
                world(shards, ChannelOptions.builder().joinLeave(true).allowTagsFilter(true))) {
            for (int home = 0; home < shards; home++) {
                String channel = world.channelAt(home, "news");
                Client plain = world.client(0, "plain");
                Client told = world.client(shards - 1, "told");
                Client even = world.client(0, "even");
                Client odd = world.client(shards - 1, "odd");
                plain.exchange(plain.subscribe(channel));
                told.exchange(told.subscribeToAll(channel));
                even.exchange(even.subscribe(channel, tagged("n", "even")));
                odd.exchange(odd.subscribe(channel, tagged("n", "odd"), true));
                told.forget();
                odd.forget();
                Client bob = world.client(home, "bob");
                world.publish(channel, "0", tags("n", "even"));
                world.publish(channel, "1", tags("n", "odd"));
                world.shards.get(home).turn();
                bob.send(bob.subscribe(channel));
                world.shards.get(home).turn();
                world.publish(channel, "2", tags("n", "even"));
                world.publish(channel, "3", tags("n", "odd"));
                world.publish(channel, "4");
                world.turns();
                assertThat(plain.received()).isEqualTo(all(channel, "=0", "=1", "=2", "=3", "=4"));
                assertThat(told.received()).isEqualTo(all(channel, "=0", "=1", " joined bob", "=2", "=3", "=4"));
                assertThat(even.received()).isEqualTo(all(channel, "=0", "=2"));
                assertThat(odd.received()).isEqualTo(all(channel, "=1", " joined bob", "=3"));
            }
        }
    }

    @Test
    void in_one_turn_too() {
        try (World world = world(1, ChannelOptions.builder().joinLeave(true).allowTagsFilter(true))) {
            Client plain = world.client(0, "plain");
            Client even = world.client(0, "even");
            Client toldEven = world.client(0, "told", new PickyEncoding());
            plain.exchange(plain.subscribe("news"));
            even.exchange(even.subscribe("news", tagged("n", "even")));
            toldEven.exchange(toldEven.subscribe("news", tagged("n", "even"), true));
            toldEven.forget();
            Client bob = world.client(0, "bob");
            Client late = world.client(0, "late");
            for (int i = 0; i < 3; i++) {
                int number = i;
                world.shards.get(0).whenPolled(() -> publishNow(world, number));
                bob.send(i == 1 ? bob.unsubscribe("news") : bob.subscribe("news"));
            }
            late.send(late.subscribe("news", tagged("n", "even")));
            world.shards.get(0).whenPolled(() -> publishNow(world, 4));
            world.shards.get(0).whenPolled(() -> publishNow(world, 5));
            world.shards.get(0).turn();
            assertThat(plain.received()).containsExactly("news=0", "news=1", "news=2", "news=4", "news=5");
            assertThat(even.received()).containsExactly("news=0", "news=2", "news=4");
            assertThat(toldEven.received())
                    .containsExactly(
                            "news=0",
                            "news joined bob",
                            "news left bob",
                            "news=2",
                            "news joined bob",
                            "news joined late",
                            "news=4");
            assertThat(late.received()).containsExactly("2:subscribed", "news=4");
            assertThat(bob.received())
                    .containsExactly("2:subscribed", "news=1", "3:unsubscribed", "4:subscribed", "news=4", "news=5");
        }
    }

    @Test
    void events_and_filtered_publications_keep_their_order_where_nobody_wants_everything() {
        try (World world = world(1, ChannelOptions.builder().joinLeave(true).allowTagsFilter(true))) {
            Client told = world.client(0, "told");
            Client bob = world.client(0, "bob");
            told.exchange(told.subscribe("news", tagged("n", "even"), true));
            told.forget();
            bob.send(bob.subscribe("news", tagged("n", "odd")));
            world.shards.get(0).whenPolled(() -> publishNow(world, 2));
            bob.send(bob.unsubscribe("news"));
            world.shards.get(0).whenPolled(() -> publishNow(world, 4));
            world.shards.get(0).turn();
            assertThat(told.received()).containsExactly("news joined bob", "news=2", "news left bob", "news=4");
            assertThat(bob.received()).containsExactly("2:subscribed", "3:unsubscribed");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_is_recovered_is_filtered_and_the_position_goes_on(boolean reloaded) {
        try (World world = world(
                1,
                ChannelOptions.builder()
                        .durability(Durability.SYNC)
                        .forceRecovery(true)
                        .allowTagsFilter(true))) {
            for (int i = 1; i <= 5; i++) {
                world.publish("news", String.valueOf(i), tags("n", i % 2 == 0 ? "even" : "odd"));
            }
            world.settle();
            String epoch = world.epoch("news");
            if (reloaded) {
                world.sweep();
            }
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(recovering("news", new StreamPosition(1, epoch), tagged("n", "even"))))
                    .containsExactly("2:subscribed recoverable at 1 recovered #2=2 #4=4");
            world.publish("news", "6", tags("n", "even"));
            world.publish("news", "7", tags("n", "odd"));
            world.publish("news", "8", tags("n", "even"));
            world.settle();
            assertThat(ann.received()).containsExactly("news#6=6", "news#8=8");
        }
    }

    @Test
    void what_comes_while_it_recovers_is_filtered() {
        try (World world = world(
                1,
                ChannelOptions.builder()
                        .durability(Durability.SYNC)
                        .forceRecovery(true)
                        .allowTagsFilter(true))) {
            world.publish("news", "1", tags("n", "even"));
            world.settle();
            world.sweep();
            world.holdReads();
            Client ann = world.client(0, "ann");
            ann.send(recovering("news", StreamPosition.NONE, tagged("n", "even")));
            world.settle();
            world.publish("news", "2", tags("n", "odd"));
            world.publish("news", "3", tags("n", "even"));
            world.settle();
            world.releaseReads();
            world.settle();
            assertThat(ann.received()).containsExactly("2:subscribed recoverable at 0 recovered #1=1 #3=3");
        }
    }

    @Test
    void a_filter_must_be_allowed_and_well_formed() {
        try (World world = World.of(setup -> {
            setup.namespaces = Map.of(
                    "with", ChannelOptions.builder().allowTagsFilter(true).build());
            return setup;
        })) {
            Client ann = world.client(0, "");
            assertThat(ann.exchange(
                            ann.subscribe("news", tagged("n", "x")),
                            ann.subscribe("with:news", new FilterNode("nor", "", "", "", List.of(), List.of())),
                            ann.subscribe("with:news", tagged("", "x")),
                            ann.subscribe("with:news", tagged("n", "x"))))
                    .containsExactly("2:error 107", "3:error 107", "4:error 107", "5:subscribed");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_an_encoding_cannot_carry_closes_those_who_should_have_it(boolean breaks) {
        try (World world = world(1, ChannelOptions.builder().joinLeave(true).allowTagsFilter(true))) {
            Predicate<Object> bad = message -> message instanceof Publication publication
                    && publication.data().text().equals("bad");
            PickyEncoding picky = breaks ? new PickyEncoding().breakingOn(bad) : new PickyEncoding().refusing(bad);
            Client plain = world.client(0, "plain", picky);
            Client told = world.client(0, "told", picky);
            Client even = world.client(0, "even", picky);
            Client toldOdd = world.client(0, "odd", picky);
            Client other = world.client(0, "other");
            plain.exchange(plain.subscribe("news"));
            told.exchange(told.subscribeToAll("news"));
            even.exchange(even.subscribe("news", tagged("n", "even")));
            toldOdd.exchange(toldOdd.subscribe("news", tagged("n", "odd"), true));
            other.exchange(other.subscribe("news"));
            List.of(told, toldOdd).forEach(Client::forget);
            world.publish("news", "good", tags("n", "odd"));
            world.publish("news", "bad", tags("n", "even"));
            world.publish("news", "good", tags("n", "odd"));
            world.turns();
            CloseCode code = breaks ? CloseCode.INTERNAL_ERROR : CloseCode.INAPPROPRIATE_PROTOCOL;
            for (Client closed : List.of(plain, told, even)) {
                assertThat(closed.transport.closedWith()).isEqualTo(code);
            }
            assertThat(toldOdd.received())
                    .startsWith("news=good")
                    .endsWith("news=good")
                    .contains("news left told");
            assertThat(other.received()).containsExactly("news=good", "news=bad", "news=good");
            assertThat(world.subscriptions()).isEqualTo(2);
        }
    }

    /** Filters of clients do not throw; this is what keeps a mistake in one from costing the shard. */
    @Test
    void a_filter_that_throws_costs_its_receiver() {
        try (World world = world(1, ChannelOptions.builder())) {
            ChannelRegistry registry = world.topology().registry(0);
            ChannelOptions options = ChannelOptions.transientChannel();
            Predicate<Map<String, String>> broken = tags -> {
                throw new AssertionError("broken");
            };
            List<Counting> good = new ArrayList<>();
            List<Counting> bad = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                boolean holds = i % 4 == 3;
                Counting receiver = new Counting(world.encoding, !holds);
                boolean fails = i % 2 == 1;
                (fails ? bad : good).add(receiver);
                registry.subscribe(
                        "news",
                        options,
                        receiver,
                        new Interest(null, false, false, fails ? broken : tags -> true, null, 9));
            }
            Counting plain = new Counting(world.encoding, true);
            registry.subscribe("news", options, plain, PLAIN);
            world.published("news", "1");
            world.published("news", "2");
            assertThat(bad).allSatisfy(receiver -> {
                assertThat(receiver.closedWith).isEqualTo(CloseCode.INTERNAL_ERROR);
                assertThat(receiver.chunks).isZero();
            });
            assertThat(good).allSatisfy(receiver -> assertThat(receiver.chunks).isEqualTo(2));
            assertThat(plain.chunks).isEqualTo(2);
        }
    }

    @Test
    void who_holds_too_much_back_is_closed_and_others_get_everything() {
        try (World world = world(1, ChannelOptions.builder())) {
            ChannelRegistry registry = world.topology().registry(0);
            List<Counting> holding = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Counting receiver = new Counting(world.encoding, false);
                holding.add(receiver);
                int limit = i % 2 == 0 ? 100 : 1000;
                registry.subscribe("news", ChannelOptions.transientChannel(), receiver, Interest.plain(limit));
            }
            world.published("news", "1", "2", "3");
            for (int i = 0; i < 5; i++) {
                Counting receiver = holding.get(i);
                assertThat(receiver.closedWith).isEqualTo(i % 2 == 0 ? CloseCode.SLOW : null);
                receiver.goLive();
                assertThat(receiver.pushes).isEqualTo(i % 2 == 0 ? 0 : 3);
            }
        }
    }

    /** In this very moment of the turn. */
    private static void publishNow(World world, int number) {
        world.topology()
                .registry(0)
                .publishAdmitted(
                        "news",
                        ChannelOptions.transientChannel(),
                        Payload.of(String.valueOf(number)),
                        tags("n", number % 2 == 0 ? "even" : "odd"),
                        0,
                        new Nobody());
    }

    private static List<String> all(String channel, String... messages) {
        return Arrays.stream(messages).map(message -> channel + message).toList();
    }

    private static PublishOptions tags(String key, String value) {
        return PublishOptions.builder().tags(Map.of(key, value)).build();
    }

    private static FilterNode tagged(String key, String value) {
        return new FilterNode("", key, "eq", value, List.of(), List.of());
    }

    private static Command.Subscribe recovering(String channel, StreamPosition since, FilterNode filter) {
        return new Command.Subscribe(2, channel, "", null, true, since, false, true, false, filter, 0);
    }

    private static World world(int shards, ChannelOptions.Builder defaults) {
        return World.of(setup -> {
            setup.shards = shards;
            setup.defaults = defaults.build();
            setup.authorizer = new Decisions();
            return setup;
        });
    }

    /** A receiver that counts what it is given. */
    private static final class Counting implements Receiver {
        private final Encoding encoding;
        private final boolean goesLive;
        private @Nullable Subscription subscription;
        private @Nullable CloseCode closedWith;
        private int chunks;
        private int pushes;

        Counting(Encoding encoding, boolean goesLive) {
            this.encoding = encoding;
            this.goesLive = goesLive;
        }

        void goLive() {
            if (subscription != null) {
                subscription.goLive();
            }
        }

        @Override
        public Encoding encoding() {
            return encoding;
        }

        @Override
        public void begins(Subscription made) {
            subscription = made;
        }

        @Override
        public void subscribed(SubscribeResult result) {
            if (goesLive) {
                goLive();
            }
        }

        @Override
        public void refused(Refused why) {
            throw new AssertionError(why);
        }

        @Override
        public void push(String channel, Push push) {
            pushes++;
        }

        @Override
        public void chunk(Chunk chunk) {
            chunks++;
        }

        @Override
        public void insufficientState() {
            throw new AssertionError();
        }

        @Override
        public void close(CloseCode code) {
            closedWith = code;
            if (subscription != null) {
                subscription.end();
            }
        }
    }

    private static final class Nobody implements PublishOutcome {
        @Override
        public int origin() {
            return 0;
        }

        @Override
        public void published(StreamPosition position) {}

        @Override
        public void refused(Refused why) {}
    }
}
