package dev.relay.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting;
import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.Durability;
import dev.relay.PublishOptions;
import dev.relay.ServerSubscription;
import dev.relay.internal.World.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many clients do everything at random, on shards that are stepped at random. {@link Onlooker} knows what each of them may
 * and must be told; whenever everything has come to rest, presence and counts must be those of who is subscribed.
 */
class RandomTrafficTest {
    private static final int STEPS = 6000;
    private static final int CLIENTS = 9;
    private static final List<String> CHANNELS =
            List.of("live:a.x", "live:b.x", "live:b.y", "kept:a.x", "kept:b.x", "kept:b.y");
    private static final List<String> PATTERNS = List.of("live:*.x", "live:**", "kept:b.*");

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final List<Onlooker> clients = new ArrayList<>();
    private final Map<String, Integer> published = new HashMap<>();
    private int users;
    private int turns; // how many of 100 steps are turns of a shard: the fewer, the more is under way

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "3, 0", "1, 10", "3, 10"})
    void everybody_is_told_what_it_should_and_nothing_else(int shards, int lingerMillis) {
        try (World world = world(shards, Duration.ofMillis(lingerMillis))) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(newcomer(world));
            }
            for (int step = 0; step < STEPS; step++) {
                if (step % 100 == 0) {
                    rest(world);
                    turns = 5 + random.nextInt(50);
                }
                step(world);
            }
            clients.forEach(onlooker -> onlooker.client().transport.abort());
            clients.clear();
            rest(world);
            assertThat(world.leftovers()).isEmpty();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + "L: " + e.getMessage(), e);
        }
    }

    private void step(World world) {
        if (random.nextInt(100) < turns) {
            world.clock.advance(Duration.ofNanos(random.nextInt(2_000_000)));
            world.shards.get(random.nextInt(world.shards.size())).turn();
            return;
        }
        int choice = random.nextInt(100);
        if (choice < 40) {
            String channel = any(CHANNELS);
            int number = published.merge(channel, 1, Integer::sum);
            world.publish(
                    channel,
                    "p" + number,
                    PublishOptions.builder()
                            .tags(Map.of("parity", number % 2 == 0 ? "even" : "odd"))
                            .build());
        } else if (choice < 80) {
            any(clients).change(random, random.nextInt(3) == 0 ? any(PATTERNS) : any(CHANNELS));
        } else if (choice < 90) {
            byTheApplication(world, any(clients));
        } else if (choice < 94) {
            Onlooker gone = clients.set(random.nextInt(CLIENTS), newcomer(world));
            gone.look(published);
            if (random.nextBoolean()) {
                gone.client().transport.abort();
            } else {
                gone.client().connection.close(CloseCode.FORCE_RECONNECT);
            }
        } else if (choice < 96) {
            world.holdReads();
        } else {
            world.releaseReads();
            world.turns();
        }
    }

    private void byTheApplication(World world, Onlooker onlooker) {
        ClientSelector who = ClientSelector.user(onlooker.user());
        switch (random.nextInt(8)) {
            case 0 -> {
                onlooker.mayClose();
                world.clients().disconnect(who, CloseCode.FORCE_DISCONNECT);
            }
            case 1 -> world.clients().unsubscribe(who, "");
            case 2, 3 -> world.clients().unsubscribe(who, any(CHANNELS));
            case 4 -> world.clients().subscribe(who, any(PATTERNS), ServerSubscription.PLAIN);
            default -> {
                String channel = any(CHANNELS);
                world.clients().subscribe(who, channel, ServerSubscription.PLAIN);
                for (int i = random.nextInt(4); i > 0; i--) {
                    onlooker.change(random, channel); // while it is being made
                }
            }
        }
    }

    private void rest(World world) {
        world.releaseReads();
        world.settle();
        world.clock.advance(Duration.ofMillis(12)); // what lingers leaves
        world.settle();
        int subscriptions = 0;
        Map<String, TreeSet<String>> present = new HashMap<>();
        for (Onlooker onlooker : clients) {
            onlooker.look(published);
            for (String name : onlooker.names()) {
                subscriptions++;
                present.computeIfAbsent(name, n -> new TreeSet<>()).add(onlooker.user());
            }
        }
        for (Onlooker onlooker : clients) {
            onlooker.rest(published, present);
        }
        assertThat(world.subscriptions()).as("subscriptions").isEqualTo(subscriptions);
        for (String channel : CHANNELS) {
            assertThat(world.present(channel))
                    .as("present in " + channel)
                    .containsExactlyElementsOf(present.getOrDefault(channel, new TreeSet<>()));
        }
        clients.replaceAll(onlooker -> onlooker.isClosed() ? newcomer(world) : onlooker);
    }

    /** One that begins to connect; some are subscribed by the server, also to a channel that has to be loaded first. */
    private Onlooker newcomer(World world) {
        String user = "u" + ++users;
        Client client = world.socket(random.nextInt(world.shards.size()));
        client.send(World.connect(user));
        return new Onlooker(client, user);
    }

    private CompletionStage<Connecting> connecting(String user) {
        Map<String, ServerSubscription> granted = new HashMap<>();
        if (random.nextBoolean()) {
            granted.put(any(CHANNELS), ServerSubscription.PLAIN);
            granted.put(any(PATTERNS), ServerSubscription.PLAIN);
            granted.put("kept:of." + user, ServerSubscription.PLAIN);
        }
        return Decisions.now(new Connecting.Accepted(user, null, null, 0, false, null, granted));
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private World world(int shards, Duration linger) {
        Decisions authorizer = new Decisions();
        authorizer.connect = attempt -> connecting(attempt.token());
        ChannelOptions.Builder options = ChannelOptions.builder()
                .presence(true)
                .joinLeave(true)
                .allowTagsFilter(true)
                .allowWildcards(true)
                .linger(linger);
        ChannelOptions live = options.build();
        ChannelOptions kept =
                options.durability(Durability.SYNC).forceRecovery(true).build();
        return World.of(setup -> {
            setup.shards = shards;
            setup.authorizer = authorizer;
            setup.namespaces = Map.of("live", live, "kept", kept);
            return setup;
        });
    }
}
