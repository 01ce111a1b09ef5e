package dev.relay;

import static java.util.Objects.requireNonNull;

/**
 * The row of an outbox table that a publication is made from. For who drains such a table; {@code relay-jdbc} has one.
 *
 * <p>In a channel that keeps a stream, the journal deletes the row in the same transaction in which it writes the publication,
 * if the table is in its database: so there is one of the two, whatever happens. Elsewhere whoever drains it has to delete it.
 *
 * <p><b>Threading.</b> Made by any thread; from then on the engine's.
 */
public final class OutboxEntry {
    private final long id;
    private final Sequence sequence;

    /**
     * @param id of the row, positive
     * @param sequence of the entries that are handed over together
     */
    public OutboxEntry(long id, Sequence sequence) {
        if (id <= 0) {
            throw new IllegalArgumentException("id must be positive: " + id);
        }
        this.id = id;
        this.sequence = requireNonNull(sequence, "sequence");
    }

    /** Of the row. */
    public long id() {
        return id;
    }

    /** What it keeps its order in. */
    public Sequence sequence() {
        return sequence;
    }

    /**
     * Entries of one channel that were handed over in order: when one is refused, so are those behind it, whatever has changed
     * meanwhile. So they can be tried again in the same order.
     *
     * <p><b>Threading.</b> The channel's home shard only.
     */
    public static final class Sequence {
        private boolean broken;

        /** A sequence of which nothing has been refused. */
        public Sequence() {}

        /** Whether one has been refused. */
        public boolean isBroken() {
            return broken;
        }

        /** One has been refused. */
        public void breakOff() {
            broken = true;
        }
    }
}
