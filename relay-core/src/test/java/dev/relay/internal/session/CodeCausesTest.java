package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.Authorizer.Subscribing;
import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.Durability;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Refused;
import dev.relay.ServerSubscription;
import dev.relay.StreamPosition;
import dev.relay.SubscriptionOverride;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.journal.JournalException.Reason;
import dev.relay.transport.Command;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each code is told for. */
class CodeCausesTest {
    private interface Act {
        void of(World world, Client client);
    }

    /** Causes of errors, which are the answer to the last command. */
    private enum Error {
        CONNECT_WHILE_THE_AUTHORIZER_IS_BROKEN(100, connect("broken")),
        SUBSCRIBE_WHILE_THE_AUTHORIZER_IS_BROKEN(100, send(subscribe("a", "broken"))),
        SUBSCRIBE_WHILE_THE_JOURNAL_IS_BROKEN(100, broken(subscribe("new", ""))),
        PUBLISH_WHILE_THE_JOURNAL_IS_BROKEN(100, broken(publish("new"))),
        HISTORY_WHILE_THE_JOURNAL_IS_BROKEN(100, broken(history("new", null, false))),
        REFRESH_WHILE_THE_AUTHORIZER_IS_BROKEN(100, send(new Command.Refresh(9, "broken"))),
        SUB_REFRESH_WHILE_THE_AUTHORIZER_IS_BROKEN(
                100, send(subscribe("a", "expiring"), new Command.SubRefresh(9, "a", "broken"))),
        RPC_THAT_FAILS(100, send(new Command.Rpc(9, "fail", null))),
        CONNECT_REJECTED_BY_THE_APPLICATION(101, connect("unauthorized")),
        CONNECT_WITH_A_CHANNEL_OF_NO_NAMESPACE(102, connect("unknown")),
        SUBSCRIBE_TO_NO_NAMESPACE(102, send(subscribe("nowhere:a", ""))),
        PUBLISH_TO_NO_NAMESPACE(102, send(publish("nowhere:a"))),
        HISTORY_OF_NO_NAMESPACE(102, send(history("nowhere:a", null, false))),
        PRESENCE_OF_NO_NAMESPACE(102, send(new Command.Presence(9, "nowhere:a"))),
        PRESENCE_STATS_OF_NO_NAMESPACE(102, send(new Command.PresenceStats(9, "nowhere:a"))),
        SUBSCRIBE_WITHOUT_PERMISSION(103, send(subscribe("closed:a", ""))),
        SUBSCRIBE_TO_A_PRIVATE_CHANNEL(103, send(subscribe("$a", ""))),
        SUBSCRIBE_WITH_A_BAD_TOKEN(103, send(subscribe("a", "bad"))),
        PUBLISH_WITHOUT_PERMISSION(103, send(publish("closed:a"))),
        HISTORY_WITHOUT_PERMISSION(103, send(history("closed:a", null, false))),
        PRESENCE_WITHOUT_PERMISSION(103, send(new Command.Presence(9, "closed:a"))),
        PRESENCE_STATS_WITHOUT_PERMISSION(103, send(new Command.PresenceStats(9, "closed:a"))),
        SUB_REFRESH_WITHOUT_A_SUBSCRIPTION(103, send(new Command.SubRefresh(9, "a", "token"))),
        RPC_OF_NO_METHOD(104, send(new Command.Rpc(9, "nope", null))),
        SUBSCRIBE_TWICE(105, send(subscribe("a", ""), subscribe("a", ""))),
        SUBSCRIBE_TO_TOO_MANY(
                106, send(subscribe("a", ""), subscribe("b", ""), subscribe("c", ""), subscribe("d", ""))),
        SUBSCRIBE_TO_A_LONG_NAME(107, send(subscribe("x".repeat(256), ""))),
        SUBSCRIBE_TO_NO_NAME(107, send(subscribe("smörgås", ""))),
        PUBLISH_NOTHING(107, send(new Command.Publish(9, "a", null))),
        PUBLISH_TO_NO_NAME(107, send(publish("smörgås"))),
        HISTORY_OF_NO_NAME(107, send(history("smörgås", null, false))),
        HISTORY_BACKWARDS_FROM_THE_BEGINNING(107, send(history("a", StreamPosition.NONE, true))),
        PRESENCE_OF_NO_NAME(107, send(new Command.Presence(9, "smörgås"))),
        SUB_REFRESH_WITHOUT_A_TOKEN(107, send(subscribe("a", "expiring"), new Command.SubRefresh(9, "a", ""))),
        MALFORMED(107, send(new Command.Invalid(9))),
        HISTORY_THAT_IS_NOT_KEPT(108, send(history("plain:a", null, false))),
        PRESENCE_THAT_IS_NOT_KEPT(108, send(new Command.Presence(9, "plain:a"))),
        PRESENCE_STATS_THAT_ARE_NOT_KEPT(108, send(new Command.PresenceStats(9, "plain:a"))),
        NOT_OFFERED(108, send(new Command.Unavailable(9, "map"))),
        CONNECT_WITH_AN_EXPIRED_TOKEN(109, connect("expired")),
        SUBSCRIBE_WITH_AN_EXPIRED_TOKEN(109, send(subscribe("a", "expired"))),
        SUB_REFRESH_WITH_AN_EXPIRED_TOKEN(
                109, send(subscribe("a", "expiring"), new Command.SubRefresh(9, "a", "expired"))),
        CONNECT_OF_ONE_THAT_HAS_EXPIRED(110, connect("past")),
        SUBSCRIBE_WITH_AN_EXPIRY_IN_THE_PAST(110, send(subscribe("a", "past"))),
        SUB_REFRESH_WITH_AN_EXPIRY_IN_THE_PAST(
                110, send(subscribe("a", "expiring"), new Command.SubRefresh(9, "a", "past"))),
        TOO_MANY_COMMANDS(111, (world, client) -> {
            IntStream.range(0, 20).forEach(i -> client.send(new Command.Presence(9, "b")));
            client.send(new Command.Presence(9, "b"));
        }),
        SUBSCRIBE_FROM_ELSEWHERE_OR_NOT_AT_ALL(
                112,
                send(new Command.Subscribe(
                        9, "a", "", null, true, new StreamPosition(1, "other"), false, true, false, null, 2))),
        HISTORY_OF_ANOTHER_STREAM(112, send(history("a", new StreamPosition(1, "other"), false)));

