package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.Authorizer.Subscribing;
import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.ServerSubscription;
import dev.relay.SubscriptionOverride;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections and subscriptions expire, and how new tokens keep them. */
class RefreshTest {
    private final Decisions authorizer = new Decisions();
    private final World world = World.of(setup -> {
        setup.authorizer = authorizer;
        setup.defaults = ChannelOptions.builder().presence(true).build();
        return setup;
    });

    @AfterEach
    void closeWorld() {
        world.close();
    }

    // ---- the connection ----

    @Test
    void a_refreshed_connection_lasts_and_shows_what_is_new_of_it() {
        Client ann = expiring(60);
        ann.subscribed("room");
        authorizer.refresh = (session, token) -> {
            assertThat(session.user()).isEqualTo("ann");
            assertThat(token).isEqualTo("fresh");
            return Decisions.now(accepted("ann", Payload.of("new"), 600));
        };
        assertThat(ann.exchange(new Command.Refresh(7, "fresh"))).containsExactly("7:refreshed ttl=600");
        assertThat(world.present("room")).containsExactly("ann(new)");
        world.pass(Duration.ofSeconds(600));
        assertThat(ann.transport.closedWith()).isNull();
        world.pass(Duration.ofSeconds(26));
        assertThat(ann.received()).containsExactly("<close 3005 connection expired>");
    }

    @Test
    void a_token_without_an_end_makes_the_connection_last_for_ever_and_one_without_info_leaves_it() {
        authorizer.connect = attempt -> Decisions.now(
                new Accepted("ann", Payload.of("info"), null, world.seconds() + 60, true, null, Map.of()));
        Client ann = world.client(0, "ann");
        ann.subscribed("room");
        authorizer.refresh = (session, token) -> Decisions.now(accepted("ann", null, 0));
        assertThat(ann.exchange(new Command.Refresh(7, "token"))).containsExactly("7:refreshed for ever");
        assertThat(world.present("room")).containsExactly("ann(info)");
        world.pass(Duration.ofMinutes(5));
        assertThat(ann.transport.closedWith()).isNull();
    }

    @Test
    void a_ttl_longer_than_a_year_is_cut() {
        authorizer.connect = attempt -> Decisions.now(
                new Accepted("ann", null, null, world.seconds() + 400L * 24 * 3600, true, null, Map.of()));
        Client ann = world.socket(0);
        assertThat(ann.exchange(World.connect("ann"))).containsExactly("1:connected ttl=" + 365L * 24 * 3600);
    }

    @Test
    void a_connection_that_the_client_does_not_refresh_is_not_told_when_it_ends_but_ends() {
        authorizer.connect =
                attempt -> Decisions.now(new Accepted("ann", null, null, world.seconds() + 60, false, null, Map.of()));
        Client ann = world.socket(0);
        assertThat(ann.exchange(World.connect("ann"))).containsExactly("1:connected");
        world.pass(Duration.ofSeconds(86));
        assertThat(ann.received()).containsExactly("<close 3005 connection expired>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "accepted ann 600  | 7:refreshed ttl=600",
                "accepted ann 0    | 7:refreshed for ever",
                "accepted ann -1   | <close 3005 connection expired>",
                "accepted bob 600  | <close 3500 invalid token>",
                "granted ann 600   | <close 3010 insufficient state>",
                "granted bob 600   | <close 3500 invalid token>",
                "granted ann -1    | <close 3010 insufficient state>",
                "closed            | <close 3500 invalid token>",
                "token expired     | <close 3005 connection expired>",
                "rejected          | 7:error 103",
                "failed            | 7:error 100",
                "nothing           | 7:error 100",
                "thrown            | 7:error 100",
                "thrown error      | 7:error 100",
            })
    void outcomes_of_a_refresh(String decision, String outcome) {
        Client ann = expiring(60);
        String[] words = decision.split(" ");
        authorizer.refresh = (session, token) -> switch (words[0]) {
            case "accepted" -> Decisions.now(accepted(words[1], null, Long.parseLong(words[2])));
            case "granted" ->
                Decisions.now(new Accepted(
                        words[1],
                        null,
                        null,
                        world.seconds() + Long.parseLong(words[2]),
                        true,
                        null,
                        Map.of("new", ServerSubscription.PLAIN)));
            case "closed" -> Decisions.now(new Connecting.Closed(CloseCode.INVALID_TOKEN));
            case "token" -> Decisions.now(new Connecting.Rejected(ErrorCode.TOKEN_EXPIRED));
            case "rejected" -> Decisions.now(new Connecting.Rejected(ErrorCode.PERMISSION_DENIED));
            default -> badly(decision);
        };
        assertThat(ann.exchange(new Command.Refresh(7, "token"))).containsExactly(outcome);
    }

