package dev.relay.benchmarks.load;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one subscriber got of one channel, exactly: messages are numbered from 0, each is due once and after the one before
 * it. Costs one comparison as long as nothing is wrong.
 */
final class Ledger {
    private static final int MAX_MISSING_REMEMBERED = 100_000;

    private long next;
    private long missing;
    private long duplicated;
    private long reordered;
    private @Nullable Set<Long> gaps;

    /** Message {@code sequence} has arrived; returns whether for the first time. */
    boolean received(long sequence) {
        if (sequence == next) {
            next++;
        } else if (sequence > next) {
            skip(sequence);
        } else if (gaps != null && gaps.remove(sequence)) {
            missing--;
            reordered++;
        } else {
            duplicated++;
            return false;
        }
        return true;
    }

    /** The account at the end, {@code published} messages having been sent. */
    Tally close(long published) {
        // more than was published cannot be: such a number was never sent
        long unknown = Math.max(0, next - published);
        return new Tally(missing + Math.max(0, published - next), duplicated, reordered, unknown);
    }

    private void skip(long sequence) {
        if (gaps == null) {
            gaps = new HashSet<>();
        }
        for (long lost = next; lost < sequence && gaps.size() < MAX_MISSING_REMEMBERED; lost++) {
            gaps.add(lost);
        }
        missing += sequence - next;
        next = sequence + 1;
    }
}
