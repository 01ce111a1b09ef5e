package dev.relay.internal.session;

import dev.relay.ChannelOptions;
import dev.relay.ClientInfo;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.PublishOptions;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.channel.PublishOutcome;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import org.jspecify.annotations.Nullable;

/** The command publish. */
final class PublishHandler {
    /** What is refused, in the log of events. */
    static final String WHAT = "publish";

    private PublishHandler() {}

    /** {@code false} iff it must wait. */
    static boolean run(ClientSession session, Command.Publish command) {
        String channel = command.channel();
        if (!session.order().mayPublish(channel)) {
            return false; // before the check: what is on its way may be the subscribe that gives the right
        }
        ChannelOptions options = session.sessions().namespaces().options(channel);
        Payload data = options == null ? null : accepted(session, options, command.data());
        if (options == null) {
            session.refuse(command.id(), WHAT, channel, ErrorCode.UNKNOWN_CHANNEL);
        } else if (data == null || !Namespaces.isName(channel, options) || Namespaces.isPattern(channel, options)) {
            session.refuse(command.id(), WHAT, channel, ErrorCode.BAD_REQUEST);
        } else if (session.sessions().asksAboutPublish(session.client(), channel)) {
            PublishQuestion.ask(session, command, options, data);
        } else if (!isPermitted(session, channel, options)) {
            session.refuse(command.id(), WHAT, channel, ErrorCode.PERMISSION_DENIED);
        } else {
            Outcome outcome = new Outcome(session, command.id(), channel);
            if (!publish(session, options, data, PublishOptions.none(), outcome)) {
                session.tryAgain();
                return false;
            }
            outcome.begin();
        }
        return true;
    }

    /** The payload as it is to be published; {@code null} if the channel does not take it. */
    static @Nullable Payload accepted(ClientSession session, ChannelOptions options, @Nullable Payload data) {
        return session.sessions().payloadRules().accepted(options, data == null ? Payload.empty() : data);
    }

    /** Whether channel and namespace permit it. */
    static boolean isPermitted(ClientSession session, String channel, ChannelOptions options) {
        return session.sessions()
                .permissions()
                .mayPublish(options, session.client().user(), session.isSubscribed(channel));
    }

    /** {@code false} iff it is not admitted now; otherwise {@link Outcome#begin} is to be called next. */
    static boolean publish(
            ClientSession session, ChannelOptions options, Payload data, PublishOptions how, Outcome outcome) {
        String channel = outcome.channel;
        return session.sessions().channels().publish(channel, options, data, info(session, channel), how, outcome);
    }

    /** The publisher as others see it: with what is known of it in the channel, if it is subscribed there. */
    private static ClientInfo info(ClientSession session, String channel) {
        ClientInfo client = session.client();
        Payload chanInfo = session.chanInfo(channel);
        return chanInfo == null ? client : new ClientInfo(client.user(), client.client(), client.connInfo(), chanInfo);
    }

    /** Writes the reply, and lets go on what waits for it. */
    static final class Outcome implements PublishOutcome {
        private final ClientSession session;
        private final int id;
        private final String channel;
        private boolean told;
        private boolean begun;

        Outcome(ClientSession session, int id, String channel) {
            this.session = session;
            this.id = id;
            this.channel = channel;
        }

        /** Counts the publish as on its way, unless it has come through already. */
        void begin() {
            if (!told) {
                begun = true;
                session.order().beginPublish(channel);
            }
        }

        @Override
        public int origin() {
            return session.sessions().shard().index();
        }

        @Override
        public void published(StreamPosition position) {
            session.reply(id, Reply.Published.INSTANCE);
            end();
        }

        @Override
        public void refused(Refused why) {
            session.fail(id, why.error());
            end();
        }

        private void end() {
            told = true;
            if (begun) {
                session.order().endPublish(channel);
                session.proceed();
            }
        }
    }
}
