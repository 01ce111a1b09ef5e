package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.ServerSubscription;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.World.Setup;
import dev.relay.transport.Command;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of everything one may have. */
class LimitsTest {
    private final Decisions authorizer = new Decisions();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_user_has_so_many_connections_and_no_more(int shards) {
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.connectionsPerUser = 2;
        })) {
            Client one = world.client(0, "ann");
            Client two = world.client(shards - 1, "ann");
            for (int shard = 0; shard < shards; shard++) {
                assertThat(connect(world, shard, "ann")).containsExactly("<close 3504 connection limit>");
            }
            assertThat(connect(world, 0, "bob")).containsExactly("1:connected");
            assertThat(world.population().clients()).isEqualTo(3);
            assertThat(world.population().users()).isEqualTo(2);
            one.transport.abort();
            assertThat(connect(world, shards - 1, "ann")).containsExactly("1:connected");
            two.connection.close(CloseCode.FORCE_RECONNECT);
            assertThat(connect(world, 0, "ann")).containsExactly("1:connected");
            assertThat(connect(world, 0, "ann")).containsExactly("<close 3504 connection limit>");
        }
    }

    @Test
    void the_anonymous_are_one_user() {
        try (World world = world(setup -> setup.connectionsPerUser = 2)) {
            world.client(0, "");
            world.client(0, "");
            assertThat(connect(world, 0, "")).containsExactly("<close 3504 connection limit>");
        }
    }

    /** A connect that fails after the user was counted gives the place back, and only once. */
    @Test
    void a_place_is_given_back_however_a_connect_fails() {
        try (World world = world(setup -> {
            setup.connectionsPerUser = 1;
            setup.channelsPerClient = 1;
        })) {
            List<Connecting> failing = List.of(
                    new Accepted("ann", null, null, 1, true, null, Map.of()),
                    new Accepted("ann", null, null, 0, true, null, granting("nowhere:x")),
                    new Accepted("ann", null, null, 0, true, null, granting("a", "b")),
                    new Connecting.Rejected(ErrorCode.UNAUTHORIZED),
                    new Connecting.Closed(CloseCode.PERMISSION_DENIED));
            for (Connecting decision : failing) {
                authorizer.connect = attempt -> Decisions.now(decision);
                Client ann = world.socket(0);
                ann.exchange(World.connect("ann"));
                assertThat(world.population().clients()).isZero();
                world.pass(Duration.ofSeconds(6));
                ann.transport.abort();
                assertThat(world.population().clients()).isZero();
                assertThat(world.population().users()).isZero();
            }
            authorizer.connect = attempt -> Decisions.now(Accepted.of("ann"));
            assertThat(connect(world, 0, "ann")).containsExactly("1:connected");
        }
    }

    @Test
    void one_who_goes_while_it_is_being_decided_who_it_is_was_never_counted() {
        CompletableFuture<Connecting> later = new CompletableFuture<>();
        authorizer.connect = attempt -> later;
        try (World world = world(setup -> setup.connectionsPerUser = 1)) {
            Client ann = world.socket(0);
            ann.send(World.connect("ann"));
            world.turns();
            ann.transport.abort();
            later.complete(Accepted.of("ann"));
            world.turns();
            assertThat(world.population().clients()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_node_has_room_for_so_many_connections(int shards) {
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.connectionsPerNode = 3;
        })) {
            assertThat(world.population().hasRoom()).isTrue();
            Client silent = world.socket(0);
            Client ann = world.client(shards - 1, "ann");
            assertThat(world.population().hasRoom()).isTrue();
            Client bob = world.client(0, "bob");
            assertThat(world.population().hasRoom()).isFalse();
            ann.connection.close(CloseCode.FORCE_RECONNECT);
            assertThat(world.population().hasRoom()).as("while it is closing").isFalse();
            ann.transport.abort();
            assertThat(world.population().hasRoom()).isTrue();
            silent.transport.abort();
            bob.transport.abort();
            world.socket(0);
            world.socket(0);
            assertThat(world.population().hasRoom()).isTrue();
            world.socket(0);
            assertThat(world.population().hasRoom()).isFalse();
        }
    }

    @Test
    void so_many_commands_are_answered_in_a_second_and_a_burst_of_as_many() {
        try (World world = world(setup -> setup.commandsPerSecond = 3)) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(publishes(ann, 5)))
                    .containsExactlyInAnyOrder(
                            "2:published", "3:published", "4:published", "5:error 111", "6:error 111");
            world.clock.advance(Duration.ofMillis(334));
            assertThat(ann.exchange(publishes(ann, 2))).containsExactlyInAnyOrder("7:published", "8:error 111");
            world.clock.advance(Duration.ofMinutes(1));
            assertThat(ann.exchange(publishes(ann, 4)))
                    .containsExactlyInAnyOrder("9:published", "10:published", "11:published", "12:error 111");
        }
    }

    @Test
    void the_connect_command_and_what_comes_before_it_is_answered_does_not_count() {
        CompletableFuture<Connecting> later = new CompletableFuture<>();
        authorizer.connect = attempt -> later;
        try (World world = world(setup -> setup.commandsPerSecond = 1)) {
            Client ann = world.socket(0);
            ann.send(World.connect("ann"), ann.subscribe("a"), ann.subscribe("b"));
            world.turns();
            later.complete(Accepted.of("ann"));
            world.turns();
            assertThat(ann.received()).containsExactly("1:connected", "2:subscribed", "3:subscribed");
            assertThat(ann.exchange(ann.unsubscribe("a"), ann.unsubscribe("b")))
                    .containsExactly("4:unsubscribed", "5:error 111");
        }
    }

    @Test
    void a_message_without_an_answer_beyond_the_rate_closes_the_connection() {
        try (World world = world(setup -> {
            setup.commandsPerSecond = 2;
            setup.messageHandler = (session, data) -> {};
        })) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(new Command.Send(null), new Command.Send(null)))
                    .isEmpty();
            assertThat(ann.exchange(new Command.Send(null))).containsExactly("<close 3013 too many requests>");
        }
    }

    @Test
    void pongs_do_not_count() {
        try (World world = world(setup -> {
            setup.commandsPerSecond = 1;
            setup.pingInterval = Duration.ofSeconds(25);
        })) {
            Client ann = world.client(0, "ann");
            world.await("a ping", () -> {
                world.clock.advance(Duration.ofMillis(100));
                return ann.received().contains("ping");
            });
            assertThat(ann.exchange(ann.publish("a", "x"), new Command.Pong(), ann.publish("a", "x")))
                    .containsExactlyInAnyOrder("2:published", "3:error 111");
        }
    }

    private static Command[] publishes(Client client, int count) {
        Command[] commands = new Command[count];
        for (int i = 0; i < count; i++) {
            commands[i] = client.publish("a", "x");
        }
        return commands;
    }

    private static Map<String, ServerSubscription> granting(String... channels) {
        return java.util.Arrays.stream(channels)
                .collect(java.util.stream.Collectors.toMap(channel -> channel, channel -> ServerSubscription.PLAIN));
    }

    private static List<String> connect(World world, int shard, String token) {
        return world.socket(shard).exchange(World.connect(token));
    }

    private World world(Consumer<Setup> choice) {
        return World.of(setup -> {
            setup.authorizer = authorizer;
            choice.accept(setup);
            return setup;
        });
    }
}
