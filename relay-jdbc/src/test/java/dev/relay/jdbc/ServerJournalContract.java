package dev.relay.jdbc;

import dev.relay.journal.Journal;
import dev.relay.tck.JournalContract;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract on a real server, whose database is emptied for each test. */
abstract class ServerJournalContract extends JournalContract {
    private final AtomicInteger nodes = new AtomicInteger();
    private final String url;
    private String crashedNode = "";

    /** An instance per test, before its first journal. */
    ServerJournalContract(String url) throws SQLException {
        this.url = url;
        dropTables(url);
    }

    /** Drops what Relay makes, whatever that is in this version. */
    static void dropTables(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet names = statement.executeQuery("SELECT table_name FROM information_schema.tables"
                    + " WHERE table_schema = DATABASE() AND table_name LIKE 'relay\\_%'")) {
                while (names.next()) {
                    tables.add(names.getString(1));
                }
            }
            if (!tables.isEmpty()) {
                statement.execute("DROP TABLE " + String.join(", ", tables));
            }
        }
    }

    /** Each journal is a node of its own, unless a node has crashed: then it is that one, restarted. */
    @Override
    protected final Journal journal() {
        String node = crashedNode.isEmpty() ? "node-" + nodes.incrementAndGet() : crashedNode;
        crashedNode = "";
        return JdbcJournal.builder().url(url).nodeId(node).build();
    }

    @Override
    protected final void crash(Journal journal) {
        ((JdbcJournal) journal).abandon();
        crashedNode = ((JdbcJournal) journal).nodeId();
    }

    @Override
    protected final Journal replace(Journal owner) {
        crashedNode = ((JdbcJournal) owner).nodeId();
        Journal journal = journal();
        journal.open();
        return journal;
    }
}
