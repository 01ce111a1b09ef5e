package dev.relay.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Health;
import dev.relay.standalone.config.Arguments;
import dev.relay.standalone.config.ConfigurationReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program drains the outbox of its database when it is told to, for applications in any language. */
@Timeout(120)
class OutboxIT {
    private final Path directory;

    OutboxIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void forgetWhereTheDriverUnpacks() {
        System.clearProperty("org.sqlite.tmpdir");
    }

    @ParameterizedTest
    @ValueSource(strings = {"row", "rows of a transaction"})
    void what_is_inserted_is_published(String kind) throws Exception {
        try (Server server = start("--outbox=true")) {
            boolean one = kind.equals("row");
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(one);
                statement.execute("INSERT INTO relay_outbox (channel, payload) VALUES ('news', '{\"n\":1}')");
                if (!one) {
                    statement.execute("INSERT INTO relay_outbox (channel, payload) VALUES ('news', '{\"n\":2}')");
                    connection.commit();
                }
            }
            await("SELECT COUNT(*) FROM relay_message", one ? 1 : 2);
            await("SELECT COUNT(*) FROM relay_outbox", 0);
            assertThat(server.health().state()).isEqualTo(Health.State.READY);
        }
    }

    @Test
    void it_does_not_unless_it_is_told_to() throws Exception {
        start().close();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO relay_outbox (channel, payload) VALUES ('news', '1')");
        }
        start().close();
        await("SELECT COUNT(*) FROM relay_outbox", 1);
        try (Server server = start("--outbox=true")) {
            await("SELECT COUNT(*) FROM relay_message", 1);
            assertThat(server.port()).isPositive();
        }
    }

    private Server start(String... more) {
        String[] all = new String[more.length + 2];
        all[0] = "--port=0";
        all[1] = "--http-port=off";
        System.arraycopy(more, 0, all, 2, more.length);
        Server server =
                Server.start(ConfigurationReader.read(Arguments.parse(all), Map.of(), directory), Engine::start);
        while (server.health().state() == Health.State.NOT_READY) { // until the timeout of the test
            LockSupport.parkNanos(1_000_000);
        }
        return server;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:sqlite:" + directory.resolve("relay-data/relay.db") + "?busy_timeout=60000");
    }

    private void await(String count, int expected) throws SQLException {
        int found;
        do { // until the timeout of the test
            LockSupport.parkNanos(5_000_000);
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(count)) {
                found = result.getInt(1);
            }
        } while (found != expected);
    }
}
