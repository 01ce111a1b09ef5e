package dev.relay.watch;

/** A watch that goes on until it is closed or its engine is. Any thread; nothing blocks. */
public interface Watch extends AutoCloseable {
    /** How many an engine has at a time: each sees every publication. */
    int MAX_OPEN = 16;

    /** Ends it; at most the report that is being made now still comes. Idempotent. */
    @Override
    void close();
}
