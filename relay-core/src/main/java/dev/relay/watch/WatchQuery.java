package dev.relay.watch;

import static java.util.Objects.requireNonNull;

import dev.relay.journal.EventKind;
import dev.relay.journal.Glob;
import java.time.Duration;
import java.util.Set;

/**
 * What to watch, and how closely. Immutable.
 *
 * @param interval from one report to the next, {@link #MIN_INTERVAL} to {@link #MAX_INTERVAL}
 * @param channels a {@link Glob} of channels to look at; {@code ""}: all
 * @param except a {@link Glob} of channels that are left out altogether, out of the totals too; {@code ""}: none
 * @param user publications and events of this user only; {@code ""}: of anybody
 * @param text publications that contain this text only, read as UTF-8, upper and lower case of ASCII letters alike;
 *     {@code ""}: any
 * @param events kinds of connection events to look at
 * @param samples at most how many publications, and how many events, are in a report, up to {@link #MAX_SAMPLES}
 * @param top at most how many channels, and how many publishers, are in a report, up to {@link #MAX_TOP}
 */
public record WatchQuery(
        Duration interval,
        String channels,
        String except,
        String user,
        String text,
        Set<EventKind> events,
        int samples,
        int top) {
    /** Shortest interval. */
    public static final Duration MIN_INTERVAL = Duration.ofMillis(100);

    /** Longest interval. */
    public static final Duration MAX_INTERVAL = Duration.ofMinutes(1);

    /** Most samples of a report. */
    public static final int MAX_SAMPLES = 1_000;

    /** Most channels, and most publishers, of a report. */
    public static final int MAX_TOP = 1_000;

    /** Longest text to look for, characters. */
    public static final int MAX_TEXT = 256;

    /** @throws IllegalArgumentException if a value is out of its bounds or a glob is malformed; the message says which */
    public WatchQuery {
        requireNonNull(interval, "interval");
        requireNonNull(user, "user");
        requireNonNull(text, "text");
        events = Set.copyOf(events);
        if (interval.compareTo(MIN_INTERVAL) < 0 || interval.compareTo(MAX_INTERVAL) > 0) {
            throw new IllegalArgumentException(
                    "interval must be " + MIN_INTERVAL + " to " + MAX_INTERVAL + ": " + interval);
        }
        if (samples < 0 || samples > MAX_SAMPLES) {
            throw new IllegalArgumentException("samples must be 0 to " + MAX_SAMPLES + ": " + samples);
        }
        if (top < 0 || top > MAX_TOP) {
            throw new IllegalArgumentException("top must be 0 to " + MAX_TOP + ": " + top);
        }
        if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException("text must have at most " + MAX_TEXT + " characters: " + text.length());
        }
        check(channels, "channels");
        check(except, "except");
    }

    private static void check(String glob, String name) {
        try {
            Glob.compile(glob);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    /** Looks at everything; reports totals only, until {@link #samples} or {@link #top} is asked for. */
    public static WatchQuery every(Duration interval) {
        return new WatchQuery(interval, "", "", "", "", Set.of(), 0, 0);
    }

    /** The same for these channels only. */
    public WatchQuery channels(String glob) {
        return new WatchQuery(interval, glob, except, user, text, events, samples, top);
    }

    /** The same without these channels. */
    public WatchQuery except(String glob) {
        return new WatchQuery(interval, channels, glob, user, text, events, samples, top);
    }

    /** The same for this user only. */
    public WatchQuery user(String name) {
        return new WatchQuery(interval, channels, except, name, text, events, samples, top);
    }

    /** The same for publications with this text only. */
    public WatchQuery text(String wanted) {
        return new WatchQuery(interval, channels, except, user, wanted, events, samples, top);
    }

    /** The same with connection events of these kinds. */
    public WatchQuery events(Set<EventKind> kinds) {
        return new WatchQuery(interval, channels, except, user, text, kinds, samples, top);
    }

    /** The same with at most so many publications, and so many events, in a report. */
    public WatchQuery samples(int most) {
        return new WatchQuery(interval, channels, except, user, text, events, most, top);
    }

    /** The same with at most so many channels, and so many publishers, in a report. */
    public WatchQuery top(int most) {
        return new WatchQuery(interval, channels, except, user, text, events, samples, most);
    }
}
