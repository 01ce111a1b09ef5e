package dev.relay.standalone.console;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer;
import dev.relay.Authorizer.ConnectAttempt;
import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.Authorizer.PublishAttempt;
import dev.relay.Authorizer.Publishing;
import dev.relay.Authorizer.SubscribeAttempt;
import dev.relay.Authorizer.Subscribing;
import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.ServerSubscription;
import dev.relay.Session;
import dev.relay.SubscriptionOverride;
import dev.relay.transport.PeerInfo;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The console beside an authorizer that lets everybody do everything. */
class ConsoleAuthorizerTest {
    private static final PeerInfo PEER = new PeerInfo("websocket", "json", "192.0.2.1:5");
    private static final ServerSubscription PLAIN =
            new ServerSubscription(null, null, 0, SubscriptionOverride.NONE, null);

    private final HandClock clock = new HandClock();
    private final Tickets tickets = new Tickets(clock::nanoTime);
    private final ConsoleSessions sessions = new ConsoleSessions(clock::nanoTime, session -> {});
    private final Generous others = new Generous();
    private final Authorizer console = new ConsoleAuthorizer(others, tickets, sessions, attempt -> null);

    /** Gives whatever is asked for, to whoever the token says. */
    private static final class Generous implements Authorizer {
        private Map<String, ServerSubscription> granted = Map.of();

        @Override
        public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
            return CompletableFuture.completedFuture(accepted(attempt.token()));
        }

        private Accepted accepted(String user) {
            return new Accepted(user, null, null, 0, false, null, granted);
        }

        @Override
        public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
            return CompletableFuture.completedFuture(Subscribing.Allowed.PLAIN);
        }

        @Override
        public CompletionStage<Connecting> refresh(Session session, String token) {
            return CompletableFuture.completedFuture(accepted(token));
        }
    }

    private static Session session(String user) {
        return new Session(new ClientInfo(user, "c", null, null), null, "js", "1", PEER);
    }

    private Connecting connect(String token) {
        return console.connect(new ConnectAttempt(token, null, "js", "1", Map.of(), PEER))
                .toCompletableFuture()
                .join();
    }

    private Subscribing subscribe(String user, String channel) {
        return console.subscribe(new SubscribeAttempt(session(user), channel, "t", null))
                .toCompletableFuture()
                .join();
    }

    private ConsoleSession begin() {
        return requireNonNull(sessions.use(sessions.begin(Role.VIEWER)));
    }

    @Test
    void a_ticket_is_its_session() {
        ConsoleSession session = begin();
        assertThat(connect(tickets.issue(session))).isEqualTo(Accepted.of(session.user()));
        assertThat(subscribe(session.user(), "console:flow")).isEqualTo(Subscribing.Allowed.PLAIN);
    }

    @Test
    void a_ticket_of_a_session_that_has_ended_is_worth_nothing() {
        ConsoleSession session = begin();
        String ticket = tickets.issue(session);
        clock.advance(Duration.ofHours(13));
        sessions.sweep();
        assertThat(connect(ticket)).isEqualTo(new Connecting.Rejected(ErrorCode.TOKEN_EXPIRED));
        assertThat(subscribe(session.user(), "console:flow"))
                .isEqualTo(new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED));
    }

    @Test
    void no_token_makes_somebody_a_user_of_the_console() {
        assertThat(connect("console:admin:1f0c9a3e")).isEqualTo(new Connecting.Closed(CloseCode.PERMISSION_DENIED));
        assertThat(console.refresh(session("ann"), "console:admin:1f0c9a3e").toCompletableFuture())
                .isCompletedWithValue(new Connecting.Closed(CloseCode.PERMISSION_DENIED));
        assertThat(console.refresh(session("console:admin:1f0c9a3e"), "ann").toCompletableFuture())
                .isCompletedWithValue(new Connecting.Closed(CloseCode.BAD_REQUEST));
    }

    @Test
    void no_token_gives_a_channel_of_the_console() {
        others.granted = Map.of("console:flow", PLAIN, "$console:x", PLAIN, "news", PLAIN);
        assertThat(((Accepted) connect("ann")).subscriptions()).containsOnlyKeys("news");
        assertThat(subscribe("ann", "console:flow")).isEqualTo(new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED));
        assertThat(subscribe("ann", "$console:flow")).isEqualTo(new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED));
        assertThat(subscribe("ann", "console")).isEqualTo(Subscribing.Allowed.PLAIN);
        assertThat(subscribe("ann", "consoles:flow")).isEqualTo(Subscribing.Allowed.PLAIN);
    }

    @Test
    void nobody_publishes_for_or_as_the_console() {
        ClientInfo ann = new ClientInfo("ann", "c", null, null);
        ClientInfo page = new ClientInfo("console:admin:1f0c9a3e", "c", null, null);
        assertThat(console.decidesPublish()).isTrue();
        assertThat(console.decidesPublish(ann, "news")).isFalse();
        assertThat(console.decidesPublish(ann, "console:flow")).isTrue();
        assertThat(console.decidesPublish(page, "news")).isTrue();
        PublishAttempt attempt = new PublishAttempt(session("ann"), "console:flow", Payload.of("1"), false);
        assertThat(console.publish(attempt).toCompletableFuture())
                .isCompletedWithValue(new Publishing.Rejected(ErrorCode.PERMISSION_DENIED));
    }
}
