package dev.relay.jdbc;

import dev.relay.Durability;
import dev.relay.journal.Spooled;
import dev.relay.journal.StreamState;
import dev.relay.tck.Samples;
import java.nio.file.Path;
import java.util.List;

/** Fills a spool and removes from it until it is killed, and says through which offset each is done. */
final class SpoolingProcess {
    private SpoolingProcess() {}

    public static void main(String[] args) {
        SqliteSpool spool = SqliteSpool.at(Path.of(args[0]));
        spool.open();
        StreamState stream = new StreamState("orders", 1, "epoch", 0, 0);
        List<Spooled> left = spool.oldest(Integer.MAX_VALUE, Long.MAX_VALUE);
        long first = left.isEmpty()
                ? Long.parseLong(args[1]) + 1
                : left.get(left.size() - 1).append().publication().offset() + 1;
        for (; ; first += 20) {
            spool.append(Samples.appends(stream, first, first + 19).stream()
                    .map(append -> new Spooled(0, "orders", Durability.SYNC, append))
                    .toList());
            System.out.println("acknowledged " + (first + 19));
            List<Spooled> oldest = spool.oldest(13, Long.MAX_VALUE);
            Spooled last = oldest.get(oldest.size() - 1);
            spool.remove(last.position());
            System.out.println("removed " + last.append().publication().offset());
        }
    }
}
