package dev.relay;

/** When a publisher is told "done", and what survives a crash. */
public enum Durability {
    /** Nothing is kept: accepted, delivered, forgotten. The channel has no stream, so no offsets and no recovery. */
    NONE,
    /**
     * Told and delivered when accepted, journaled right after: a crash may lose the last moments. A stream that cannot
     * prove its continuity after a crash gets a new epoch.
     */
    ASYNC,
    /** Told and delivered after the journal has committed: what was acknowledged is there after a crash. */
    SYNC
}
