package dev.relay.internal.session;

import dev.relay.CloseCode;
import dev.relay.internal.shard.Shard;
import dev.relay.transport.ShardContext.Timer;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pings of one connection: exactly one pong for each, in time. The first ping comes after half an interval to a whole one,
 * at random, so that connections made together are not pinged together.
 */
final class KeepAlive {
    private final ClientSession session;
    private final Shard shard;
    private final SessionOptions options;
    private Timer next;
    private boolean awaitsPong;

    KeepAlive(ClientSession session, Shard shard, SessionOptions options) {
        this.session = session;
        this.shard = shard;
        this.options = options;
        long half = options.pingNanos() / 2;
        this.next = shard.schedule(half + ThreadLocalRandom.current().nextLong(half), this::ping);
    }

    /** A pong has come; whether one was due. */
    boolean pong() {
        boolean due = awaitsPong;
        awaitsPong = false;
        return due;
    }

    void stop() {
        next.cancel();
    }

    private void ping() {
        awaitsPong = true;
        session.ping();
        next = shard.schedule(options.pongNanos(), this::checkPong);
    }

    private void checkPong() {
        if (awaitsPong) {
            session.close(CloseCode.NO_PONG);
        } else {
            next = shard.schedule(options.pingNanos() - options.pongNanos(), this::ping);
        }
    }
}
