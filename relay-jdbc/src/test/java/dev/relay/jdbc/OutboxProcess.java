package dev.relay.jdbc;

import dev.relay.ChannelOptions;
import dev.relay.Payload;
import dev.relay.Relay;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.concurrent.locks.LockSupport;

/**
 * An application with a Relay in it: publishes in transactions of its own, some of which it rolls back, and drains its outbox,
 * until it is killed. Prints the number of each transaction that it knows to be committed.
 */
final class OutboxProcess {
    static final String CHANNEL = "orders";

    private OutboxProcess() {}

    /** URL of the journal, URL for the application, the first number, how many transactions at most. */
    public static void main(String[] args) throws Exception {
        long first = Long.parseLong(args[2]);
        long count = Long.parseLong(args[3]);
        JdbcJournal journal =
                JdbcJournal.builder().url(args[0]).nodeId("killed").build();
        Relay relay = Relay.builder()
                .journal(journal)
                .channelDefaults(ChannelOptions.journaled())
                .build();
        while (!relay.health().detail().isEmpty()) {
            LockSupport.parkNanos(1_000_000);
        }
        OutboxDrain drain = OutboxDrain.builder(relay, journal).start();
        Outbox outbox = new Outbox();
        try (Connection connection = DriverManager.getConnection(args[1])) {
            connection.setAutoCommit(false);
            for (long number = first; number < first + count; number++) {
                outbox.publish(connection, CHANNEL, Payload.of(number + "a"));
                outbox.publish(connection, CHANNEL, Payload.of(number + "b"));
                if (number % 4 == 3) {
                    connection.rollback();
                } else {
                    connection.commit();
                    System.out.println("committed " + number);
                    drain.wake();
                }
            }
        }
        System.out.println("done");
        LockSupport.park(); // until it is killed
    }
}
