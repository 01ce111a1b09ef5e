package dev.relay.internal.session;

import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.SubscribeAttempt;
import dev.relay.Authorizer.Subscribing;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The commands refresh and sub_refresh: a new token for the connection or for one of its subscriptions. */
final class RefreshHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshHandler.class);

    private RefreshHandler() {}

    /** {@code false} iff it must wait. */
    static boolean run(ClientSession session, Command.Refresh command) {
        if (!session.order().mayCall()) {
            return false;
        }
        if (command.token().isEmpty() || !session.identity().clientRefreshes()) {
            session.close(CloseCode.BAD_REQUEST);
            return true;
        }
        session.order().beginCall();
        session.sessions()
                .ask(
                        session,
                        authorizer -> authorizer.refresh(session.view(), command.token()),
                        (decision, failure) -> {
                            if (session.isConnected()) {
                                refreshed(session, command, decision, failure);
                                session.order().endCall();
                                session.proceed();
                            }
                        });
        return true;
    }

    private static void refreshed(
            ClientSession session,
            Command.Refresh command,
            @Nullable Connecting decision,
            @Nullable Throwable failure) {
        if (decision instanceof Connecting.Accepted accepted) {
            if (!accepted.user().equals(session.client().user())) {
                session.close(CloseCode.INVALID_TOKEN);
            } else if (!accepted.subscriptions()
                    .keySet()
                    .equals(session.identity().grantedChannels())) {
                session.close(CloseCode.INSUFFICIENT_STATE); // it reconnects, and gets the new ones
            } else if (session.sessions().isPast(accepted.expiresAtSeconds())) {
                session.close(CloseCode.EXPIRED);
            } else {
                accepted(session, command, accepted);
            }
        } else if (decision instanceof Connecting.Closed closed) {
            session.close(closed.code());
        } else if (decision instanceof Connecting.Rejected rejected
                && rejected.error().code() == ErrorCode.TOKEN_EXPIRED.code()) {
            session.close(CloseCode.EXPIRED);
        } else if (decision instanceof Connecting.Rejected rejected) {
            session.fail(command.id(), rejected.error());
        } else {
            LOG.warn("the authorizer has failed", failure);
            session.fail(command.id(), ErrorCode.INTERNAL);
        }
    }

    private static void accepted(ClientSession session, Command.Refresh command, Connecting.Accepted accepted) {
        session.expireAt(accepted.expiresAtSeconds());
        if (accepted.connInfo() != null) {
            session.changeInfo(accepted.connInfo());
        }
        session.reply(
                command.id(),
                new Reply.Refreshed(
                        session.client().client(),
                        session.sessions().options().version(),
                        accepted.expiresAtSeconds() > 0,
                        session.sessions().ttl(accepted.expiresAtSeconds())));
    }

    /** {@code false} iff it must wait. */
    static boolean run(ClientSession session, Command.SubRefresh command) {
        String channel = command.channel();
        if (!session.order().mayRun(channel)) {
            return false;
        }
        ClientSubscription subscription = session.subscriptions().get(channel);
        if (subscription == null) {
            session.fail(command.id(), ErrorCode.PERMISSION_DENIED);
        } else if (!subscription.clientRefreshes()) {
            session.close(CloseCode.BAD_REQUEST);
        } else if (command.token().isEmpty()) {
            session.fail(command.id(), ErrorCode.BAD_REQUEST);
        } else {
            session.order().begin(channel);
            SubscribeAttempt attempt = new SubscribeAttempt(session.view(), channel, command.token(), null);
            session.sessions()
                    .ask(session, authorizer -> authorizer.refreshSubscription(attempt), (decision, failure) -> {
                        if (session.isConnected()) {
                            subscriptionRefreshed(session, command, subscription, decision, failure);
                            session.order().end(channel);
                            session.proceed();
                        }
                    });
        }
        return true;
    }

    private static void subscriptionRefreshed(
            ClientSession session,
            Command.SubRefresh command,
            ClientSubscription subscription,
            @Nullable Subscribing decision,
            @Nullable Throwable failure) {
        if (session.subscriptions().get(command.channel()) != subscription) {
            session.fail(command.id(), ErrorCode.PERMISSION_DENIED); // ended by the server meanwhile
        } else if (decision instanceof Subscribing.Allowed allowed) {
            if (session.sessions().isPast(allowed.expiresAtSeconds())) {
                session.fail(command.id(), ErrorCode.EXPIRED);
                return;
            }
            subscription.expireAt(allowed.expiresAtSeconds());
            if (allowed.chanInfo() != null) {
                subscription.update(allowed.chanInfo());
            }
            session.reply(
                    command.id(),
                    new Reply.SubRefreshed(
                            allowed.expiresAtSeconds() > 0, session.sessions().ttl(allowed.expiresAtSeconds())));
        } else if (decision instanceof Subscribing.Closed closed) {
            session.close(closed.code());
        } else if (decision instanceof Subscribing.Rejected rejected) {
            session.fail(command.id(), rejected.error());
        } else {
            AuthorizerFaults.log(command.channel(), failure);
            session.fail(command.id(), ErrorCode.INTERNAL);
        }
    }
}
