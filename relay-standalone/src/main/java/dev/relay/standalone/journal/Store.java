package dev.relay.standalone.journal;

import dev.relay.jdbc.JdbcJournal;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.Option;
import java.util.UUID;

/** The journal that the configuration names. */
final class Store {
    private Store() {}

    static JdbcJournal.Builder of(Configuration configuration) {
        JdbcJournal.Builder journal =
                JdbcJournal.builder().url(configuration.databaseUrl()).nodeId("journal-command-" + UUID.randomUUID());
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
