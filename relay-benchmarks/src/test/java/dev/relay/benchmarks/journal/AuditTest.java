package dev.relay.benchmarks.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.HdrHistogram.Recorder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a proof can fail. */
class AuditTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    private final Publisher publisher = new Publisher(0, "proof-0", new Publisher.Load(1, 1, 0, 0), new Recorder(3));

    private String url = "";

    @BeforeEach
    void rowsOneToThree() throws SQLException {
        url = "jdbc:sqlite:" + directory.resolve("proof.db");
        execute("CREATE TABLE relay_message (stream_id INTEGER, seq INTEGER, payload BLOB)");
        for (int i = 1; i <= 3; i++) {
            insert(i, i - 1);
            publisher.acknowledged().set(i - 1);
        }
    }

    @Test
    void what_is_as_it_was_told_is_clean() throws SQLException {
        assertThat(audit())
                .satisfies(audit -> assertThat(audit.isClean()).isTrue())
                .isEqualTo(new Audit(3, 3, 0, 0, 0, 0, 0));
    }

    @Test
    void a_message_that_is_missing_is_lost() throws SQLException {
        publisher.acknowledged().set(3);
        assertThat(audit()).isEqualTo(new Audit(4, 3, 1, 0, 0, 0, 0));
        assertThat(audit().isClean()).isFalse();
    }

    @Test
    void a_message_that_is_there_twice_is_a_duplicate_and_out_of_order() throws SQLException {
        insert(4, 2);
        assertThat(audit()).isEqualTo(new Audit(3, 4, 0, 1, 0, 1, 0));
    }

    @Test
    void an_offset_that_is_missing_is_a_hole() throws SQLException {
        insert(6, 3);
        assertThat(audit()).isEqualTo(new Audit(3, 4, 0, 0, 2, 0, 0));
    }

    @Test
    void a_message_that_was_refused_must_not_be_there() throws SQLException {
        insert(4, 3);
        publisher.refused().set(3);
        assertThat(audit()).isEqualTo(new Audit(3, 4, 0, 0, 0, 0, 1));
    }

    private Audit audit() throws SQLException {
        return Audit.of(List.of(publisher), url);
    }

    private void insert(int offset, int message) throws SQLException {
        execute("INSERT INTO relay_message VALUES (1, " + offset + ", CAST('{\"p\":0,\"n\":" + message
                + "}' AS BLOB))");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
