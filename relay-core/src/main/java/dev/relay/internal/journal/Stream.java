package dev.relay.internal.journal;

import dev.relay.Durability;
import dev.relay.journal.KeptKey;
import dev.relay.journal.StreamState;
import java.util.List;

/**
 * A stream in use, shared by its home and the writer.
 *
 * <p>After a refused append everything that was assigned behind it must be refused as well, or a hole would remain. The
 * home numbers its attempts: it starts a new generation when it hears of the first refusal, and the writer refuses
 * whatever belongs to a generation it has refused from.
 */
public final class Stream {
    private final StreamState state;
    private final Durability durability;
    private final boolean knowsKeys;

    // Set by the writer before it hands the stream over, then the home's.
    private List<KeptKey> keys;

    // The writer's own: read and written by its thread only.
    private int refusedGeneration = -1;

    public Stream(StreamState state, Durability durability) {
        this(state, durability, true);
    }

    private Stream(StreamState state, Durability durability, boolean knowsKeys) {
        this.knowsKeys = knowsKeys;
        this.state = state.withoutKeys();
        this.keys = state.keys();
        this.durability = durability;
    }

    /** One that the journal was not asked for: what it has kept of idempotency keys is not known. */
    static Stream ofSpool(StreamState state) {
        return new Stream(state, Durability.SYNC, false);
    }

    /** Whether {@link #takeKeys} has all there are. */
    public boolean knowsKeys() {
        return knowsKeys;
    }

    /** The idempotency keys that came with it, once: whoever takes them remembers them. */
    public List<KeptKey> takeKeys() {
        List<KeptKey> taken = keys;
        keys = List.of();
        return taken;
    }

    /** As it was when it was loaded, without its keys. */
    public StreamState state() {
        return state;
    }

    public long id() {
        return state.streamId();
    }

    Durability durability() {
        return durability;
    }

    boolean refuses(int generation) {
        return generation <= refusedGeneration;
    }

    void refuse(int generation) {
        refusedGeneration = Math.max(refusedGeneration, generation);
    }
}
