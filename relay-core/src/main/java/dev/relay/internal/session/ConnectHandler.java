package dev.relay.internal.session;

import dev.relay.Authorizer.ConnectAttempt;
import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.transport.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command connect: who this is, and until when. */
final class ConnectHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectHandler.class);

    private ConnectHandler() {}

    static void run(ClientSession session, Command.Connect command) {
        ConnectAttempt attempt = new ConnectAttempt(
                command.token(), command.data(), command.name(), command.version(), command.headers(), session.peer());
        session.sessions()
                .ask(
                        session,
                        authorizer -> authorizer.connect(attempt),
                        (decision, failure) -> decided(session, command, decision, failure));
    }

    private static void decided(
            ClientSession session,
            Command.Connect command,
            @Nullable Connecting decision,
            @Nullable Throwable failure) {
        if (!session.isConnecting()) {
            return; // closed meanwhile
        }
        if (decision instanceof Accepted accepted) {
            accepted(session, command, accepted);
        } else if (decision instanceof Connecting.Closed closed) {
            session.refuseConnect(command, closed.code().code(), closed.code().reason());
            session.close(closed.code());
        } else {
            ErrorCode error = error(decision, failure);
            session.refuseConnect(command, error.code(), error.message());
            session.fail(command.id(), error);
            session.unusable();
        }
    }

    private static void accepted(ClientSession session, Command.Connect command, Accepted accepted) {
        if (!session.identify(accepted, command)) {
            session.refuseConnect(command, CloseCode.CONNECTION_LIMIT.code(), CloseCode.CONNECTION_LIMIT.reason());
            session.close(CloseCode.CONNECTION_LIMIT);
            return;
        }
        new Greeting(session, command, accepted).begin();
    }

    private static ErrorCode error(@Nullable Connecting decision, @Nullable Throwable failure) {
        if (decision instanceof Connecting.Rejected rejected) {
            return rejected.error();
        }
        LOG.warn("the authorizer has failed", failure);
        return ErrorCode.INTERNAL;
    }
}
