package dev.relay.internal.watch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sample of a stream of unknown length in which everything has the same chance to be (algorithm R of Vitter, "Random
 * Sampling with a Reservoir", 1985).
 *
 * @param <T> what is sampled
 */
final class Reservoir<T> {
    private final int capacity;
    private List<T> kept = new ArrayList<>();
    private long seen;
    private long random;

    /** @param seed any */
    Reservoir(int capacity, long seed) {
        this.capacity = capacity;
        this.random = seed | 1; // xorshift stays at zero
    }

    /**
     * One more has come.
     *
     * @return where it is to be {@linkplain #put}; -1 if it is not in the sample
     */
    int place() {
        long index = seen++;
        if (index < capacity) {
            return (int) index;
        }
        long drawn = Math.multiplyHigh(next() >>> 1, seen << 1); // 0 to seen - 1, evenly
        return drawn < capacity ? (int) drawn : -1;
    }

    /** Puts the newest at its place, and gives what was there before; {@code null} if nothing was. */
    @Nullable
    T put(int place, T newest) {
        if (place < kept.size()) {
            return kept.set(place, newest);
        }
        kept.add(newest);
        return null;
    }

    /** How many have come since the last {@link #take}. */
    long seen() {
        return seen;
    }

    /** The sample; a new one begins. */
    List<T> take() {
        List<T> taken = kept;
        kept = new ArrayList<>();
        seen = 0;
        return taken;
    }

    /** Marsaglia, "Xorshift RNGs", 2003, with a period of 2^64 − 1. */
    private long next() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return random;
    }
}
