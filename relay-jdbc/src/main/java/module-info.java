import org.jspecify.annotations.NullMarked;

/** The journal in SQL: MySQL and SQLite, through jOOQ and HikariCP. */
@NullMarked
module dev.relay.jdbc {
    requires com.zaxxer.hikari;
    requires transitive dev.relay;
    requires java.sql;
    requires org.jooq;
    requires org.slf4j;

    exports dev.relay.jdbc;
}
