package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.ConnectionInfo;
import dev.relay.ConnectionPage;
import dev.relay.ErrorCode;
import dev.relay.PageRequest;
import dev.relay.Payload;
import dev.relay.Refused;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the application does about the clients of its users. */
class ControlTest {
    private static final ClientSelector ANN = ClientSelector.user("ann");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_user_is_all_its_connections_and_nobody_else(int shards) {
        try (World world = world(shards)) {
            List<Client> anns = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                anns.add(world.client(i % shards, "ann"));
            }
            Client bob = world.client(0, "bob");
            Client nobody = world.client(0, "");
            assertThat(world.order(clients -> clients.send(ANN, Payload.of("1"))))
                    .isEqualTo(5);
            anns.get(1).connection.close(CloseCode.FORCE_RECONNECT);
            anns.get(3).transport.abort();
            assertThat(world.order(clients -> clients.send(ANN, Payload.of("2"))))
                    .isEqualTo(3);
            assertThat(world.order(clients -> clients.send(ClientSelector.user(""), Payload.of("3"))))
                    .isOne();
            assertThat(world.order(clients -> clients.send(ClientSelector.user("eve"), Payload.of("4"))))
                    .isZero();
            anns.get(0).connection.close(CloseCode.FORCE_RECONNECT);
            assertThat(world.order(clients -> clients.send(ANN, Payload.of("5"))))
                    .isEqualTo(2);
            assertThat(anns.get(0).received())
                    .containsExactly("message 1", "message 2", "<close 3011 force reconnect>");
            assertThat(anns.get(1).received()).containsExactly("message 1", "<close 3011 force reconnect>");
            assertThat(anns.get(2).received()).containsExactly("message 1", "message 2", "message 5");
            assertThat(anns.get(3).received()).containsExactly("message 1");
            assertThat(anns.get(4).received()).containsExactly("message 1", "message 2", "message 5");
            assertThat(bob.received()).isEmpty();
            assertThat(nobody.received()).containsExactly("message 3");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void one_connection_can_be_meant_or_all_but_some(int shards) {
        try (World world = world(shards)) {
            Client one = world.client(0, "ann");
            Client two = world.client(shards - 1, "ann");
            Client three = world.client(shards - 1, "ann");
            List<String> ids = ids(world, "ann");
            world.order(clients -> clients.send(ClientSelector.client("ann", ids.get(0)), Payload.of("only")));
            world.order(clients -> clients.send(ANN.sparing(Set.of(ids.get(0), ids.get(1))), Payload.of("last")));
            world.order(clients -> clients.send(ClientSelector.client("bob", ids.get(0)), Payload.of("nobody")));
            world.order(clients -> clients.send(
                    ClientSelector.client("ann", ids.get(0)).sparing(Set.of(ids.get(0))), Payload.of("nobody")));
            List<String> received = new ArrayList<>();
            for (Client client : List.of(one, two, three)) {
                received.addAll(client.received());
            }
            assertThat(received).containsExactlyInAnyOrder("message only", "message last");
            assertThat(world.order(
                            clients -> clients.disconnect(ANN.sparing(Set.of(ids.get(2))), CloseCode.FORCE_DISCONNECT)))
                    .isEqualTo(2);
            assertThat(ids(world, "ann")).containsExactly(ids.get(2));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void subscriptions_end_with_a_push_in_one_channel_or_in_all(int shards) {
        try (World world = world(shards)) {
            Client one = world.client(0, "ann");
            Client two = world.client(shards - 1, "ann");
            for (Client client : List.of(one, two)) {
                client.exchange(client.subscribe("a"), client.subscribe("b"), client.subscribe("c"));
            }
            assertThat(world.order(clients -> clients.unsubscribe(ANN, "a"))).isEqualTo(2);
            assertThat(one.received()).containsExactly("a unsubscribed 2000");
            assertThat(two.received()).containsExactly("a unsubscribed 2000");
            assertThat(world.order(clients -> clients.unsubscribe(ANN, "a"))).isEqualTo(2);
            assertThat(one.received()).isEmpty();
            assertThat(world.order(clients -> clients.unsubscribe(ClientSelector.user("bob"), "")))
                    .isZero();
            world.order(clients -> clients.unsubscribe(ANN, ""));
            assertThat(one.received()).containsExactlyInAnyOrder("b unsubscribed 2000", "c unsubscribed 2000");
            assertThat(two.received()).hasSize(2);
            assertThat(world.subscriptions()).isZero();
            world.published("b", "1");
            assertThat(one.received()).isEmpty();
            assertThat(one.subscribed("a")).containsExactly("5:subscribed");
        }
    }

    @Test
    void what_is_published_before_the_application_ends_a_subscription_comes_before_the_push() {
        try (World world = world(1)) {
            Client ann = world.client(0, "ann");
            ann.subscribed("a");
            world.published("a", "1");
            world.clients().unsubscribe(ANN, "a");
            world.publish("a", "2");
            world.turns();
            assertThat(ann.received()).containsExactly("a=1", "a unsubscribed 2000");
        }
    }

    @Test
    void to_unsubscribe_from_what_cannot_be_a_channel_is_refused() {
        try (World world = world(1)) {
            assertThat(world.clients().unsubscribe(ANN, "nowhere:x").toCompletableFuture())
                    .isCompletedWithValueMatching(result ->
                            result instanceof Refused refused && refused.error().equals(ErrorCode.UNKNOWN_CHANNEL));
            assertThat(world.clients().unsubscribe(ANN, "smörgås").toCompletableFuture())
                    .isCompletedWithValueMatching(result ->
                            result instanceof Refused refused && refused.error().equals(ErrorCode.BAD_REQUEST));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void connections_can_be_closed_with_a_code_or_without_a_word(int shards) {
        try (World world = world(shards)) {
            Client told = world.client(shards - 1, "ann");
            Client dropped = world.client(shards - 1, "bob");
            world.order(clients -> clients.disconnect(ANN, new CloseCode(4501, "banned")));
            world.order(clients -> clients.disconnect(ClientSelector.user("bob"), CloseCode.CONNECTION_CLOSED));
            assertThat(told.received()).containsExactly("<close 4501 banned>");
            assertThat(dropped.received()).isEmpty();
            assertThat(dropped.transport.isAborted()).isTrue();
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @Test
    void a_message_that_an_encoding_cannot_carry_closes_the_connection() {
        try (World world = world(1)) {
            Client ann = world.client(0, "ann");
            assertThat(world.order(clients -> clients.send(ANN, Payload.of("binary"))))
                    .isOne();
            assertThat(ann.received()).containsExactly("<close 3506 inappropriate protocol>");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void connections_are_listed_page_by_page(int shards) {
        try (World world = world(shards)) {
            for (int i = 0; i < 11; i++) {
                Client client = world.client(i % shards, i % 3 == 0 ? "ann" : "bob");
                client.exchange(client.subscribe("b"), client.subscribe("a"));
            }
            world.socket(0); // not connected yet
            List<String> all = ids(world, null);
            assertThat(all).hasSize(11).isSorted().doesNotHaveDuplicates();
            assertThat(ids(world, "ann")).hasSize(4).isSorted();
            assertThat(ids(world, "eve")).isEmpty();
            for (int limit = 1; limit <= 12; limit++) {
                List<String> paged = new ArrayList<>();
                String cursor = "";
                do {
                    ConnectionPage page = page(world, null, new PageRequest(limit, cursor));
                    assertThat(page.connections()).hasSizeLessThanOrEqualTo(limit);
                    page.connections().forEach(one -> paged.add(one.session().client()));
                    cursor = page.nextCursor();
                } while (!cursor.isEmpty());
                assertThat(paged).as("pages of " + limit).isEqualTo(all);
            }
        }
    }

    @Test
    void a_connection_is_described() {
        try (World world = world(1)) {
            long before = world.clock.epochMicros();
            long at = world.seconds();
            Client ann = world.client(0, "ann");
            world.order(clients -> clients.refresh(ANN, at + 60, Payload.of("info")));
            world.clock.advance(Duration.ofSeconds(5));
            ann.exchange(ann.subscribe("b"), ann.subscribe("a"));
            long spoke = world.clock.epochMicros();
            world.clock.advance(Duration.ofSeconds(7));
            ConnectionInfo info =
                    page(world, "ann", PageRequest.ALL).connections().get(0);
            assertThat(info.session().user()).isEqualTo("ann");
            assertThat(info.session().info().connInfo()).isEqualTo(Payload.of("info"));
            assertThat(info.session().name()).isEqualTo("test");
            assertThat(info.session().peer().encoding()).isEqualTo("text");
            assertThat(info.connectedAtMicros()).isEqualTo(before);
            assertThat(info.expiresAtSeconds()).isEqualTo(at + 60);
            assertThat(info.channels()).containsExactly("a", "b");
            assertThat(info.lastCommandAtMicros()).isEqualTo(spoke);
            assertThat(info.outboxBytes()).isZero();
        }
    }

    private static ConnectionPage page(World world, @Nullable String user, PageRequest request) {
        CompletableFuture<ConnectionPage> page =
                world.clients().list(user, request).toCompletableFuture();
        world.turns();
        assertThat(page).isCompleted();
        return page.join();
    }

    private static List<String> ids(World world, @Nullable String user) {
        return page(world, user, PageRequest.ALL).connections().stream()
                .map(one -> one.session().client())
                .toList();
    }

    private static World world(int shards) {
        return World.of(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.transientChannel();
            setup.authorizer = new Decisions();
            return setup;
        });
    }
}
