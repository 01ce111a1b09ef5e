package dev.relay.jdbc;

import dev.relay.journal.StreamState;
import dev.relay.tck.Samples;
import java.nio.file.Path;

/** Appends to a file until it is killed, and prints the offset through which each batch was acknowledged. */
final class AppendingProcess {
    private AppendingProcess() {}

    public static void main(String[] args) {
        JdbcJournal journal = JdbcJournal.sqlite(Path.of(args[0]));
        journal.open();
        StreamState stream = Samples.load(journal, "orders");
        for (long first = stream.top() + 1; ; first += 20) {
            long expiresAtMicros = Samples.timeMicros(first);
            journal.append(Samples.appends(stream, first, first + 19).stream()
                    .map(append ->
                            Samples.keyed(append, "key-" + append.publication().offset(), expiresAtMicros))
                    .toList());
            System.out.println("acknowledged " + (first + 19));
        }
    }
}
