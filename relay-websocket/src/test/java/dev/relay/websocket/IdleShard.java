package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.RelayClock;
import dev.relay.transport.Connection;
import dev.relay.transport.ShardContext;
import dev.relay.transport.Transport;
import org.jspecify.annotations.Nullable;

/** A shard without a thread, on which no time passes; it knows the connection made last. */
final class IdleShard implements ShardContext {
    private @Nullable FakeConnection connection;

    FakeConnection connection() {
        return requireNonNull(connection, "connection");
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
        return RelayClock.system();
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public Connection connect(Transport transport) {
        connection = new FakeConnection(transport, command -> {});
        return connection;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return () -> {};
    }
}
