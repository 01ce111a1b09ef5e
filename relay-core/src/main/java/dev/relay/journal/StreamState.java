package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import java.util.random.RandomGenerator;

/**
 * A stream as the journal knows it.
 *
 * @param streamId the journal's key for it, to be used in appends and reads
 * @param epoch names this incarnation of the stream
 * @param top the highest offset ever committed, also when the publication has been deleted since; 0 for none
 * @param trimmedTo everything up to this offset is deleted; 0 for nothing
 */
public record StreamState(String channel, long streamId, String epoch, long top, long trimmedTo) {
    private static final String EPOCH_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int EPOCH_LENGTH = 8; // 47 bits: two incarnations of one stream do not meet by chance

    public StreamState {
        requireNonNull(channel, "channel");
        requireNonNull(epoch, "epoch");
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
