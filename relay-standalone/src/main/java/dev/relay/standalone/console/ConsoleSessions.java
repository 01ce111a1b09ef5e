package dev.relay.standalone.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who has logged in and not out. A session ends when it has not been used for an hour, in any case after twelve, and when there
 * are {@value #MAX_SESSIONS} younger ones.
 *
 * <p><b>Threading.</b> Any thread; a short lock. Who wants to know of ends is called without it.
 */
final class ConsoleSessions {
    static final int MAX_SESSIONS = 256;
    static final long IDLE_NANOS = TimeUnit.HOURS.toNanos(1);
    static final long LIFE_NANOS = TimeUnit.HOURS.toNanos(12);

    private final Map<Digest, ConsoleSession> sessions =
            new LinkedHashMap<>(); // in the order of their begin; guarded by this

    // written under the lock, read by shards without: whose connections are a session's
    private final Map<String, ConsoleSession> byUser = new ConcurrentHashMap<>();

    private final LongSupplier nanoTime;
    private final Consumer<ConsoleSession> ended;

    /** @param ended is told of each end, on the thread that finds it */
    ConsoleSessions(LongSupplier nanoTime, Consumer<ConsoleSession> ended) {
        this.nanoTime = nanoTime;
        this.ended = ended;
    }

    /** Begins one; returns its secret, which is not kept. */
    String begin(Role role) {
        String secret = Digest.newSecret();
        List<ConsoleSession> over;
        synchronized (this) {
            over = removeOver();
            if (sessions.size() == MAX_SESSIONS) {
                over.add(remove(sessions.keySet().iterator().next()));
            }
            ConsoleSession session = ConsoleSession.begin(role, nanoTime.getAsLong());
            while (byUser.putIfAbsent(session.user(), session) != null) {
                session = ConsoleSession.begin(role, nanoTime.getAsLong());
            }
            sessions.put(Digest.of(secret), session);
        }
        over.forEach(ended);
        return secret;
    }

    /** Makes one that does not end, and has no secret. */
    ConsoleSession always(ConsoleSession session) {
        byUser.put(session.user(), session);
        return session;
    }

    /** The session of a secret, which is used by this; {@code null} if there is none, or no more. */
    @Nullable
    ConsoleSession use(String secret) {
        Digest digest = Digest.of(secret);
        ConsoleSession session;
        synchronized (this) {
            session = sessions.get(digest);
            if (session == null) {
                return null;
            }
            long now = nanoTime.getAsLong();
            if (!isOver(session, now)) {
                session.usedNanos = now;
                return session;
            }
            remove(digest);
        }
        ended.accept(session);
        return null;
    }

    /** Ends the session of a secret, if there is one. */
    void end(String secret) {
        ConsoleSession session;
        synchronized (this) {
            session = remove(Digest.of(secret));
        }
        if (session != null) {
            ended.accept(session);
        }
    }

    /** Ends those that are over. */
    void sweep() {
        List<ConsoleSession> over;
        synchronized (this) {
            over = removeOver();
        }
        over.forEach(ended);
    }

    /** The session whose connections have this user; {@code null} if there is none, or no more. Lock-free. */
    @Nullable
    ConsoleSession ofUser(String user) {
        return byUser.get(user);
    }

    synchronized int size() {
        return sessions.size();
    }

    private List<ConsoleSession> removeOver() {
        long now = nanoTime.getAsLong();
        List<ConsoleSession> over = new ArrayList<>();
        sessions.values().removeIf(session -> {
            boolean is = isOver(session, now);
            if (is) {
                byUser.remove(session.user());
                over.add(session);
            }
            return is;
        });
        return over;
    }

    private @Nullable ConsoleSession remove(Digest digest) {
        ConsoleSession session = sessions.remove(digest);
        if (session != null) {
            byUser.remove(session.user());
        }
        return session;
    }

    private static boolean isOver(ConsoleSession session, long now) {
        return now - session.usedNanos >= IDLE_NANOS || now - session.beganNanos >= LIFE_NANOS;
    }
}
