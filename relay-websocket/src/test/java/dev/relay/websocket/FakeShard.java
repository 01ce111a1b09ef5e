package dev.relay.websocket;

import dev.relay.RelayClock;
import dev.relay.transport.Command;
import dev.relay.transport.Connection;
import dev.relay.transport.Edge;
import dev.relay.transport.Poller;
import dev.relay.transport.ShardContext;
import dev.relay.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A shard without an engine: drives one poller on a thread of its own and keeps what connections say. */
final class FakeShard implements ShardContext, AutoCloseable {
    final BlockingQueue<FakeConnection> connected = new LinkedBlockingQueue<>();

    private final int index;
    private final int count;
    private final BiConsumer<FakeConnection, Command> engine;
    private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Due> timers = new PriorityQueue<>();
    private final List<FakeConnection> live = new ArrayList<>();
    final Poller poller;
    private final Thread thread;
    private volatile boolean stopped;
    volatile boolean hasRoom = true;
    private volatile @Nullable Throwable failure;

    /** A shard of its own that only records. */
    static FakeShard of(Edge edge) {
        return new FakeShard(edge, 0, 1, (connection, command) -> {});
    }

    FakeShard(Edge edge, int index, int count, BiConsumer<FakeConnection, Command> engine) {
        this.index = index;
        this.count = count;
        this.engine = engine;
        poller = edge.poller(this);
        thread = new Thread(this::run, "fake-shard-" + index);
        thread.start();
    }

    /** Runs on the shard's thread. */
    void execute(Runnable task) {
        inbox.add(task);
        poller.wakeup();
    }

    CompletableFuture<Void> stopAccepting() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        execute(() -> {
            poller.stopAccepting();
            done.complete(null);
        });
        return done;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean hasRoom() {
        return hasRoom;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public RelayClock clock() {
        return RelayClock.system();
    }

    @Override
    public Connection connect(Transport transport) {
        FakeConnection connection = new FakeConnection(transport, command -> {});
        connection.onCommand = command -> engine.accept(connection, command);
        live.add(connection);
        connected.add(connection);
        return connection;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Due due = new Due(System.nanoTime() + delayNanos, task);
        timers.add(due);
        return () -> timers.remove(due);
    }

    @Override
    public void close() {
        stopped = true;
        poller.wakeup();
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new AssertionError("the shard failed", failure);
        }
    }

    private void run() {
        try {
            while (!stopped) {
                for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
                    task.run();
                }
                long now = System.nanoTime();
                while (!timers.isEmpty() && timers.peek().at - now <= 0) {
                    timers.poll().task.run();
                }
                live.removeIf(FakeConnection::flush);
                poller.poll(timers.isEmpty() ? Long.MAX_VALUE : Math.max(0, timers.peek().at - System.nanoTime()));
                live.removeIf(FakeConnection::flush);
            }
        } catch (Throwable e) {
            failure = e;
        } finally {
            poller.close();
        }
    }

    private record Due(long at, Runnable task) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(at, other.at);
        }
    }
}
