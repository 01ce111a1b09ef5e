package dev.relay;

/**
 * How an engine is.
 *
 * @param state whether it can do its work
 * @param detail why not, for people; {@code ""} when {@link State#READY}
 */
public record Health(State state, String detail) {
    /** From good to bad. */
    public enum State {
        /** Everything works. */
        READY,
        /** Running, but the journal is not (yet, or no longer) usable: journaled channels are refused. */
        NOT_READY,
        /** Clients are being sent away and no new ones taken; everything else works as ever. */
        DRAINING,
        /** Closing or closed. */
        STOPPING,
        /** Something failed that this engine will not recover from: restart it. */
        FAILED
    }
}
