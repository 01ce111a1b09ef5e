package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A stream as the journal knows it.
 *
 * @param streamId the journal's key for it, to be used in appends and reads
 * @param epoch names this incarnation of the stream
 * @param top the highest offset ever committed, also when the publication has been deleted since; 0 for none
 * @param trimmedTo everything up to this offset is deleted; 0 for nothing
 * @param keys idempotency keys that are kept, those of the highest offsets first; at most {@value #MAX_KEYS}. Some may have
 *     expired
 */
public record StreamState(String channel, long streamId, String epoch, long top, long trimmedTo, List<KeptKey> keys) {
    /** Most keys that a journal returns with a stream; older ones are forgotten by the restart. */
    public static final int MAX_KEYS = 10_000;

    private static final String EPOCH_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int EPOCH_LENGTH = 8; // 47 bits: two incarnations of one stream do not meet by chance

    public StreamState {
        requireNonNull(channel, "channel");
        requireNonNull(epoch, "epoch");
        keys = List.copyOf(keys);
    }

    /** A stream without idempotency keys. */
    public StreamState(String channel, long streamId, String epoch, long top, long trimmedTo) {
        this(channel, streamId, epoch, top, trimmedTo, List.of());
    }

    /** The same without its keys, which are needed once and may be many. */
    public StreamState withoutKeys() {
        return keys.isEmpty() ? this : new StreamState(channel, streamId, epoch, top, trimmedTo);
    }

    /** A new epoch: letters and digits, never empty. */
    public static String newEpoch(RandomGenerator random) {
        StringBuilder epoch = new StringBuilder(EPOCH_LENGTH);
        for (int i = 0; i < EPOCH_LENGTH; i++) {
            epoch.append(EPOCH_ALPHABET.charAt(random.nextInt(EPOCH_ALPHABET.length())));
        }
        return epoch.toString();
    }
}
