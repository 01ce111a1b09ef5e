package dev.relay.websocket;

import dev.relay.transport.Connection;
import dev.relay.transport.Poller;
import dev.relay.transport.RefusalReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard's selector: accepts, reads and writes for the connections of that shard.
 *
 * <p><b>Threading.</b> The shard's thread only, except {@link #wakeup()}, which may be called from any.
 */
final class SelectorPoller implements Poller {
    private static final Logger LOG = LoggerFactory.getLogger(SelectorPoller.class);
    private static final long NANOS_PER_MILLI = 1_000_000;

    final ShardIo io;
    private final Selector selector;
    private final @Nullable Acceptor acceptor;
    private final Consumer<SelectionKey> handler = this::ready;
    private final Consumer<RelayConnection> worked = this::worked;

    SelectorPoller(ShardIo io, Selector selector, @Nullable Acceptor acceptor) throws IOException {
        this.io = io;
        this.selector = selector;
        this.acceptor = acceptor;
        if (acceptor != null) {
            acceptor.register(selector, io.shard);
        }
        if (io.tls != null && io.shard.index() == 0) {
            watch(io.tls);
        }
    }

    @Override
    public void poll(long timeoutNanos) {
        try {
            if (timeoutNanos <= 0) {
                selector.selectNow(handler);
            } else if (timeoutNanos == Long.MAX_VALUE) {
                selector.select(handler);
            } else {
                // up, or a timer due in half a millisecond would be polled for in a busy loop
                selector.select(handler, (timeoutNanos - 1) / NANOS_PER_MILLI + 1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("selector of shard " + io.shard.index() + " failed", e);
        }
        if (io.tls != null) {
            io.tls.drain(worked);
        }
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void stopAccepting() {
        if (acceptor != null) {
            acceptor.close();
        }
    }

    @Override
    public void close() {
        if (!selector.isOpen()) {
            return;
        }
        stopAccepting();
        if (io.tls != null) {
            io.tls.close();
        }
        for (SelectionKey key : new ArrayList<>(selector.keys())) {
            if (key.attachment() instanceof RelayConnection connection) {
                connection.guarded(connection::abort);
            }
        }
        io.close();
        try {
            selector.selectNow(); // lets go of the descriptors of closed channels
            selector.close();
        } catch (IOException e) {
            LOG.warn("closing the selector of shard {} failed", io.shard.index(), e);
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof RelayConnection connection) {
            try {
                connection.ready(key.readyOps());
            } catch (Throwable e) {
                broke(connection, e);
            }
        } else if (acceptor != null) {
            acceptor.ready(this::accepted);
        }
    }

    private void worked(RelayConnection connection) {
        try {
            connection.worked();
        } catch (Throwable e) {
            broke(connection, e);
        }
    }

    private static void broke(RelayConnection connection, Throwable cause) {
        if (cause instanceof IOException || cause instanceof CancelledKeyException) {
            LOG.debug("connection broke: {}", cause.toString());
            connection.guarded(connection::abort);
        } else {
            connection.failed(cause);
        }
    }

    /** Has the certificate looked after, for all shards. */
    private void watch(TlsShard tls) {
        io.shard.schedule(tls.checkNanos(), () -> {
            tls.checkFiles();
            watch(tls);
        });
    }

    private void accepted(SocketChannel channel) throws IOException {
        prepare(channel);
        Visitor visitor = io.door.visitor((InetSocketAddress) channel.getRemoteAddress());
        if (!visitor.arrived()) {
            io.refusals.note(RefusalReason.ADDRESS);
            channel.close();
            return;
        }
        RelayConnection connection = new RelayConnection(io, channel, visitor);
        try {
            makeRoomFor(connection);
            SelectionKey key = channel.register(selector, 0, connection);
            Connection engine = io.shard.connect(connection);
            connection.guarded(() -> connection.start(key, engine));
        } catch (Throwable e) { // nobody will end it
            io.unfinished.remove(connection);
            visitor.left();
            throw e;
        }
    }

    private void makeRoomFor(RelayConnection connection) {
        RelayConnection oldest = io.unfinished.add(connection);
        if (oldest != null) {
            io.refusals.note(RefusalReason.CROWDED_OUT);
            oldest.guarded(oldest::abort);
        }
    }

    /** What every connection needs to know about its socket. */
    static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, EdgeOptions.SOCKET_BUFFER_BYTES);
    }
}
