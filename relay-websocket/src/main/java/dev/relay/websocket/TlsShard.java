package dev.relay.websocket;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;

/**
 * What all TLS connections of one shard share, so that an idle one holds no buffer.
 *
 * <p><b>Threading.</b> The shard's thread only, but for what is handed to the workers.
 */
final class TlsShard {
    /** RFC 5246 6.2.3: no record is longer. */
    static final int MAX_RECORD_BYTES = 5 + 16_384 + 2048;

    private static final int READ_BYTES = ShardIo.READ_BYTES; // what it holds fits the buffer it is decrypted to
    private static final int WRITE_BYTES = 5 * 16_384;

    /** What a read takes from a socket; empty between two reads. */
    final ByteBuffer received = ByteBuffer.allocateDirect(READ_BYTES);

    /** What is encrypted and has not left; empty between two writes. At least {@link #MAX_RECORD_BYTES}. */
    final ByteBuffer encrypted = ByteBuffer.allocateDirect(WRITE_BYTES);

    final FaultLog faults;

    private final Tls tls;
    private final TlsWorkers workers;
    private final Runnable wakeup;

    // Workers add, the shard takes. At most one entry for each connection in its handshake.
    private final ConcurrentLinkedQueue<RelayConnection> worked = new ConcurrentLinkedQueue<>();

    /** @param wakeup makes the shard call {@link #drain} soon; any thread */
    TlsShard(Tls tls, TlsWorkers workers, Runnable wakeup, FaultLog faults) {
        this.tls = tls;
        this.workers = workers;
        this.wakeup = wakeup;
        this.faults = faults;
    }

    SSLEngine engine() {
        return tls.engine();
    }

    /**
     * Has something slow done for a connection, which is then found by {@link #drain}.
     *
     * @throws RejectedExecutionException if too much waits to be done
     */
    void work(Runnable task, RelayConnection connection) {
        workers.execute(() -> {
            try {
                task.run();
            } finally {
                worked.add(connection);
                wakeup.run();
            }
        });
    }

    /** Hands on the connections for which something has been done. */
    void drain(Consumer<RelayConnection> sink) {
        for (RelayConnection next = worked.poll(); next != null; next = worked.poll()) {
            sink.accept(next);
        }
    }

    /** Has the certificate's files looked at. */
    void checkFiles() {
        try {
            workers.execute(tls::check);
        } catch (RejectedExecutionException e) {
            // next time: the workers have all their hands full
        }
    }

    long checkNanos() {
        return tls.interval().toNanos();
    }

    void close() {
        workers.release();
    }
}
