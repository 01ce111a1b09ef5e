package dev.relay.websocket;

import dev.relay.transport.ShardContext;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections of one listener, come what may. When descriptors run out, a reserve one is given up for a moment to
 * accept and refuse what waits: otherwise the listener would stay ready and the shard would spin.
 *
 * <p><b>Threading.</b> Made on the thread that builds the engine, then the shard's thread only.
 */
final class Acceptor {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final int MAX_ACCEPTS = 64;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServerSocketChannel listener;

    private @Nullable SelectionKey key;
    private @Nullable ShardContext shard;
    private @Nullable SocketChannel reserve;
    private long failures;

    /** Takes what was accepted. */
    interface Sink {
        void accepted(SocketChannel channel) throws IOException;
    }

    Acceptor(ServerSocketChannel listener) {
        this.listener = listener;
    }

    void register(Selector selector, ShardContext context) throws IOException {
        listener.configureBlocking(false);
        shard = context;
        key = listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Accepts what waits, up to a bound that keeps the shard fair. */
    void ready(Sink sink) {
        for (int i = 0; i < MAX_ACCEPTS; i++) {
            // First the means to refuse: a connection that took the last descriptor would leave all others unanswered.
            refillReserve();
            if (reserve == null) {
                pause();
                return;
            }
            SocketChannel channel;
            try {
                channel = listener.accept();
            } catch (IOException e) {
                failed(e);
                return;
            }
            if (channel == null) {
                return;
            }
            if (failures > 0) {
                LOG.warn("accepting connections again after {} failures", failures);
                failures = 0;
            }
            try {
                sink.accepted(channel);
            } catch (Throwable e) {
                LOG.debug("connection not taken", e);
                closeQuietly(channel);
            }
        }
    }

    /** Takes no connections any more. Idempotent. */
    void close() {
        if (key != null) {
            key.cancel();
        }
        closeQuietly(listener);
        if (reserve != null) {
            closeQuietly(reserve);
            reserve = null;
        }
    }

    private void failed(IOException failure) {
        if (failures++ == 0) {
            LOG.warn(
                    "cannot accept a connection, refusing new ones until it works again: {}; "
                            + "if descriptors ran out, raise the limit of open files (ulimit -n)",
                    failure.toString());
        }
        if (reserve != null) {
            closeQuietly(reserve);
            reserve = null;
            try (SocketChannel refused = listener.accept()) {
                LOG.debug("refused a connection: {}", refused);
            } catch (IOException e) {
                LOG.debug("reserve descriptor was of no use: {}", e.toString());
            }
        }
    }

    private void pause() {
        SelectionKey registered = key;
        if (registered == null || shard == null || !registered.isValid()) {
            return;
        }
        registered.interestOps(0);
        shard.schedule(PAUSE_NANOS, () -> {
            if (registered.isValid()) {
                registered.interestOps(SelectionKey.OP_ACCEPT);
            }
        });
    }

    private void refillReserve() {
        if (reserve == null) {
            try {
                reserve = SocketChannel.open();
            } catch (IOException e) {
                LOG.debug("no reserve descriptor: {}", e.toString());
            }
        }
    }

    private static void closeQuietly(java.nio.channels.Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing failed: {}", e.toString());
        }
    }
}
