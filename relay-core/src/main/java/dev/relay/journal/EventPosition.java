package dev.relay.journal;

/**
 * A place in the log of events, which is ordered by time and then by id.
 *
 * @param timeMicros microseconds since 1970-01-01 UTC
 * @param id of the event
 */
public record EventPosition(long timeMicros, long id) implements Comparable<EventPosition> {
    @Override
    public int compareTo(EventPosition other) {
        int byTime = Long.compare(timeMicros, other.timeMicros);
        return byTime != 0 ? byTime : Long.compare(id, other.id);
    }
}
