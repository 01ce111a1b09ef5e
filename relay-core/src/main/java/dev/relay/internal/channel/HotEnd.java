package dev.relay.internal.channel;

import dev.relay.Publication;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * The newest publications of a stream, in memory: without holes, up to the last one dispatched, and at least everything the
 * journal has not committed yet.
 */
final class HotEnd {
    private static final int MAX_PUBLICATIONS = 1024;
    private static final int MAX_BYTES = 256 << 10;

    private final ArrayDeque<Publication> publications = new ArrayDeque<>(4);
    private final HotBudget budget;
    private long bytes;

    HotEnd(HotBudget budget) {
        this.budget = budget;
    }

    /** Adds the next publication; lets go of old ones, but of none after {@code committed}. */
    void add(Publication publication, long committed) {
        publications.addLast(publication);
        count(publication.data().size());
        trim(committed);
    }

    /**
     * Puts back what was read from the journal, as much of its end as fits, so that it need not be read again.
     *
     * @param older without holes, oldest first; does nothing unless it ends where this begins
     */
    void prepend(List<Publication> older) {
        for (int i = older.size() - 1; i >= 0; i--) {
            Publication publication = older.get(i);
            boolean follows = publications.isEmpty() ? i == older.size() - 1 : publication.offset() == first() - 1;
            int size = publication.data().size();
            if (!follows
                    || publications.size() == MAX_PUBLICATIONS
                    || bytes + size > MAX_BYTES
                    || budget.isExceeded()) {
                return;
            }
            publications.addFirst(publication);
            count(size);
        }
    }

    void trim(long committed) {
        boolean removed = true;
        while (removed && isTooLarge()) {
            removed = removeOldest(committed);
        }
    }

    /** Lets go of everything up to an offset; it is deleted. */
    void removeThrough(long offset) {
        boolean removed = true;
        while (removed) {
            removed = removeOldest(offset);
        }
    }

    private boolean removeOldest(long through) {
        Publication oldest = publications.peekFirst();
        if (oldest == null || oldest.offset() > through) {
            return false;
        }
        publications.removeFirst();
        count(-oldest.data().size());
        return true;
    }

    /** Offset of the oldest publication held; {@link Long#MAX_VALUE} if there is none. */
    long first() {
        Publication oldest = publications.peekFirst();
        return oldest == null ? Long.MAX_VALUE : oldest.offset();
    }

    /** What is held of {@code after < offset <= through}, oldest first. */
    List<Publication> range(long after, long through) {
        List<Publication> range = new ArrayList<>();
        // From the end: what is asked for is mostly the newest.
        for (Iterator<Publication> newestFirst = publications.descendingIterator(); newestFirst.hasNext(); ) {
            Publication publication = newestFirst.next();
            if (publication.offset() <= after) {
                break;
            }
            if (publication.offset() <= through) {
                range.add(publication);
            }
        }
        Collections.reverse(range);
        return range;
    }

    /** Gives its memory back. */
    void clear() {
        budget.add(-bytes);
        bytes = 0;
        publications.clear();
    }

    private boolean isTooLarge() {
        return publications.size() > MAX_PUBLICATIONS || bytes > MAX_BYTES || (bytes > 0 && budget.isExceeded());
    }

    private void count(int difference) {
        bytes += difference;
        budget.add(difference);
    }

    /** Payload bytes that all hot ends of a shard may hold together, beyond what they must. */
    static final class HotBudget {
        private static final long LIMIT_BYTES = 64 << 20;

        private long bytes;

        void add(long difference) {
            bytes += difference;
        }

        boolean isExceeded() {
            return bytes > LIMIT_BYTES;
        }
    }
}
