package dev.relay.samples.outbox;

import dev.relay.ChannelOptions;
import dev.relay.Health;
import dev.relay.Payload;
import dev.relay.Relay;
import dev.relay.jdbc.JdbcJournal;
import dev.relay.jdbc.Outbox;
import dev.relay.jdbc.OutboxDrain;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Takes three orders and tells of each: an order that is in the database is told of once, and no other is. */
public final class Orders {
    private static final Outbox OUTBOX = new Outbox();

    private Orders() {}

    /** Runs for a moment. */
    public static void main(String[] arguments) throws Exception {
        // snippet: drain
        JdbcJournal journal = JdbcJournal.sqlite(Path.of("orders.db")); // or MySQL: the database that the orders are in
        Relay relay = Relay.builder()
                .journal(journal)
                .channelDefaults(ChannelOptions.journaled())
                .build();
        OutboxDrain drain = OutboxDrain.builder(relay, journal).start();
        // end of snippet
        CountDownLatch told = new CountDownLatch(2);
        relay.subscribe("orders", message -> {
            System.out.println("told: " + message.data().text());
            told.countDown();
        });
        while (relay.health().state() != Health.State.READY) { // the journal makes its tables when it is opened first
            TimeUnit.MILLISECONDS.sleep(10);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:orders.db?busy_timeout=5000")) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "CREATE TABLE IF NOT EXISTS shop_order (item TEXT NOT NULL CHECK (item <> 'unicorn'))");
            }
            for (String item : new String[] {"lamp", "unicorn", "chair"}) {
                try {
                    order(connection, item);
                    drain.wake(); // not needed: without it, subscribers hear of it up to half a second later
                } catch (SQLException e) {
                    System.out.println("no order, and nobody is told: " + item);
                }
            }
        }
        told.await(10, TimeUnit.SECONDS);
        drain.close();
        relay.close();
    }

    // snippet: transaction
    private static void order(Connection connection, String item) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO shop_order (item) VALUES (?)")) {
            OUTBOX.publish(connection, "orders", Payload.of("{\"ordered\":\"" + item + "\"}"));
            insert.setString(1, item);
            insert.executeUpdate();
            connection.commit(); // both, or neither
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }
    // end of snippet
}