    @Test
    void the_channels_of_the_first_token_must_be_those_of_the_next() {
        authorizer.connect = attempt -> Decisions.now(new Accepted(
                "ann", null, null, world.seconds() + 60, true, null, Map.of("a", ServerSubscription.PLAIN)));
        authorizer.refresh = (session, token) -> Decisions.now(new Accepted(
                "ann", null, null, world.seconds() + 60, true, null, Map.of(token, ServerSubscription.PLAIN)));
        Client ann = world.client(0, "ann");
        assertThat(ann.exchange(ann.unsubscribe("a"), new Command.Refresh(7, "a")))
                .containsExactly("2:unsubscribed", "7:refreshed ttl=60");
        assertThat(ann.exchange(new Command.Refresh(8, "b"))).containsExactly("<close 3010 insufficient state>");
    }

    @Test
    void a_refresh_needs_a_token_and_a_connection_that_the_client_refreshes() {
        assertThat(expiring(60).exchange(new Command.Refresh(7, ""))).containsExactly("<close 3501 bad request>");
        authorizer.connect = attempt -> Decisions.now(Accepted.of("ann"));
        assertThat(world.client(0, "ann").exchange(new Command.Refresh(7, "token")))
                .containsExactly("<close 3501 bad request>");
    }

    @Test
    void refreshes_that_nobody_answers_pause_the_reading_of_more() {
        Client ann = expiring(60);
        List<CompletableFuture<Connecting>> asked = new ArrayList<>();
        authorizer.refresh = (session, token) -> {
            CompletableFuture<Connecting> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
        };
        for (int i = 0; i < 2000; i++) {
            ann.send(new Command.Refresh(i + 10, "token"));
        }
        world.turns();
        assertThat(asked).hasSize(1024);
        assertThat(ann.transport.wantsRead()).isFalse();
        for (int i = 0; i < asked.size(); i++) {
            asked.get(i).complete(accepted("ann", null, 60));
            world.turns();
        }
        assertThat(ann.received()).hasSize(2000).endsWith("2009:refreshed ttl=60");
        assertThat(ann.transport.wantsRead()).isTrue();
    }

    @Test
    void an_answer_that_comes_after_the_connection_has_closed_is_dropped() {
        Client ann = expiring(60);
        CompletableFuture<Connecting> later = new CompletableFuture<>();
        authorizer.refresh = (session, token) -> later;
        ann.send(new Command.Refresh(7, "token"));
        world.turns();
        ann.connection.close(CloseCode.FORCE_RECONNECT);
        later.complete(accepted("ann", null, 600));
        world.turns();
        assertThat(ann.received()).containsExactly("<close 3011 force reconnect>");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void the_application_can_move_the_expiry(int shards) {
        try (World other = World.of(setup -> {
            setup.authorizer = new Decisions();
            setup.shards = shards;
            return setup;
        })) {
            Client ann = other.client(shards - 1, "ann");
            ClientSelector who = ClientSelector.user("ann");
            long now = other.seconds();
            assertThat(other.order(clients -> clients.refresh(who, now + 60, null)))
                    .isOne();
            assertThat(ann.received()).containsExactly("refreshed ttl=60");
            other.order(clients -> clients.refresh(who, 0, null));
            assertThat(ann.received()).containsExactly("refreshed for ever");
            other.pass(Duration.ofSeconds(100));
            assertThat(ann.received()).isEmpty();
            other.order(clients -> clients.refresh(who, other.seconds() + 60, null));
            other.pass(Duration.ofSeconds(86));
            assertThat(ann.received()).containsExactly("refreshed ttl=60", "<close 3005 connection expired>");
            Client bob = other.client(shards - 1, "bob");
            other.order(clients -> clients.refresh(ClientSelector.user("bob"), other.seconds() - 1, null));
            assertThat(bob.received()).containsExactly("<close 3005 connection expired>");
        }
    }

    // ---- a subscription ----

    @Test
    void a_subscription_that_is_not_refreshed_ends_and_the_connection_stays() {
        Client ann = world.client(0, "ann");
        assertThat(subscribe(ann, 60, true)).containsExactly("2:subscribed ttl=60");
        world.pass(Duration.ofSeconds(84));
        assertThat(ann.received()).isEmpty();
        world.pass(Duration.ofSeconds(2));
        assertThat(ann.received()).containsExactly("room unsubscribed 2501");
        assertThat(world.present("room")).isEmpty();
        world.published("room", "1");
        assertThat(ann.received()).isEmpty();
        assertThat(ann.subscribed("room")).containsExactly("3:subscribed ttl=60");
    }

    @Test
    void also_one_that_the_client_cannot_refresh_ends() {
        Client ann = world.client(0, "ann");
        assertThat(subscribe(ann, 60, false)).containsExactly("2:subscribed");
        world.pass(Duration.ofSeconds(86));
        assertThat(ann.received()).containsExactly("room unsubscribed 2501");
    }

    @Test
    void a_subscription_that_has_ended_does_not_expire_any_more() {
        Client ann = world.client(0, "ann");
        subscribe(ann, 60, true);
        ann.exchange(ann.unsubscribe("room"));
        authorizer.subscribe = attempt -> Decisions.now(Subscribing.Allowed.PLAIN);
        ann.subscribed("room");
        world.pass(Duration.ofSeconds(120));
        assertThat(ann.received()).isEmpty();
        assertThat(world.subscriptions()).isOne();
    }

    @Test
    void a_subscription_that_has_expired_already_is_refused() {
        Client ann = world.client(0, "ann");
        assertThat(subscribe(ann, -1, true)).containsExactly("2:error 110");
        assertThat(world.subscriptions()).isZero();
        authorizer.subscribe = attempt -> Decisions.now(Subscribing.Allowed.PLAIN);
        assertThat(ann.subscribed("room")).containsExactly("3:subscribed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "allowed 600   | 7:sub_refreshed ttl=600",
                "allowed 0     | 7:sub_refreshed for ever",
                "allowed -1    | 7:error 110",
                "closed        | <close 3500 invalid token>",
                "expired       | 7:error 109",
                "rejected      | 7:error 103",
                "failed        | 7:error 100",
                "nothing       | 7:error 100",
                "thrown        | 7:error 100",
                "thrown error  | 7:error 100",
            })
    void outcomes_of_a_sub_refresh(String decision, String outcome) {
        Client ann = world.client(0, "ann");
        subscribe(ann, 60, true);
        String[] words = decision.split(" ");
        authorizer.refreshSubscription = attempt -> {
            assertThat(attempt.session().user()).isEqualTo("ann");
            assertThat(attempt.channel()).isEqualTo("room");
            assertThat(attempt.token()).isEqualTo("token");
            return switch (words[0]) {
                case "allowed" -> allowed("vip", Long.parseLong(words[1]), true);
                case "closed" -> Decisions.now(new Subscribing.Closed(CloseCode.INVALID_TOKEN));
                case "expired" -> Decisions.now(new Subscribing.Rejected(ErrorCode.TOKEN_EXPIRED_TRY_AGAIN));
                case "rejected" -> Decisions.now(new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED));
                default -> badly(decision);
            };
        };
        assertThat(ann.exchange(new Command.SubRefresh(7, "room", "token"))).containsExactly(outcome);
        boolean refreshed = outcome.contains("sub_refreshed");
        boolean closed = outcome.contains("close");
        assertThat(world.present("room")).isEqualTo(closed ? List.of() : List.of(refreshed ? "ann(,vip)" : "ann"));
        world.pass(Duration.ofSeconds(90));
        assertThat(ann.received()).isEqualTo(refreshed || closed ? List.of() : List.of("room unsubscribed 2501"));
    }

