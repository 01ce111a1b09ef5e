package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.jdbc.SearchTexts.Path;
import dev.relay.journal.Journal;
import dev.relay.journal.StreamState;
import dev.relay.tck.Samples;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jooq.SQLDialect;

/** What a database says about the statements of a search: each goes along its index, in order, without sorting. */
final class SearchPlans {
    /** What a plan says. */
    interface Check {
        void holds(Path path, String sql, List<String> plan);
    }

    private SearchPlans() {}

    /** Something to plan for. */
    static void fill(Journal journal) {
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            StreamState stream = Samples.load(journal, "room-" + i);
            journal.append(LongStream.rangeClosed(1, 200)
                    .mapToObj(offset -> Samples.random(stream, offset, random))
                    .toList());
        }
    }

    static void check(Connection connection, SQLDialect dialect, String explain, Check check) throws SQLException {
        SearchTexts texts = new SearchTexts(dialect);
        for (Path path : Path.values()) {
            for (boolean newestFirst : new boolean[] {false, true}) {
                for (boolean whole : new boolean[] {false, true}) {
                    String sql = texts.along(path, newestFirst, whole);
                    check.holds(path, sql, plan(connection, explain + " " + sql, path, newestFirst));
                }
            }
        }
        String rows = texts.rows(64);
        check.holds(Path.OFFSETS, rows, plan(connection, explain + " " + rows, Path.OFFSETS, false));
    }

    private static List<String> plan(Connection connection, String sql, Path path, boolean newestFirst)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int values = (int) sql.chars().filter(c -> c == '?').count();
            int key = path == Path.TIME ? 0 : 1;
            long early = Samples.timeMicros(20);
            long late = Samples.timeMicros(150);
            for (int i = 1; i <= values; i++) {
                if (i == key && path == Path.USER_TIME) {
                    statement.setString(i, "user-7");
                } else if (path == Path.OFFSETS || i == key || i == values) {
                    statement.setLong(i, path == Path.OFFSETS ? i : 100);
                } else {
                    statement.setLong(i, (i == key + 1) == newestFirst ? early : late); // the bound, then the place
                }
            }
            List<String> plan = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                int columns = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    StringBuilder row = new StringBuilder();
                    for (int i = 1; i <= columns; i++) {
                        row.append(rows.getMetaData().getColumnLabel(i))
                                .append('=')
                                .append(rows.getString(i))
                                .append(' ');
                    }
                    plan.add(row.toString());
                }
            }
            assertThat(plan).as(sql).isNotEmpty();
            return plan;
        }
    }
}
