package dev.relay.jdbc;

import dev.relay.journal.Journal;
import dev.relay.tck.JournalContract;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The contract on a real server. */
@EnabledIfEnvironmentVariable(named = MysqlFixture.VARIABLE, matches = ".+", disabledReason = MysqlFixture.SKIPPED)
final class MysqlJournalIT extends JournalContract {
    private final AtomicInteger nodes = new AtomicInteger();
    private String crashedNode = "";

    MysqlJournalIT() throws SQLException {
        MysqlFixture.dropTables(); // an instance per test, before its first journal
    }

    /** Each journal is a node of its own, unless a node has crashed: then it is that one, restarted. */
    @Override
    protected Journal journal() {
        String node = crashedNode.isEmpty() ? "node-" + nodes.incrementAndGet() : crashedNode;
        crashedNode = "";
        return MysqlFixture.journal(node);
    }

    @Override
    protected void crash(Journal journal) {
        ((JdbcJournal) journal).abandon();
        crashedNode = ((JdbcJournal) journal).nodeId();
    }

    @Override
    protected Journal replace(Journal owner) {
        crashedNode = ((JdbcJournal) owner).nodeId();
        Journal journal = journal();
        journal.open();
        return journal;
    }
}
