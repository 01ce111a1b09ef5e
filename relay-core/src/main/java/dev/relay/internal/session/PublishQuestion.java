package dev.relay.internal.session;

import dev.relay.Authorizer.PublishAttempt;
import dev.relay.Authorizer.Publishing;
import dev.relay.ChannelOptions;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.PublishOptions;
import dev.relay.transport.Command;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A publish that the application decides about. Until it is admitted, no other command for its channel runs, so that
 * publications of one client keep their order.
 */
final class PublishQuestion {
    private static final Logger LOG = LoggerFactory.getLogger(PublishQuestion.class);

    private final ClientSession session;
    private final Command.Publish command;
    private final ChannelOptions options;

    private PublishQuestion(ClientSession session, Command.Publish command, ChannelOptions options) {
        this.session = session;
        this.command = command;
        this.options = options;
    }

    static void ask(ClientSession session, Command.Publish command, ChannelOptions options, Payload data) {
        String channel = command.channel();
        session.order().begin(channel);
        PublishQuestion question = new PublishQuestion(session, command, options);
        PublishAttempt attempt = new PublishAttempt(session.view(), channel, data, session.isSubscribed(channel));
        session.sessions()
                .ask(
                        session,
                        authorizer -> authorizer.publish(attempt),
                        (decision, failure) -> question.decided(data, decision, failure));
    }

    private void decided(Payload data, @Nullable Publishing decision, @Nullable Throwable failure) {
        if (!session.isConnected()) {
            return;
        }
        if (decision instanceof Publishing.Allowed allowed) {
            publish(allowed);
        } else if (decision instanceof Publishing.ByOptions) {
            if (PublishHandler.isPermitted(session, command.channel(), options)) {
                publish(new Publishing.Allowed(data, Map.of(), false));
            } else {
                refuse(ErrorCode.PERMISSION_DENIED);
            }
        } else if (decision instanceof Publishing.Rejected rejected) {
            refuse(rejected.error());
        } else if (decision instanceof Publishing.Closed closed) {
            session.close(closed.code());
        } else {
            LOG.warn("the authorizer has failed for a publish to {}", command.channel(), failure);
            refuse(ErrorCode.INTERNAL);
        }
    }

    private void publish(Publishing.Allowed allowed) {
        if (!session.isConnected()) {
            return;
        }
        Payload data = PublishHandler.accepted(session, options, allowed.data());
        if (data == null) {
            refuse(ErrorCode.BAD_REQUEST);
            return;
        }
        PublishOptions how = PublishOptions.builder()
                .tags(allowed.tags())
                .skipHistory(allowed.skipHistory())
                .build();
        PublishHandler.Outcome outcome = new PublishHandler.Outcome(session, command.id(), command.channel());
        if (PublishHandler.publish(session, options, data, how, outcome)) {
            session.order().end(command.channel());
            outcome.begin();
            session.proceed();
        } else {
            session.sessions().tryAgain(() -> session.guard(() -> publish(allowed)));
        }
    }

    private void refuse(ErrorCode error) {
        if (error.code() == ErrorCode.INTERNAL.code()) {
            session.fail(command.id(), error); // nobody has refused it
        } else {
            session.refuse(command.id(), PublishHandler.WHAT, command.channel(), error);
        }
        session.order().end(command.channel());
        session.proceed();
    }
}
