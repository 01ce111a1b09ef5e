package dev.relay.benchmarks.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.relay.Durability;
import dev.relay.journal.Journal;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A large journal: publications of clients with a tag, spread over channels, users and a month. One thread. */
final class Filling {
    private static final int AT_ONCE = 500;
    private static final int PER_COMMIT = 40;
    private static final int LOADED_AT_ONCE = 500;
    private static final long FIRST_MICROS = 1_767_225_600_000_000L; // 2026-01-01
    private static final long MONTH_MICROS = 30L * 86_400_000_000L;
    private static final byte[] PAYLOAD = ("{\"text\":\"" + "x".repeat(188) + "\"}").getBytes(US_ASCII);

    private final String url;
    private final int rows;
    private final int users;
    private final long[] ids;
    private final long[] tops;

    Filling(String url, int rows, int channels, int users) {
        this.url = url;
        this.rows = rows;
        this.users = users;
        this.ids = new long[channels];
        this.tops = new long[channels];
    }

    int rows() {
        return rows;
    }

    int channels() {
        return ids.length;
    }

    String name(int channel) {
        return "room-" + channel;
    }

    String channel(Random random) {
        return name(random.nextInt(ids.length));
    }

    long top(int channel) {
        return tops[channel];
    }

    String user(Random random) {
        return "user-" + random.nextInt(users);
    }

    /** A time in the first {@code part} of the month. */
    long time(Random random, double part) {
        return FIRST_MICROS + (long) (random.nextDouble() * part * MONTH_MICROS);
    }

    /** Makes the streams through the journal, and rows past it, in large transactions. */
    void fill(Journal journal) throws SQLException {
        load(journal);
        long there = 0;
        for (long top : tops) {
            there += top;
        }
        if (there >= rows) {
            System.err.println("filled already: " + there + " rows");
            return;
        }
        long began = System.nanoTime();
        String options = url.startsWith("jdbc:mysql:") ? "&rewriteBatchedStatements=false&useServerPrepStmts=true" : "";
        try (Connection connection = DriverManager.getConnection(url + options)) {
            if (url.startsWith("jdbc:sqlite:")) {
                execute(connection, "PRAGMA busy_timeout = 60000");
                execute(connection, "PRAGMA synchronous = OFF"); // this connection only
                execute(connection, "PRAGMA cache_size = -400000");
                execute(connection, "PRAGMA wal_autocheckpoint = 20000");
            }
            List<String> indexes = dropIndexes(connection);
            connection.setAutoCommit(false);
            insert(connection, there);
            connection.setAutoCommit(true);
            for (String index : indexes) {
                System.err.println(index);
                execute(connection, index);
            }
        }
        System.err.printf("filled in %d s%n", (System.nanoTime() - began) / 1_000_000_000);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** All but the key: built at the end they take a fraction of the time. Returns what makes them again. */
    private List<String> dropIndexes(Connection connection) throws SQLException {
        boolean mysql = url.startsWith("jdbc:mysql:");
        String query = mysql
                ? "SELECT index_name, CONCAT('ALTER TABLE relay_message ADD KEY ', index_name, ' (',"
                        + " GROUP_CONCAT(column_name ORDER BY seq_in_index), ')') FROM information_schema.statistics"
                        + " WHERE table_schema = DATABASE() AND table_name = 'relay_message'"
                        + " AND index_name <> 'PRIMARY' GROUP BY index_name"
                : "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'relay_message'"
                        + " AND sql IS NOT NULL";
        List<String> making = new ArrayList<>();
        List<String> dropping = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet indexes = statement.executeQuery(query)) {
            while (indexes.next()) {
                dropping.add("DROP INDEX " + indexes.getString(1) + (mysql ? " ON relay_message" : ""));
                making.add(indexes.getString(2));
            }
        }
        for (String drop : dropping) {
            execute(connection, drop);
        }
        return making;
    }

    private void load(Journal journal) {
        for (int from = 0; from < ids.length; from += LOADED_AT_ONCE) {
            List<StreamRequest> requests = new ArrayList<>();
            for (int i = from; i < Math.min(ids.length, from + LOADED_AT_ONCE); i++) {
                requests.add(new StreamRequest(name(i), Durability.SYNC));
            }
            List<StreamState> streams = journal.load(requests);
            for (int i = 0; i < streams.size(); i++) {
                ids[from + i] = streams.get(i).streamId();
                tops[from + i] = streams.get(i).top();
            }
        }
    }

    private void insert(Connection connection, long there) throws SQLException {
        Random random = new Random(there);
        String sql = "INSERT INTO relay_message (stream_id, seq, append_id, created_at, client_id, user_id, kind, tags,"
                + " payload) VALUES " + ",(?,?,?,?,?,?,1,?,?)".repeat(AT_ONCE).substring(1);
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            long row = there;
            for (int statements = 1; row < rows; statements++) {
                int at = 1;
                for (int i = 0; i < AT_ONCE; i++, row++) {
                    int channel = random.nextInt(ids.length);
                    int user = random.nextInt(users);
                    insert.setLong(at++, ids[channel]);
                    insert.setLong(at++, ++tops[channel]);
                    insert.setLong(at++, random.nextLong());
                    insert.setLong(at++, FIRST_MICROS + (long) ((double) row / rows * MONTH_MICROS));
                    insert.setString(at++, "0b0a4f9c-3f1e-4c5d-9d8b-" + user);
                    insert.setString(at++, "user-" + user);
                    insert.setString(at++, "{\"kind\":\"k" + random.nextInt(10) + "\"}");
                    insert.setBytes(at++, PAYLOAD);
                }
                insert.executeUpdate();
                if (statements % PER_COMMIT == 0 || row >= rows) {
                    connection.commit();
                    System.err.printf("\rfilled %,d of %,d rows", row, rows);
                }
            }
        }
        System.err.println();
    }
}
