package dev.relay.journal;

/**
 * A stretch of one stream: publications with {@code after < offset <= through}.
 *
 * @param streamId of {@link StreamState}
 * @param reverse newest first
 * @param maxPublications at most this many, at least 1
 * @param maxBytes stop before the payload bytes returned exceed this; the first publication is returned whatever its size
 * @param notBeforeMicros leave out what was accepted earlier, microseconds since 1970-01-01 UTC; 0 leaves out nothing
 */
public record ReadRange(
        long streamId,
        long after,
        long through,
        boolean reverse,
        int maxPublications,
        long maxBytes,
        long notBeforeMicros) {
    public ReadRange {
        if (after < 0 || through < after || maxPublications < 1) {
            throw new IllegalArgumentException(
                    "not a range: after=" + after + " through=" + through + " maxPublications=" + maxPublications);
        }
    }
}
