package dev.relay.benchmarks.journal;

import java.nio.file.Path;
import java.util.Map;

/** The file in Relay's data directory, which has no process of its own. */
record SqliteFile(Path directory) implements Store {
    @Override
    public Map<String, String> settings() {
        return Map.of();
    }

    @Override
    public String url() {
        return "jdbc:sqlite:" + directory.resolve("relay-data").resolve("relay.db");
    }

    @Override
    public String name() {
        return "SQLite";
    }

    @Override
    public void kill() {
        throw new UnsupportedOperationException("SQLite is no process");
    }

    @Override
    public void start() {}

    @Override
    public void close() {}
}
