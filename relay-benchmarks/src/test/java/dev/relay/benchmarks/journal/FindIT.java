package dev.relay.benchmarks.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench, briefly: every search finds what it should. */
class FindIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    @Test
    void every_search_finds_something_in_a_journal_that_is_filled_once() throws Exception {
        String[] words = {
            "--url",
            "jdbc:sqlite:" + directory.resolve("find.db"),
            "--rows",
            "20000",
            "--channels",
            "20",
            "--users",
            "50",
            "--searches",
            "3"
        };
        assertThat(FindCommand.run(words)).isZero();
        assertThat(FindCommand.run(words)).isZero();
    }
}