        private final int code;
        private final Act act;

        Error(int code, Act act) {
            this.code = code;
            this.act = act;
        }
    }

    /** Causes of closes. */
    private enum Close {
        THE_SERVER_STOPS(3001, (world, client) -> world.stop()),
        AN_UNSUBSCRIBE_THAT_WAITS_IN_VAIN(3004, (world, client) -> {
            client.send(subscribe("a", "never"), new Command.Unsubscribe(9, "a"));
            world.turns();
            world.pass(Duration.ofSeconds(6));
        }),
        A_HANDLER_THAT_THROWS(3004, send(new Command.Send(Payload.of("fail")))),
        NOT_REFRESHED_IN_TIME(3005, (world, client) -> world.pass(Duration.ofSeconds(86))),
        REFRESHED_WITH_AN_EXPIRED_TOKEN(3005, send(new Command.Refresh(9, "expired"))),
        REFRESHED_INTO_THE_PAST(3005, send(new Command.Refresh(9, "past"))),
        A_SUBSCRIPTION_OF_THE_SERVER_EXPIRES(3006, (world, client) -> {
            world.clients().refresh(ANN, 0, null);
            world.clients().subscribe(ANN, "plain:a", how(world.seconds() + 1));
            world.pass(Duration.ofSeconds(30));
        }),
        IT_TAKES_TOO_LITTLE(3008, (world, client) -> {
            client.transport.stall();
            client.subscribed("plain:a");
            world.publish("plain:a", "x".repeat(100_000));
            world.turns();
            client.transport.takeAll();
            client.canTake();
        }),
        IT_TAKES_NOTHING(3009, (world, client) -> {
            client.transport.stall();
            client.subscribed("plain:a");
            world.pass(Duration.ofSeconds(11));
            client.transport.takeAll();
            client.canTake();
        }),
        OTHER_CHANNELS_IN_THE_NEW_TOKEN(3010, send(new Command.Refresh(9, "many"))),
        THE_APPLICATION_WANTS_IT_TO_RECONNECT(3011, disconnect(CloseCode.FORCE_RECONNECT)),
        A_PONG_IS_MISSING(3012, (world, client) -> world.pass(Duration.ofSeconds(34))),
        TOO_MANY_MESSAGES(3013, (world, client) -> IntStream.range(0, 21)
                .forEach(i -> client.send(new Command.Send(Payload.of("x"))))),
        THE_APPLICATION_VOIDS_ITS_STATE(3014, disconnect(CloseCode.STATE_INVALIDATED)),
        CONNECT_WITH_A_BAD_TOKEN(3500, connect("bad")),
        REFRESH_WITH_A_BAD_TOKEN(3500, send(new Command.Refresh(9, "bad"))),
        REFRESH_WITH_THE_TOKEN_OF_ANOTHER(3500, send(new Command.Refresh(9, "bob"))),
        SUB_REFRESH_WITH_A_BAD_TOKEN(3500, send(subscribe("a", "expiring"), new Command.SubRefresh(9, "a", "bad"))),
        CONNECT_TWICE(3501, send(World.connect("ann"))),
        A_COMMAND_BEFORE_CONNECT(3501, (world, client) -> world.socket(0).exchange(publish("a"))),
        A_PONG_UNASKED(3501, send(new Command.Pong())),
        REFRESH_WITHOUT_A_TOKEN(3501, send(new Command.Refresh(9, ""))),
        SUB_REFRESH_OF_WHAT_IT_DOES_NOT_REFRESH(
                3501, send(subscribe("a", ""), new Command.SubRefresh(9, "a", "token"))),
        CONNECT_KNOWING_A_CHANNEL_OF_NO_NAMESPACE(3501, (world, client) -> world.socket(0)
                .send(World.connect("ann", Map.of("nowhere:a", new Command.Resume(false, StreamPosition.NONE))))),
        NO_CONNECT_IN_TIME(3502, (world, client) -> {
            world.socket(0);
            world.pass(Duration.ofSeconds(11));
        }),
        THE_APPLICATION_CLOSES_IT(3503, disconnect(CloseCode.FORCE_DISCONNECT)),
        ONE_CONNECTION_TOO_MANY(3504, connect("ann", "ann")),
        CONNECT_WITH_TOO_MANY_CHANNELS(3505, connect("many")),
        ONE_SUBSCRIPTION_OF_THE_SERVER_TOO_MANY(3505, (world, client) -> {
            client.exchange(subscribe("a", ""), subscribe("b", ""), subscribe("c", ""));
            world.clients().subscribe(ANN, "d", ServerSubscription.PLAIN);
        }),
        A_PAYLOAD_THAT_CANNOT_BE_CARRIED(3506, (world, client) -> {
            client.subscribed("plain:a");
            world.publish("plain:a", "binary");
        }),
        CONNECT_REFUSED_BY_THE_APPLICATION(3507, connect("forbidden")),
        A_MESSAGE_THAT_NOBODY_TAKES(3508, (world, client) -> {});

