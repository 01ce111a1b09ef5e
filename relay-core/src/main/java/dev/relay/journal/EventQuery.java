package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events to return: those that meet every condition. Begin with {@link #newest} or {@link #oldest} and narrow it.
 *
 * @param fromMicros not what happened earlier, microseconds since 1970-01-01 UTC
 * @param toMicros only what happened earlier than this
 * @param kinds empty for every kind
 * @param user whose; {@code null} for everybody's, {@code ""} for anonymous ones
 * @param client of which connection; {@code null} for all
 * @param channel about which channel; {@code null} for all
 * @param newestFirst the order
 * @param after where the page before ended, exclusive; {@code null} for the first page
 * @param limit at most this many, 1 to {@link #MAX_LIMIT}
 */
public record EventQuery(
        long fromMicros,
        long toMicros,
        Set<EventKind> kinds,
        @Nullable String user,
        @Nullable String client,
        @Nullable String channel,
        boolean newestFirst,
        @Nullable EventPosition after,
        int limit) {
    /** Events in one page. */
    public static final int MAX_LIMIT = 10_000;

    public EventQuery {
        requireNonNull(kinds, "kinds");
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ": " + limit);
        }
        kinds = kinds.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(kinds));
    }

    /** All events, the newest first. */
    public static EventQuery newest(int limit) {
        return new EventQuery(Long.MIN_VALUE, Long.MAX_VALUE, Set.of(), null, null, null, true, null, limit);
    }

    /** All events, the oldest first. */
    public static EventQuery oldest(int limit) {
        return new EventQuery(Long.MIN_VALUE, Long.MAX_VALUE, Set.of(), null, null, null, false, null, limit);
    }

    /** Only in this time: {@code from <= time < to}. */
    public EventQuery between(long from, long to) {
        return new EventQuery(from, to, kinds, user, client, channel, newestFirst, after, limit);
    }

    /** Only these kinds. */
    public EventQuery of(Set<EventKind> only) {
        return new EventQuery(fromMicros, toMicros, only, user, client, channel, newestFirst, after, limit);
    }

    /** Only this user's. */
    public EventQuery ofUser(String only) {
        return new EventQuery(fromMicros, toMicros, kinds, only, client, channel, newestFirst, after, limit);
    }

    /** Only this connection's. */
    public EventQuery ofClient(String only) {
        return new EventQuery(fromMicros, toMicros, kinds, user, only, channel, newestFirst, after, limit);
    }

    /** Only about this channel. */
    public EventQuery ofChannel(String only) {
        return new EventQuery(fromMicros, toMicros, kinds, user, client, only, newestFirst, after, limit);
    }

    /** The page that follows on an event. */
    public EventQuery after(EventPosition position) {
        return new EventQuery(fromMicros, toMicros, kinds, user, client, channel, newestFirst, position, limit);
    }

    /** Whether an event is asked for. */
    public boolean matches(ConnectionEvent event) {
        int order = after == null ? 1 : event.position().compareTo(after) * (newestFirst ? -1 : 1);
        return order > 0
                && event.timeMicros() >= fromMicros
                && event.timeMicros() < toMicros
                && (kinds.isEmpty() || kinds.contains(event.kind()))
                && (user == null || user.equals(event.user()))
                && (client == null || client.equals(event.client()))
                && (channel == null || channel.equals(event.channel()));
    }
}