    @Test
    void a_sub_refresh_needs_a_subscription_that_the_client_refreshes_and_a_token() {
        Client ann = world.client(0, "ann");
        subscribe(ann, 60, true);
        assertThat(ann.exchange(new Command.SubRefresh(7, "other", "token"), new Command.SubRefresh(8, "room", "")))
                .containsExactly("7:error 103", "8:error 107");
        Client bob = world.client(0, "bob");
        subscribe(bob, 60, false);
        assertThat(bob.exchange(new Command.SubRefresh(7, "room", "token")))
                .containsExactly("<close 3501 bad request>");
    }

    @Test
    void a_subscription_that_ends_while_its_token_is_looked_at_cannot_be_refreshed() {
        Client ann = world.client(0, "ann");
        subscribe(ann, 60, true);
        CompletableFuture<Subscribing> later = new CompletableFuture<>();
        authorizer.refreshSubscription = attempt -> later;
        ann.send(new Command.SubRefresh(7, "room", "token"), ann.presence("room"));
        world.turns();
        world.order(clients -> clients.unsubscribe(ClientSelector.user("ann"), "room"));
        assertThat(ann.received()).containsExactly("room unsubscribed 2000");
        later.complete(new Subscribing.Allowed(null, null, 0, true, SubscriptionOverride.NONE));
        world.turns();
        assertThat(ann.received()).containsExactly("7:error 103", "3:presence");
        world.pass(Duration.ofSeconds(90));
        assertThat(ann.received()).isEmpty();
    }

    private static <T> CompletionStage<T> badly(String how) {
        return switch (how) {
            case "failed" -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
            case "nothing" -> CompletableFuture.completedFuture(null);
            case "thrown" -> throw new IllegalStateException("broken");
            default -> throw new AssertionError("broken");
        };
    }

    /** A client whose connection expires. */
    private Client expiring(long seconds) {
        authorizer.connect = attempt -> Decisions.now(accepted(attempt.token(), null, seconds));
        return world.client(0, "ann");
    }

    private Connecting accepted(String user, @Nullable Payload connInfo, long seconds) {
        return new Accepted(user, connInfo, null, seconds == 0 ? 0 : world.seconds() + seconds, true, null, Map.of());
    }

    private List<String> subscribe(Client client, long seconds, boolean clientRefreshes) {
        authorizer.subscribe = attempt -> allowed(null, seconds, clientRefreshes);
        return client.subscribed("room");
    }

    private CompletionStage<Subscribing> allowed(@Nullable String chanInfo, long seconds, boolean clientRefreshes) {
        return Decisions.now(new Subscribing.Allowed(
                chanInfo == null ? null : Payload.of(chanInfo),
                null,
                seconds == 0 ? 0 : world.seconds() + seconds,
                clientRefreshes,
                SubscriptionOverride.NONE));
    }
}
