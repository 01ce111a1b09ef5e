package dev.relay.internal.session;

import dev.relay.ChannelOptions;
import dev.relay.ErrorCode;
import dev.relay.internal.channel.Namespaces;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import org.jspecify.annotations.Nullable;

/** The commands presence and presence_stats. */
final class PresenceHandler {
    private PresenceHandler() {}

    /** {@code false} iff it must wait. */
    static boolean run(ClientSession session, Command.Presence command) {
        String channel = command.channel();
        if (!session.order().mayRun(channel)) {
            return false;
        }
        if (isPermitted(session, command.id(), channel)) {
            session.order().begin(channel);
            session.sessions()
                    .channels()
                    .present(channel, clients -> answer(session, command.id(), channel, new Reply.Presence(clients)));
        }
        return true;
    }

    /** {@code false} iff it must wait. */
    static boolean run(ClientSession session, Command.PresenceStats command) {
        String channel = command.channel();
        if (!session.order().mayRun(channel)) {
            return false;
        }
        if (isPermitted(session, command.id(), channel)) {
            session.order().begin(channel);
            session.sessions()
                    .channels()
                    .countPresent(
                            channel,
                            (clients, users) ->
                                    answer(session, command.id(), channel, new Reply.PresenceStats(clients, users)));
        }
        return true;
    }

    private static void answer(ClientSession session, int id, String channel, Reply reply) {
        session.reply(id, reply);
        session.order().end(channel);
        session.proceed();
    }

    private static boolean isPermitted(ClientSession session, int id, String channel) {
        ErrorCode error =
                check(session, channel, session.sessions().namespaces().options(channel));
        if (error != null) {
            session.fail(id, error);
        }
        return error == null;
    }

    private static @Nullable ErrorCode check(ClientSession session, String channel, @Nullable ChannelOptions options) {
        if (options == null) {
            return ErrorCode.UNKNOWN_CHANNEL;
        } else if (!Namespaces.isName(channel, options)) {
            return ErrorCode.BAD_REQUEST;
        } else if (!options.presence()) {
            return ErrorCode.NOT_AVAILABLE;
        }
        boolean permitted = session.sessions()
                .permissions()
                .mayReadPresence(options, session.client().user(), session.isSubscribed(channel));
        return permitted ? null : ErrorCode.PERMISSION_DENIED;
    }
}
