package dev.relay.standalone.console;

import dev.relay.Authorizer;
import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.ServerSubscription;
import dev.relay.Session;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets the console's pages in by their tickets, and to the channels of the console nobody else; leaves all the rest to another
 * authorizer.
 *
 * <p>A page may do nothing on its connection but follow these channels: what it changes goes by HTTP, where its role counts.
 * Users named as the console's are refused to everybody else, so that a name says who somebody is.
 *
 * <p><b>Threading.</b> As {@link Authorizer}; never blocks.
 */
final class ConsoleAuthorizer implements Authorizer {
    private static final CompletionStage<Publishing> NO_PUBLISHING =
            CompletableFuture.completedFuture(new Publishing.Rejected(ErrorCode.PERMISSION_DENIED));

    private final Authorizer others;
    private final Tickets tickets;
    private final ConsoleSessions sessions;
    private final Admission watches;

    /** Whether a page may follow a channel of the console. */
    @FunctionalInterface
    interface Admission {
        /** Why not; {@code null} if it may. */
        @Nullable
        ErrorCode refusal(SubscribeAttempt attempt);
    }

    ConsoleAuthorizer(Authorizer others, Tickets tickets, ConsoleSessions sessions, Admission watches) {
        this.others = others;
        this.tickets = tickets;
        this.sessions = sessions;
        this.watches = watches;
    }

    @Override
    public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
        if (!Tickets.isTicket(attempt.token())) {
            return others.connect(attempt).thenApply(ConsoleAuthorizer::withoutConsole);
        }
        ConsoleSession session = tickets.redeem(attempt.token());
        // "expired" has the page ask for another ticket, which tells it whether its session is over
        return CompletableFuture.completedFuture(
                session != null && sessions.ofUser(session.user()) == session
                        ? Connecting.Accepted.of(session.user())
                        : new Connecting.Rejected(ErrorCode.TOKEN_EXPIRED));
    }

    @Override
    public CompletionStage<Connecting> refresh(Session session, String token) {
        if (isConsole(session.user())) {
            return CompletableFuture.completedFuture(new Connecting.Closed(CloseCode.BAD_REQUEST)); // it never expires
        }
        return others.refresh(session, token).thenApply(ConsoleAuthorizer::withoutConsole);
    }

    @Override
    public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
        boolean reserved = ConsoleChannels.isReserved(attempt.channel());
        boolean console = isConsole(attempt.session().user());
        if (!reserved && !console) {
            return others.subscribe(attempt);
        }
        ErrorCode refusal = reserved && console ? refusal(attempt) : ErrorCode.PERMISSION_DENIED;
        return CompletableFuture.completedFuture(
                refusal == null ? Subscribing.Allowed.PLAIN : new Subscribing.Rejected(refusal));
    }

    private @Nullable ErrorCode refusal(SubscribeAttempt attempt) {
        return sessions.ofUser(attempt.session().user()) == null
                ? ErrorCode.PERMISSION_DENIED // it has ended, and its connection is about to
                : watches.refusal(attempt);
    }

    @Override
    public CompletionStage<Subscribing> refreshSubscription(SubscribeAttempt attempt) {
        return isConsole(attempt.session().user()) || ConsoleChannels.isReserved(attempt.channel())
                ? CompletableFuture.completedFuture(new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED))
                : others.refreshSubscription(attempt);
    }

    @Override
    public boolean decidesPublish() {
        return true;
    }

    @Override
    public boolean decidesPublish(ClientInfo client, String channel) {
        return ConsoleChannels.isReserved(channel)
                || isConsole(client.user())
                || others.decidesPublish() && others.decidesPublish(client, channel);
    }

    @Override
    public CompletionStage<Publishing> publish(PublishAttempt attempt) {
        return ConsoleChannels.isReserved(attempt.channel())
                        || isConsole(attempt.session().user())
                ? NO_PUBLISHING
                : others.publish(attempt);
    }

    private static boolean isConsole(String user) {
        return user.startsWith(ConsoleSession.USER_PREFIX);
    }

    /** What another authorizer grants, less what is the console's. */
    private static Connecting withoutConsole(Connecting decision) {
        if (!(decision instanceof Connecting.Accepted accepted)) {
            return decision;
        }
        if (isConsole(accepted.user())) {
            return new Connecting.Closed(CloseCode.PERMISSION_DENIED);
        }
        if (accepted.subscriptions().keySet().stream().noneMatch(ConsoleChannels::isReserved)) {
            return accepted;
        }
        Map<String, ServerSubscription> rest = accepted.subscriptions().entrySet().stream()
                .filter(one -> !ConsoleChannels.isReserved(one.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return new Connecting.Accepted(
                accepted.user(),
                accepted.connInfo(),
                accepted.data(),
                accepted.expiresAtSeconds(),
                accepted.clientRefreshes(),
                accepted.meta(),
                rest);
    }
}