        private final int code;
        private final Act act;

        Close(int code, Act act) {
            this.code = code;
            this.act = act;
        }
    }

    private static final ClientSelector ANN = ClientSelector.user("ann");

    @ParameterizedTest
    @EnumSource(Error.class)
    void an_error_has_its_code(Error cause) {
        try (World world = world(true, false)) {
            Client client = world.client(0, "ann");
            cause.act.of(world, client);
            world.await("an answer", () -> world.lastText().contains("error"));
            assertThat(world.lastText()).endsWith(":error " + cause.code + "]");
        }
    }

    @ParameterizedTest
    @EnumSource(Close.class)
    void a_close_has_its_code(Close cause) {
        try (World world = world(cause != Close.A_MESSAGE_THAT_NOBODY_TAKES, cause == Close.A_PONG_IS_MISSING)) {
            Client client = world.client(0, "ann");
            cause.act.of(world, client);
            if (cause == Close.A_MESSAGE_THAT_NOBODY_TAKES) {
                client.send(new Command.Send(null));
            }
            world.settle();
            assertThat(world.lastText()).contains("<close " + cause.code + " ");
        }
    }

    @Test
    void a_close_with_3000_is_not_told() {
        try (World world = world(true, false)) {
            Client client = world.client(0, "ann");
            disconnect(CloseCode.CONNECTION_CLOSED).of(world, client);
            world.settle();
            assertThat(client.received()).isEmpty();
            assertThat(client.transport.isAborted()).isTrue();
        }
    }

