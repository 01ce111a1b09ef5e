package dev.relay.websocket;

import dev.relay.transport.ShardContext.Timer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has read and may not handle yet, since what came before it became much more than was read: the rest of
 * one read at most, while nothing else is read.
 *
 * <p><b>Threading.</b> The connection's shard only.
 */
final class HeldInput {
    private final RelayConnection connection;
    private byte @Nullable [] bytes;
    private @Nullable Timer timer;

    HeldInput(RelayConnection connection) {
        this.connection = connection;
    }

    boolean isEmpty() {
        return bytes == null;
    }

    /** Keeps all of {@code in} for a later turn. */
    void keep(ByteBuffer in) {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        bytes = rest;
        goOnLater();
    }

    /** Has the connection handle what is held, unless the engine does not want it: then it has to be told again. */
    void goOnLater() {
        if (bytes != null && timer == null && !connection.isPaused()) {
            timer = connection.schedule(0, this::goOn);
        }
    }

    void cancel() {
        bytes = null;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void goOn() {
        timer = null;
        byte[] rest = bytes;
        if (rest != null && !connection.isPaused()) {
            bytes = null;
            connection.frames(ByteBuffer.wrap(rest));
        }
    }
}
