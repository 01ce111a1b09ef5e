package dev.relay.internal.session;

import dev.relay.ChannelOptions;
import dev.relay.ErrorCode;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.Refused;
import dev.relay.internal.channel.Namespaces;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import org.jspecify.annotations.Nullable;

/** The command history. */
final class HistoryHandler {
    private static final long MAX_BYTES = 768 << 10;

    private HistoryHandler() {}

    /** {@code false} iff it must wait. */
    static boolean run(ClientSession session, Command.History command) {
        String channel = command.channel();
        if (!session.order().mayRun(channel)) {
            return false;
        }
        ChannelOptions options = session.sessions().namespaces().options(channel);
        ErrorCode error = check(session, channel, options);
        if (error != null || options == null) {
            session.fail(command.id(), error == null ? ErrorCode.INTERNAL : error);
            return true;
        }
        session.order().begin(channel);
        HistoryQuery query = new HistoryQuery(command.limit(), command.since(), command.reverse());
        session.sessions()
                .channels()
                .history(channel, options, query, options.historyMaxPublications(), MAX_BYTES, result -> {
                    answer(session, command, result);
                    session.order().end(channel);
                    session.proceed();
                });
        return true;
    }

    private static @Nullable ErrorCode check(ClientSession session, String channel, @Nullable ChannelOptions options) {
        if (options == null) {
            return ErrorCode.UNKNOWN_CHANNEL;
        } else if (!Namespaces.isName(channel, options)) {
            return ErrorCode.BAD_REQUEST;
        } else if (!options.hasStream()) {
            return ErrorCode.NOT_AVAILABLE;
        }
        boolean permitted = session.sessions()
                .permissions()
                .mayReadHistory(options, session.client().user(), session.isSubscribed(channel));
        return permitted ? null : ErrorCode.PERMISSION_DENIED;
    }

    private static void answer(ClientSession session, Command.History command, HistoryResult result) {
        if (result instanceof History history) {
            session.reply(command.id(), new Reply.History(history.publications(), history.top()));
        } else if (result instanceof Refused refused) {
            session.fail(command.id(), refused.error());
        }
    }
}
