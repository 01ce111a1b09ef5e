package dev.relay;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Where the engine gets the time from; tests hand in one that they move. Any thread. */
public interface RelayClock {
    /** A steady clock in nanoseconds, with any origin. */
    long nanoTime();

    /** Wall clock, microseconds since 1970-01-01 UTC. */
    long epochMicros();

    /** The machine's clocks. */
    static RelayClock system() {
        return SystemClock.INSTANCE;
    }

    /** {@link System#nanoTime()} and {@link Instant#now()}. */
    enum SystemClock implements RelayClock {
        /** The only one. */
        INSTANCE;

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long epochMicros() {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        }
    }
}
