package dev.relay.websocket;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.relay.RelayException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The places for connections that a node has: fewer than the files the process may open, so that accepting never takes the
 * last one. Some are kept for handshakes, so that neither those who do not finish them nor those who have keep others from
 * being answered.
 *
 * <p><b>Threading.</b> Any thread; touched when connections come and go.
 */
final class Places {
    private static final Logger LOG = LoggerFactory.getLogger(Places.class);
    private static final int MIN_HANDSHAKES = 16;
    private static final int MAX_HANDSHAKES = 1024;
    private static final int CONNECTIONS_PER_HANDSHAKE = 8;

    private final int clients;
    private final int handshakes;
    private final AtomicInteger taken = new AtomicInteger();

    private Places(int clients, int handshakes) {
        this.clients = clients;
        this.handshakes = handshakes;
    }

    /**
     * Divides what there is.
     *
     * @param descriptors the process may have
     * @param reserved of them for other uses; at most half of all is kept
     * @param wanted by configuration, {@link Integer#MAX_VALUE} for as many as fit
     * @throws RelayException if more are wanted than fit
     */
    static Places of(long descriptors, int reserved, int wanted) {
        long kept = Math.min(reserved, descriptors / 2);
        long all = descriptors - kept;
        int handshakes =
                (int) Math.max(MIN_HANDSHAKES, Math.min(MAX_HANDSHAKES, all / (CONNECTIONS_PER_HANDSHAKE + 1)));
        int fit = (int) Math.max(1, Math.min(Integer.MAX_VALUE, all - handshakes));
        if (wanted != Integer.MAX_VALUE && wanted > fit) {
            throw new RelayException(
                    "connections_per_node is " + wanted + ", but only " + fit + " connections fit into the "
                            + descriptors + " files that this process may open, less " + kept + " for other uses and "
                            + handshakes
                            + " for handshakes; raise the limit of open files (ulimit -n) to at least "
                            + needed(wanted, reserved) + " or lower connections_per_node");
        }
        LOG.info(
                "up to {} clients at a time: {} files may be open, of which {} are for other uses and {} for handshakes",
                Math.min(wanted, fit),
                descriptors,
                kept,
                handshakes);
        return new Places(Math.min(wanted, fit), handshakes);
    }

    /** Files this process may open; {@link Integer#MAX_VALUE} where the system does not say or has no limit. */
    static long descriptors() {
        long limit = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : 0;
        return limit > 0 ? Math.min(Integer.MAX_VALUE, limit) : Integer.MAX_VALUE; // no limit is −1 to some systems
    }

    /** Clients that fit. */
    int clients() {
        return clients;
    }

    /** Handshakes that may be unfinished at a time, those that are being refused included. */
    int handshakes() {
        return handshakes;
    }

    /** Takes a place; {@code false} iff all are taken. */
    boolean tryTake() {
        if (taken.incrementAndGet() <= clients) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }

    void giveBack() {
        taken.decrementAndGet();
    }

    private static long needed(long wanted, long reserved) {
        long handshakes = Math.max(MIN_HANDSHAKES, Math.min(MAX_HANDSHAKES, wanted / CONNECTIONS_PER_HANDSHAKE + 1));
        return Math.max(wanted + handshakes + reserved, 2 * reserved);
    }
}
