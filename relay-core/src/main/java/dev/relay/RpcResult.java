package dev.relay;

import org.jspecify.annotations.Nullable;

/** What an {@link RpcHandler} answers: a value, an error ({@link Refused}), or the end of the connection. */
public sealed interface RpcResult permits RpcResult.Returned, RpcResult.Closed, Refused {
    /** @param data the value, or {@code null} for none */
    record Returned(@Nullable Payload data) implements RpcResult {}

    /** The caller's connection is closed. */
    record Closed(CloseCode code) implements RpcResult {}
}
