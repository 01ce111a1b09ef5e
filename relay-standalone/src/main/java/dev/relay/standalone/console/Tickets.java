package dev.relay.standalone.console;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What lets a session connect to the WebSocket endpoint: once, within a minute. There are at most {@value #MAX_TICKETS}; one more
 * takes the place of the oldest.
 *
 * <p><b>Threading.</b> Any thread; a short lock, which shards take too, when somebody connects with a ticket.
 */
final class Tickets {
    /** Tokens that begin so are tickets; no JSON Web Token does. */
    static final String PREFIX = "console.";

    static final int MAX_TICKETS = 1024;
    static final long LIFE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private record Issued(ConsoleSession session, long atNanos) {}

    private final Map<Digest, Issued> tickets = new LinkedHashMap<>(); // in the order of issue; guarded by this
    private final LongSupplier nanoTime;

    Tickets(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    static boolean isTicket(String token) {
        return token.startsWith(PREFIX);
    }

    String issue(ConsoleSession session) {
        String ticket = PREFIX + Digest.newSecret();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            Iterator<Issued> oldest = tickets.values().iterator();
            while (oldest.hasNext()) {
                if (now - oldest.next().atNanos() < LIFE_NANOS && tickets.size() < MAX_TICKETS) {
                    break;
                }
                oldest.remove();
            }
            tickets.put(Digest.of(ticket), new Issued(session, now));
        }
        return ticket;
    }

    /** Whose it was; {@code null} if it is none, has been used, or is too old. */
    synchronized @Nullable ConsoleSession redeem(String ticket) {
        Issued issued = tickets.remove(Digest.of(ticket));
        return issued == null || nanoTime.getAsLong() - issued.atNanos() >= LIFE_NANOS ? null : issued.session();
    }

    synchronized int size() {
        return tickets.size();
    }
}
