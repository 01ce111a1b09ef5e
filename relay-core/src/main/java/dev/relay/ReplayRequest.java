package dev.relay;

import static java.util.Objects.requireNonNull;

/**
 * What to publish again. Begin with {@link #of} and narrow it. What is appended after the replay has begun is not part of it.
 *
 * @param source from which channel
 * @param target into which; other than {@code source} unless {@code intoItself}
 * @param afterOffset only later offsets than this
 * @param throughOffset no later offset than this
 * @param fromMicros not what was accepted earlier, microseconds since 1970-01-01 UTC
 * @param toMicros only what was accepted earlier than this
 * @param speed how many times faster than it was; 0 is as fast as publications are admitted
 * @param tagged whether each publication gets the tag {@link #TAG}
 * @param intoItself whether {@code target} may be {@code source}
 */
public record ReplayRequest(
        String source,
        String target,
        long afterOffset,
        long throughOffset,
        long fromMicros,
        long toMicros,
        double speed,
        boolean tagged,
        boolean intoItself) {
    /** Tag that says what a publication repeats: channel, slash, offset. */
    public static final String TAG = "replay-of";

    /** The highest {@code speed}. */
    public static final double MAX_SPEED = 1_000_000;

    public ReplayRequest {
        requireNonNull(source, "source");
        requireNonNull(target, "target");
        if (afterOffset < 0 || throughOffset < afterOffset) {
            throw new IllegalArgumentException(
                    "no range of offsets: after " + afterOffset + " through " + throughOffset);
        }
        if (fromMicros > toMicros) {
            throw new IllegalArgumentException("no range of time: from " + fromMicros + " to " + toMicros);
        }
        if (!(speed >= 0 && speed <= MAX_SPEED)) {
            throw new IllegalArgumentException("speed must be 0 to " + (long) MAX_SPEED + ": " + speed);
        }
        if (source.equals(target) && !intoItself) {
            throw new IllegalArgumentException(
                    "channel " + source + " would be replayed into itself; say so if that is meant");
        }
    }

    /** All of a channel into another, as fast as publications are admitted. */
    public static ReplayRequest of(String source, String target) {
        return new ReplayRequest(source, target, 0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, 0, true, false);
    }

    /** All of a channel into that channel once more. */
    public static ReplayRequest intoItself(String channel) {
        return new ReplayRequest(channel, channel, 0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, 0, true, true);
    }

    /** Only {@code after < offset <= through}. */
    public ReplayRequest offsets(long after, long through) {
        return new ReplayRequest(source, target, after, through, fromMicros, toMicros, speed, tagged, intoItself);
    }

    /** Only in this time: {@code from <= time < to}. */
    public ReplayRequest between(long from, long to) {
        return new ReplayRequest(source, target, afterOffset, throughOffset, from, to, speed, tagged, intoItself);
    }

    /** Publishes in the rhythm in which it was, so many times faster; 1 is as it was. */
    public ReplayRequest speed(double times) {
        return new ReplayRequest(
                source, target, afterOffset, throughOffset, fromMicros, toMicros, times, tagged, intoItself);
    }

    /** Without {@link #TAG}: receivers cannot tell. */
    public ReplayRequest untagged() {
        return new ReplayRequest(
                source, target, afterOffset, throughOffset, fromMicros, toMicros, speed, false, intoItself);
    }
}
