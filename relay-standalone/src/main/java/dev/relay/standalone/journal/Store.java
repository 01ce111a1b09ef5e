package dev.relay.standalone.journal;

import dev.relay.jdbc.JdbcJournal;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.Option;
import java.util.UUID;

/** The journal that the configuration names. */
public final class Store {
    private Store() {}

    /** For a command, which is a node of its own each time. */
    static JdbcJournal.Builder of(Configuration configuration) {
        return of(configuration, "journal-command-" + UUID.randomUUID());
    }

    /** For this node. */
    public static JdbcJournal.Builder of(Configuration configuration, String nodeId) {
        JdbcJournal.Builder journal =
                JdbcJournal.builder().url(configuration.databaseUrl()).nodeId(nodeId);
        String user = configuration.find(Option.DATABASE_USER);
        if (user != null) {
            journal.user(user);
        }
        String password = configuration.find(Option.DATABASE_PASSWORD);
        if (password != null) {
            journal.password(password);
        }
        return journal;
    }
}
