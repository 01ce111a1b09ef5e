package dev.relay.internal.session;

import dev.relay.Authorizer.SubscribeAttempt;
import dev.relay.Authorizer.Subscribing;
import dev.relay.ChannelOptions;
import dev.relay.ErrorCode;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.channel.SubscribeResult;
import dev.relay.internal.channel.TagsFilter;
import dev.relay.transport.Command;
import org.jspecify.annotations.Nullable;

/** The command subscribe. */
final class SubscribeHandler {
    /** A reply beyond this many bytes is not sent; what was to be recovered is not recovered then. */
    static final int MAX_RECOVERED_BYTES = 768 << 10;

    private static final String WHAT = "subscribe";

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
            session.refuse(command.id(), WHAT, channel, error == null ? ErrorCode.INTERNAL : error);
            return true;
        }
        TagsFilter filter = command.filter() == null ? null : TagsFilter.compile(command.filter());
        if (command.filter() != null && (filter == null || !options.allowTagsFilter())) {
            session.refuse(command.id(), WHAT, channel, ErrorCode.BAD_REQUEST);
            return true;
        }
        Wishes wishes = Wishes.of(command, filter == null ? null : filter::matches);
        ClientSubscription subscription =
                new ClientSubscription(session, channel, options, wishes, false, new Answer(session, command));
        session.subscriptions().put(channel, subscription);
        session.order().begin(channel);
        if (command.token().isEmpty() && Permissions.isUserLimited(options, channel)) {
            boolean allowed = Permissions.lists(channel, session.client().user())
                    || session.sessions().permissions().insecure();
            conclude(session, subscription, allowed ? Subscribing.Allowed.PLAIN : null);
            return true;
        }
        SubscribeAttempt attempt = new SubscribeAttempt(session.view(), channel, command.token(), command.data());
        session.sessions().ask(session, authorizer -> authorizer.subscribe(attempt), (decision, failure) -> {
            if (session.isConnected()) {
                decided(session, options, subscription, decision, failure);
            }
        });
        return true;
    }

    private static @Nullable ErrorCode check(
            ClientSession session, Command.Subscribe command, @Nullable ChannelOptions options) {
        String channel = command.channel();
        if (Namespaces.isTooLong(channel)) {
            return ErrorCode.BAD_REQUEST;
        } else if (session.subscriptions().containsKey(channel)) {
            return ErrorCode.ALREADY_SUBSCRIBED;
        } else if (session.subscriptions().size()
                >= session.sessions().options().channelsPerClient()) {
            return ErrorCode.LIMIT_EXCEEDED;
        } else if (options == null) {
            return ErrorCode.UNKNOWN_CHANNEL;
        } else if (!Namespaces.isName(channel, options)) {
            return ErrorCode.BAD_REQUEST;
        }
        return Namespaces.isPrivate(channel) && command.token().isEmpty() ? ErrorCode.PERMISSION_DENIED : null;
    }

    private static void decided(
            ClientSession session,
            ChannelOptions options,
            ClientSubscription subscription,
            @Nullable Subscribing decision,
            @Nullable Throwable failure) {
        if (decision instanceof Subscribing.Closed closed) {
            session.close(closed.code());
        } else if (decision instanceof Subscribing.Allowed allowed) {
            conclude(session, subscription, allowed);
        } else if (decision instanceof Subscribing.ByOptions) {
            boolean allowed = session.sessions()
                    .permissions()
                    .maySubscribe(options, session.client().user());
            conclude(session, subscription, allowed ? Subscribing.Allowed.PLAIN : null);
        } else if (decision instanceof Subscribing.Rejected rejected) {
            subscription.fail(rejected.error());
        } else {
            AuthorizerFaults.log(subscription.channel(), failure);
            subscription.fail(ErrorCode.INTERNAL);
        }
    }

    private static void conclude(
            ClientSession session, ClientSubscription subscription, Subscribing.@Nullable Allowed allowed) {
        if (allowed == null) {
            subscription.fail(ErrorCode.PERMISSION_DENIED);
        } else if (session.sessions().isPast(allowed.expiresAtSeconds())) {
            subscription.fail(ErrorCode.EXPIRED);
        } else {
            subscription.start(allowed);
        }
    }

    /** Writes the reply, and lets go on what waits for it. */
    private record Answer(ClientSession session, Command.Subscribe command) implements SubscribeOutcome {
        @Override
        public void subscribed(ClientSubscription subscription, SubscribeResult result) {
            boolean answered = result.recovered()
                    && session.replyWithin(command.id(), subscription.reply(result, true), MAX_RECOVERED_BYTES);
            if (!answered) {
                if (subscription.isRejectedUnrecovered()) {
                    subscription.fail(ErrorCode.UNRECOVERABLE_POSITION);
                    return;
                }
                session.reply(command.id(), subscription.reply(result, false));
            }
            subscription.goLive();
            end();
        }

        @Override
        public void refused(ErrorCode error) {
            if (error.code() == ErrorCode.INTERNAL.code()) {
                session.fail(command.id(), error); // nobody has refused it
            } else {
                session.refuse(command.id(), WHAT, command.channel(), error);
            }
            end();
        }

        /** The channel is free for the next command; the reply has been written. */
        private void end() {
            session.order().end(command.channel());
            session.proceed();
        }
    }
}
