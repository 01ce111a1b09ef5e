package dev.relay;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A method that clients and the server API can call.
 *
 * <p><b>Threading.</b> Called on a shard's thread: do not block, or give the engine a {@link
 * RelayBuilder#handlerExecutor}. A throw or an exceptional stage answers {@link ErrorCode#INTERNAL}.
 */
@FunctionalInterface
public interface RpcHandler {
    /** Answers a call. */
    CompletionStage<RpcResult> call(Call call);

    /**
     * @param session who calls; {@code null} for the application itself
     * @param method as it was registered
     * @param data the parameters, or {@code null} for none
     */
    record Call(
            @Nullable Session session,
            String method,
            @Nullable Payload data) {}
}
