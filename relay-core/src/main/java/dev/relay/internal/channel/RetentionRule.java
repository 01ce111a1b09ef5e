package dev.relay.internal.channel;

import dev.relay.ChannelOptions;
import dev.relay.journal.StoredPublication;
import dev.relay.journal.StreamState;
import java.time.Duration;
import java.util.List;

/**
 * What of a stream need not be stored any longer, at one moment. What {@code history_size} and {@code history_ttl} let be read
 * stays, whatever else says; where neither is given they ask for nothing, and history is what is stored.
 *
 * @param expiredBefore older publications may go, microseconds since 1970-01-01 UTC
 * @param maxBytes the oldest may go while all together are larger; the newest publication stays
 * @param keptSize of the newest publications, those that are not older than {@code keptSince}, stay; 0 if there is no limit
 */
record RetentionRule(long expiredBefore, long maxBytes, long keptSize, long keptSince) {
    /** The rule of a channel; it deletes nothing where {@link ChannelOptions#hasRetention} says so. */
    static RetentionRule of(ChannelOptions options, long nowMicros) {
        boolean limited = options.historySize() != ChannelOptions.UNLIMITED
                || options.historyTtl().compareTo(ChannelOptions.FOREVER) < 0;
        return new RetentionRule(
                before(options.journalTtl(), nowMicros),
                options.journalMaxBytes(),
                limited ? options.historySize() : 0,
                before(options.historyTtl(), nowMicros));
    }

    private static long before(Duration ttl, long nowMicros) {
        return ttl.toSeconds() >= nowMicros / 1_000_000 ? 0 : nowMicros - ttl.toNanos() / 1000;
    }

    /** Whether bytes matter. */
    boolean countsBytes() {
        return maxBytes != ChannelOptions.UNLIMITED;
    }

    /**
     * Through which offset the stream may be deleted, going by its oldest publications.
     *
     * @param storedBytes of all stored publications together; of no interest unless {@link #countsBytes}
     */
    long through(StreamState stream, List<StoredPublication> oldest, long storedBytes) {
        long through = stream.trimmedTo();
        long left = storedBytes;
        for (StoredPublication publication : oldest) {
            long offset = publication.offset();
            boolean expired = publication.timeMicros() < expiredBefore;
            boolean tooMuch = countsBytes() && left > maxBytes && offset < stream.top();
            boolean kept = offset > stream.top() - keptSize && publication.timeMicros() >= keptSince;
            if (!(expired || tooMuch) || kept) {
                break;
            }
            left -= publication.bytes();
            through = offset;
        }
        return through;
    }
}
