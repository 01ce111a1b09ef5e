package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.jooq.SQLDialect;
import org.junit.jupiter.api.Test;

final class SqlTextsTest {
    @Test
    void a_statement_binds_every_value_of_every_row() {
        String insert = new SqlTexts(SQLDialect.MYSQL).insertMessages(512);
        assertThat(insert.chars().filter(c -> c == '?').count()).isEqualTo(512L * Rows.COLUMNS);
        assertThat(insert)
                .startsWith("insert into relay_message (stream_id, seq, append_id")
                .doesNotContain("duplicate");
        assertThat(insert.length()).as("prepStmtCacheSqlLimit").isLessThan(65_536);
    }

    @Test
    void the_newest_run_is_read_with_a_shared_lock_where_rows_are_locked() {
        assertThat(new SqlTexts(SQLDialect.MYSQL).newestRunShared()).endsWith("for share");
        assertThat(new SqlTexts(SQLDialect.MARIADB).newestRunShared()).endsWith("lock in share mode");
        assertThat(new SqlTexts(SQLDialect.SQLITE).newestRunShared()).endsWith("limit 1");
    }

    @Test
    void the_same_statement_is_rendered_once() {
        SqlTexts sql = new SqlTexts(SQLDialect.SQLITE);
        assertThat(sql.insertMessages(64)).isSameAs(sql.insertMessages(64));
    }
}
