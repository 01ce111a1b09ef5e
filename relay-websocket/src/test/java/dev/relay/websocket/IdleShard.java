package dev.relay.websocket;

import dev.relay.RelayClock;
import dev.relay.transport.Connection;
import dev.relay.transport.ShardContext;
import dev.relay.transport.Transport;
import java.util.ArrayDeque;

/** A shard without a thread, on which no time passes. */
final class IdleShard implements ShardContext {
    private static final RelayClock STOPPED = new RelayClock() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long epochMicros() {
            return 0;
        }
    };

    private final ArrayDeque<Runnable> due = new ArrayDeque<>();

    /** The next turn: runs what is due without delay; {@code false} if there was nothing. */
    boolean turn() {
        Runnable task = due.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public RelayClock clock() {
        return STOPPED;
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public Connection connect(Transport transport) {
        return new FakeConnection(transport, command -> {});
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        if (delayNanos > 0) {
            return () -> {};
        }
        due.add(task);
        return () -> due.remove(task);
    }
}
