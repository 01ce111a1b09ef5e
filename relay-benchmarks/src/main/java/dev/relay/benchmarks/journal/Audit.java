package dev.relay.benchmarks.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was told to publishers, compared with what is in the database.
 *
 * @param acknowledged messages that were acknowledged
 * @param found rows
 * @param lost acknowledged, and not found
 * @param duplicates rows of a message that has another row already
 * @param holes offsets that are missing below the top of a channel
 * @param disorder rows that stand behind a later message of the same publisher
 * @param falseRefusals found, though their publisher was told that they were refused
 */
record Audit(long acknowledged, long found, long lost, long duplicates, long holes, long disorder, long falseRefusals) {
    private static final String ROWS =
            "SELECT m.stream_id, m.seq, m.payload FROM relay_message m ORDER BY m.stream_id, m.seq";

    /** Reads all rows; nobody may be publishing. */
    static Audit of(List<Publisher> publishers, String url) throws SQLException {
        Map<Integer, BitSet> found = new HashMap<>();
        Map<Integer, Integer> last = new HashMap<>();
        long rows = 0;
        long duplicates = 0;
        long holes = 0;
        long disorder = 0;
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(url.startsWith("jdbc:mysql:") ? Integer.MIN_VALUE : 1_000); // row by row
            try (ResultSet result = statement.executeQuery(ROWS)) {
                long stream = -1;
                long offset = 0;
                while (result.next()) {
                    if (result.getLong(1) != stream) {
                        stream = result.getLong(1);
                        offset = 0;
                    }
                    holes += result.getLong(2) - offset - 1;
                    offset = result.getLong(2);
                    String payload = new String(result.getBytes(3), UTF_8);
                    int publisher = number(payload, "\"p\":");
                    int message = number(payload, "\"n\":");
                    BitSet ofPublisher = found.computeIfAbsent(publisher, key -> new BitSet());
                    duplicates += ofPublisher.get(message) ? 1 : 0;
                    disorder += message <= last.getOrDefault(publisher, -1) ? 1 : 0;
                    ofPublisher.set(message);
                    last.put(publisher, message);
                    rows++;
                }
            }
        }
        long acknowledged = 0;
        long lost = 0;
        long falseRefusals = 0;
        for (Publisher publisher : publishers) {
            BitSet ofPublisher = found.getOrDefault(publisher.index(), new BitSet());
            acknowledged += publisher.acknowledged().cardinality();
            BitSet missing = (BitSet) publisher.acknowledged().clone();
            missing.andNot(ofPublisher);
            lost += missing.cardinality();
            BitSet falsely = (BitSet) publisher.refused().clone();
            falsely.and(ofPublisher);
            falseRefusals += falsely.cardinality();
        }
        return new Audit(acknowledged, rows, lost, duplicates, holes, disorder, falseRefusals);
    }

    private static int number(String payload, String name) {
        int from = payload.indexOf(name) + name.length();
        int to = from;
        while (Character.isDigit(payload.charAt(to))) {
            to++;
        }
        return Integer.parseInt(payload, from, to, 10);
    }

    boolean isClean() {
        return lost + duplicates + holes + disorder + falseRefusals == 0;
    }

    @Override
    public String toString() {
        return "acknowledged " + acknowledged + ", found " + found + ", lost " + lost + ", duplicates " + duplicates
                + ", holes " + holes + ", out of order " + disorder + ", refused but found " + falseRefusals;
    }
}