    private static World world(boolean takesMessages, boolean pings) {
        ChannelOptions.Builder open = ChannelOptions.builder()
                .allowSubscribeForClient(true)
                .allowPublishForClient(true)
                .allowHistoryForClient(true)
                .allowPresenceForClient(true);
        Decisions authorizer = new Decisions();
        World world = World.of(setup -> {
            setup.authorizer = authorizer;
            setup.insecure = false;
            setup.namespaces = Map.of(
                    "plain",
                    open.build(),
                    "closed",
                    ChannelOptions.builder()
                            .durability(Durability.SYNC)
                            .presence(true)
                            .build());
            setup.defaults = open.durability(Durability.SYNC)
                    .forceRecovery(true)
                    .presence(true)
                    .build();
            setup.channelsPerClient = 3;
            setup.connectionsPerUser = 2;
            setup.commandsPerSecond = 20;
            setup.outboxBytes = 64 << 10;
            setup.pingInterval = pings ? Duration.ofSeconds(25) : Duration.ZERO;
            setup.rpc = Map.of("fail", call -> Decisions.now(new Refused(ErrorCode.INTERNAL, "it does")));
            if (takesMessages) {
                setup.messageHandler = (session, data) -> {
                    if (data != null && data.text().equals("fail")) {
                        throw new IllegalStateException("it does");
                    }
                };
            }
            return setup;
        });
        authorizer.connect = attempt -> connecting(world, attempt.token());
        authorizer.refresh = (session, token) -> connecting(world, token);
        authorizer.subscribe = attempt -> subscribing(world, attempt.token());
        authorizer.refreshSubscription = attempt -> subscribing(world, attempt.token());
        return world;
    }

    private static CompletionStage<Connecting> connecting(World world, String token) {
        return switch (token) {
            case "broken" -> CompletableFuture.failedFuture(new IllegalStateException("it is"));
            case "unauthorized" -> Decisions.now(new Connecting.Rejected(ErrorCode.UNAUTHORIZED));
            case "expired" -> Decisions.now(new Connecting.Rejected(ErrorCode.TOKEN_EXPIRED));
            case "bad" -> Decisions.now(new Connecting.Closed(CloseCode.INVALID_TOKEN));
            case "forbidden" -> Decisions.now(new Connecting.Closed(CloseCode.PERMISSION_DENIED));
            case "past" -> accepted("ann", world.seconds() - 1);
            case "unknown" -> accepted("eve", world.seconds() + 60, "nowhere:a");
            case "many" -> accepted("ann", world.seconds() + 60, "a", "b", "c", "d");
            default -> accepted(token, world.seconds() + 60);
        };
    }

    private static CompletionStage<Connecting> accepted(String user, long expiresAtSeconds, String... channels) {
        return Decisions.now(new Accepted(
                user,
                null,
                null,
                expiresAtSeconds,
                true,
                null,
                Stream.of(channels)
                        .collect(Collectors.toMap(channel -> channel, channel -> ServerSubscription.PLAIN))));
    }

    private static CompletionStage<Subscribing> subscribing(World world, String token) {
        return switch (token) {
            case "" -> Decisions.now(Subscribing.ByOptions.INSTANCE);
            case "broken" -> CompletableFuture.failedFuture(new IllegalStateException("it is"));
            case "never" -> new CompletableFuture<>();
            case "expired" -> Decisions.now(new Subscribing.Rejected(ErrorCode.TOKEN_EXPIRED_TRY_AGAIN));
            case "bad" ->
                world.lastText().contains("subscribed")
                        ? Decisions.now(new Subscribing.Closed(CloseCode.INVALID_TOKEN))
                        : Decisions.now(new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED));
            case "past" -> allowed(world.seconds() - 1);
            default -> allowed(world.seconds() + 60);
        };
    }

    private static CompletionStage<Subscribing> allowed(long expiresAtSeconds) {
        return Decisions.now(new Subscribing.Allowed(null, null, expiresAtSeconds, true, SubscriptionOverride.NONE));
    }

    private static ServerSubscription how(long expiresAtSeconds) {
        return new ServerSubscription(null, null, expiresAtSeconds, SubscriptionOverride.NONE, null);
    }

    /** Each command when the one before has been answered. */
    private static Act send(Command... commands) {
        return (world, client) -> List.of(commands).forEach(command -> {
            client.send(command);
            world.settle();
        });
    }

    private static Act broken(Command command) {
        return (world, client) -> {
            world.journal.breakDown(Reason.UNAVAILABLE);
            client.send(command);
        };
    }

    private static Act connect(String... tokens) {
        return (world, client) -> {
            for (String token : tokens) {
                world.socket(0).send(World.connect(token));
                world.turns();
            }
        };
    }

    private static Act disconnect(CloseCode code) {
        return (world, client) -> world.clients().disconnect(ANN, code);
    }

    private static Command subscribe(String channel, String token) {
        return new Command.Subscribe(9, channel, token, null, false, StreamPosition.NONE, false, false, false, null, 0);
    }

    private static Command publish(String channel) {
        return new Command.Publish(9, channel, Payload.of("x"));
    }

    private static Command history(String channel, @Nullable StreamPosition since, boolean reverse) {
        return new Command.History(9, channel, 10, since, reverse);
    }
}
