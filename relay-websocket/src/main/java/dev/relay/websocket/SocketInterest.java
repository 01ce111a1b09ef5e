package dev.relay.websocket;

import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * What the selector watches one socket for. The key is touched only when that changes: each change costs a system call.
 *
 * <p><b>Threading.</b> The connection's shard only.
 */
final class SocketInterest {
    private @Nullable SelectionKey key;
    private int operations;

    /** Begins to watch with this key, for nothing yet. */
    void register(SelectionKey registered) {
        key = registered;
    }

    void set(boolean reading, boolean writing) {
        int wanted = (reading ? SelectionKey.OP_READ : 0) | (writing ? SelectionKey.OP_WRITE : 0);
        if (key != null && wanted != operations) {
            operations = wanted;
            key.interestOps(wanted);
        }
    }

    boolean reads() {
        return (operations & SelectionKey.OP_READ) != 0;
    }

    /** Watches no more, for good. */
    void end() {
        operations = 0;
        if (key != null) {
            key.cancel();
            key = null;
        }
    }
}
