package dev.relay.internal.journal;

import dev.relay.Publication;
import dev.relay.journal.Journal;
import dev.relay.journal.ReadRange;
import dev.relay.journal.Spool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is committed, wherever it is: first from the spool, then, below what was found there, from the journal. Publications
 * move from the one to the other and are for a moment in both, so in this order none is missed, and none is found twice. If
 * the spool has all of it, the journal is not asked, and need not answer.
 *
 * <p><b>Threading.</b> Any thread; blocks for the journal.
 */
public final class JournalReads {
    private final Journal journal;
    private final @Nullable Spool spool;

    public JournalReads(Journal journal, @Nullable Spool spool) {
        this.journal = journal;
        this.spool = spool;
    }

    /** As {@link Journal#read}. */
    public List<Publication> read(ReadRange range) {
        // What may be read has been committed before, so what the spool gets from here on is of no interest.
        if (spool == null || spool.size().publications() == 0) {
            return journal.read(range);
        }
        List<Publication> held = spool.read(range);
        if (held.isEmpty()) {
            return journal.read(range);
        }
        return range.reverse() ? down(range, held, spool) : up(range, held);
    }

    private List<Publication> up(ReadRange range, List<Publication> held) {
        long first = held.get(0).offset();
        if (first == range.after() + 1) {
            return held;
        }
        List<Publication> all = new ArrayList<>(journal.read(below(first, range, range.maxPublications())));
        boolean reachesSeam = all.isEmpty() || all.get(all.size() - 1).offset() == first - 1;
        if (reachesSeam) {
            all.addAll(held);
        }
        return cut(range, all);
    }

    private List<Publication> down(ReadRange range, List<Publication> held, Spool from) {
        long lowest = held.get(held.size() - 1).offset();
        int rest = range.maxPublications() - held.size();
        if (rest <= 0 || lowest == range.after() + 1) {
            return held;
        }
        ReadRange below = below(lowest, range, rest);
        if (!from.read(below).isEmpty()) {
            return held; // was cut off by its bytes
        }
        List<Publication> all = new ArrayList<>(held);
        all.addAll(journal.read(below));
        return cut(range, all);
    }

    private static ReadRange below(long offset, ReadRange range, int maxPublications) {
        return new ReadRange(
                range.streamId(),
                range.after(),
                offset - 1,
                range.reverse(),
                maxPublications,
                range.maxBytes(),
                range.notBeforeMicros());
    }

    private static List<Publication> cut(ReadRange range, List<Publication> all) {
        long bytes = 0;
        int count = 0;
        for (Publication publication : all) {
            bytes += publication.data().size();
            if (count == range.maxPublications() || (count > 0 && bytes > range.maxBytes())) {
                break;
            }
            count++;
        }
        return all.subList(0, count);
    }
}
