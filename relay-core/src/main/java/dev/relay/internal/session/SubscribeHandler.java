package dev.relay.internal.session;

import dev.relay.Authorizer.SubscribeAttempt;
import dev.relay.Authorizer.Subscribing;
import dev.relay.ChannelOptions;
import dev.relay.ErrorCode;
import dev.relay.internal.channel.Namespaces;
import dev.relay.transport.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command subscribe. */
final class SubscribeHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SubscribeHandler.class);

    private SubscribeHandler() {}

    /** {@code false} iff it must wait. */
    static boolean run(ClientSession session, Command.Subscribe command) {
        String channel = command.channel();
        if (!session.order().mayRun(channel)) {
            return false;
        }
        ChannelOptions options = session.sessions().namespaces().options(channel);
        ErrorCode error = check(session, command, options);
        if (error != null || options == null) {
            session.fail(command.id(), error == null ? ErrorCode.INTERNAL : error);
            return true;
        }
        ClientSubscription subscription = new ClientSubscription(session, command, options);
        session.subscriptions().put(channel, subscription);
        session.order().begin(channel);
        SubscribeAttempt attempt = new SubscribeAttempt(session.view(), channel, command.token(), command.data());
        session.sessions().ask(authorizer -> authorizer.subscribe(attempt), (decision, failure) -> {
            if (!session.isConnected()) {
                return;
            }
            decided(session, command, options, subscription, decision, failure);
        });
        return true;
    }

    private static @Nullable ErrorCode check(
            ClientSession session, Command.Subscribe command, @Nullable ChannelOptions options) {
        String channel = command.channel();
        if (channel.length() > Namespaces.MAX_NAME) {
            return ErrorCode.BAD_REQUEST;
        } else if (session.subscriptions().containsKey(channel)) {
            return ErrorCode.ALREADY_SUBSCRIBED;
        } else if (session.subscriptions().size()
                >= session.sessions().options().channelsPerClient()) {
            return ErrorCode.LIMIT_EXCEEDED;
        } else if (options == null) {
            return ErrorCode.UNKNOWN_CHANNEL;
        } else if (!Namespaces.isName(channel)) {
            return ErrorCode.BAD_REQUEST;
        }
        return Namespaces.isPrivate(channel) && command.token().isEmpty() ? ErrorCode.PERMISSION_DENIED : null;
    }

    private static void decided(
            ClientSession session,
            Command.Subscribe command,
            ChannelOptions options,
            ClientSubscription subscription,
            @Nullable Subscribing decision,
            @Nullable Throwable failure) {
        if (decision instanceof Subscribing.Closed closed) {
            session.close(closed.code());
        } else if (decision instanceof Subscribing.Allowed allowed) {
            subscription.start(allowed);
        } else if (decision instanceof Subscribing.ByOptions
                && session.sessions()
                        .permissions()
                        .maySubscribe(options, session.client().user())) {
            subscription.start(Subscribing.Allowed.PLAIN);
        } else if (decision instanceof Subscribing.Rejected rejected) {
            subscription.fail(rejected.error());
        } else if (decision == null) {
            LOG.warn("the authorizer has failed for channel {}", command.channel(), failure);
            subscription.fail(ErrorCode.INTERNAL);
        } else {
            subscription.fail(ErrorCode.PERMISSION_DENIED);
        }
    }
}
