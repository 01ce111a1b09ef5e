package dev.relay.websocket;

import dev.relay.transport.ShardContext.Timer;
import org.java_websocket.framing.CloseFrame;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose message is not finished in time. One timer serves many messages: it is not moved with each, but
 * looks at the clock when its time has come.
 *
 * <p><b>Threading.</b> The connection's shard only.
 */
final class MessageLimit {
    private final RelayConnection connection;
    private final ShardIo io;
    private @Nullable Timer timer;

    MessageLimit(RelayConnection connection, ShardIo io) {
        this.connection = connection;
        this.io = io;
    }

    /** A message began that is not complete yet. */
    void began() {
        if (timer == null) {
            timer = connection.schedule(io.options.messageNanos(), this::timedOut);
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void timedOut() {
        timer = null;
        if (!connection.listens() || !(connection.getDraft() instanceof RelayDraft draft) || !draft.isUnfinished()) {
            return;
        }
        // while we do not read, the peer cannot finish anything
        long age = connection.isPaused() ? 0 : io.shard.clock().nanoTime() - draft.unfinishedSinceNanos();
        long left = io.options.messageNanos() - age;
        if (left <= 0) {
            connection.violation(CloseFrame.POLICY_VALIDATION, "message not finished in time");
        } else {
            timer = connection.schedule(left, this::timedOut);
        }
    }
}
