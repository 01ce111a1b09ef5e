package dev.relay;

/** What a client that comes back is given. */
public enum RecoveryMode {
    /** Everything it missed, or nothing. */
    STREAM,
    /** The newest publication: for channels whose publications replace each other. */
    CACHE
}
