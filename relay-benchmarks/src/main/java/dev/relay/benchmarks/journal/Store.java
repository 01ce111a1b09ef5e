package dev.relay.benchmarks.journal;

import java.io.IOException;
import java.util.Map;

/** The database behind a Relay, as its operator sees it. One thread. */
interface Store extends AutoCloseable {
    /** What tells Relay to use it: environment variables. */
    Map<String, String> settings();

    /** For plain JDBC. */
    String url();

    /** In a word or two, for tables. */
    String name();

    /** Ends it as a power cut would, if it is a process. */
    void kill() throws IOException;

    /** Starts it again after {@link #kill}, with the data that it had; waits until it answers. */
    void start() throws IOException;

    @Override
    void close() throws IOException;
}
