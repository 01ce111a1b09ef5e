package dev.relay.jdbc;

import dev.relay.journal.Journal;
import dev.relay.tck.JournalContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class SqliteJournalTest extends JournalContract {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    @Override
    protected Journal journal() {
        return JdbcJournal.sqlite(directory.resolve("relay.db"));
    }

    @Override
    protected void crash(Journal journal) {
        ((JdbcJournal) journal).abandon();
    }

    /** Where the lock file is deleted by a tidy operator, or does not lock, as on some network file systems. */
    @Override
    protected Journal replace(Journal owner) {
        try {
            Files.delete(directory.resolve("relay.db.lock"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Journal journal = journal();
        journal.open();
        return journal;
    }
}
