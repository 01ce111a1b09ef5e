package dev.relay.internal.session;

import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Refused;
import dev.relay.RpcResult;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The commands rpc and send, which the application answers and takes. */
final class CallHandler {
    private static final Logger LOG = LoggerFactory.getLogger(CallHandler.class);

    private CallHandler() {}

    /** {@code false} iff it must wait. */
    static boolean run(ClientSession session, Command.Rpc command) {
        if (!session.order().mayCall()) {
            return false;
        }
        Handlers handlers = session.sessions().handlers();
        if (!handlers.has(command.method())) {
            session.fail(command.id(), handlers.hasMethods() ? ErrorCode.METHOD_NOT_FOUND : ErrorCode.NOT_AVAILABLE);
            return true;
        }
        session.order().beginCall();
        session.sessions()
                .await(
                        session,
                        () -> handlers.call(session, command.method(), command.data()),
                        (result, failure) -> answered(session, command, result, failure));
        return true;
    }

    static void run(ClientSession session, Command.Send command) {
        Handlers handlers = session.sessions().handlers();
        if (handlers.takesMessages()) {
            handlers.message(session, command.data());
        } else {
            session.close(CloseCode.NOT_AVAILABLE);
        }
    }

    private static void answered(
            ClientSession session, Command.Rpc command, @Nullable RpcResult result, @Nullable Throwable failure) {
        if (!session.isConnected()) {
            return;
        }
        if (result instanceof RpcResult.Returned returned) {
            session.reply(command.id(), new Reply.Returned(returned.data()));
        } else if (result instanceof RpcResult.Closed closed) {
            session.close(closed.code());
            return;
        } else if (result instanceof Refused refused) {
            session.fail(command.id(), refused.error());
        } else {
            LOG.warn("the handler of RPC method {} has failed", command.method(), failure);
            session.fail(command.id(), ErrorCode.INTERNAL);
        }
        session.order().endCall();
        session.proceed();
    }
}
