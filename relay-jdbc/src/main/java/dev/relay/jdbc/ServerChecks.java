package dev.relay.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a MySQL or MariaDB server lets this user do, and what it is set to that an operator should change. */
final class ServerChecks {
    /** One publication of 1 MiB with its tags and infos, and room for the statement around it. */
    static final long NEEDED_PACKET_BYTES = 4 << 20;

    /** A column of each table, to be written without being changed. */
    private static final Map<String, String> TABLES =
            Map.of("relay_run", "closed_at", "relay_stream", "trimmed_to", "relay_message", "append_id");

    private ServerChecks() {}

    /** Does nothing, in every way in which Relay does something: a missing privilege fails here and not amid traffic. */
    static void rehearse(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> table : TABLES.entrySet()) {
                String name = table.getKey();
                String column = table.getValue();
                String columns = writable(statement, name);
                statement.executeUpdate("INSERT INTO " + name + " (" + columns + ") SELECT " + columns + " FROM " + name
                        + " WHERE 1 = 0");
                statement.executeUpdate("UPDATE " + name + " SET " + column + " = " + column + " WHERE 1 = 0");
                statement.executeUpdate("DELETE FROM " + name + " WHERE 1 = 0");
            }
        }
    }

    /** All columns but those that the server computes. */
    private static String writable(Statement statement, String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("SELECT column_name FROM information_schema.columns"
                + " WHERE table_schema = DATABASE() AND table_name = '" + table + "'"
                + " AND COALESCE(generation_expression, '') = ''")) {
            while (rows.next()) {
                columns.add(rows.getString(1));
            }
        }
        return String.join(", ", columns);
    }

    /** One line for each fault, with the setting, its value and what to do; empty if there is none. */
    static List<String> warnings(Connection connection) throws SQLException {
        List<String> warnings = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet settings = statement.executeQuery("SELECT @@global.innodb_flush_log_at_trx_commit,"
                        + " @@global.sync_binlog, @@global.log_bin, @@global.innodb_doublewrite,"
                        + " @@global.max_allowed_packet, @@global.read_only")) {
            if (!settings.next()) {
                throw new SQLException("the server does not say how it is set");
            }
            long flush = settings.getLong(1);
            long syncBinlog = settings.getLong(2);
            boolean logsBinary = settings.getBoolean(3);
            if (flush != 1 || logsBinary && syncBinlog != 1) {
                warnings.add("NOT DURABLE: a power cut or a crash of the server can lose messages whose publishers were"
                        + " told that they are kept: innodb_flush_log_at_trx_commit=" + flush + " sync_binlog="
                        + syncBinlog + " log_bin=" + (logsBinary ? 1 : 0) + "; set the first two to 1");
            }
            String doublewrite = settings.getString(4);
            if ("OFF".equalsIgnoreCase(doublewrite) || "0".equals(doublewrite)) {
                warnings.add("NOT DURABLE: a power cut can leave torn pages, and tables that cannot be read:"
                        + " innodb_doublewrite=" + doublewrite
                        + "; set it to ON unless the file system writes pages of 16 KiB whole");
            }
            long packet = settings.getLong(5);
            if (packet < NEEDED_PACKET_BYTES) {
                warnings.add("large messages are refused: max_allowed_packet=" + packet
                        + " is less than the " + NEEDED_PACKET_BYTES
                        + " that a message of 1 MiB with its tags can need; raise it");
            }
            if (settings.getBoolean(6)) {
                warnings.add(
                        "the server is a replica or has been set so: read_only=1; this user may write all the same,"
                                + " and a failover can lose what it writes; connect to the primary");
            }
        }
        return warnings;
    }
}
