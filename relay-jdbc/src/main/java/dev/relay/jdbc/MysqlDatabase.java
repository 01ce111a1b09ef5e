package dev.relay.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.jooq.SQLDialect;

/** MySQL 8.0–9.x and MariaDB from 10.11, through Connector/J. */
final class MysqlDatabase implements Database {
    /** The clock of the database: the same for every node, whatever theirs say. */
    static final String NOW_MICROS = "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)";

    private static final String SOCKET_TIMEOUT = "socketTimeout";

    private static final int MAX_LOCK_NAME = 64;

    private final MysqlUrl url;
    private final String lockName;
    private volatile boolean mariaDb;

    MysqlDatabase(MysqlUrl url) {
        this.url = url;
        // names of such locks are the whole server's
        String name = "relay." + url.database();
        this.lockName = name.length() <= MAX_LOCK_NAME ? name : "relay." + Integer.toHexString(name.hashCode());
    }

    @Override
    public String target() {
        return (mariaDb ? "MariaDB" : "MySQL") + " database " + url.database() + " at " + url.hosts();
    }

    @Override
    public String missing() {
        return "";
    }

    @Override
    public SQLDialect dialect() {
        return mariaDb ? SQLDialect.MARIADB : SQLDialect.MYSQL;
    }

    @Override
    public String schemaName() {
        return mariaDb ? "mariadb" : "mysql";
    }

    @Override
    public Connection connect(Use use, int patience) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("useServerPrepStmts", "true");
        properties.setProperty("cachePrepStmts", "true");
        properties.setProperty("prepStmtCacheSize", "64");
        properties.setProperty("prepStmtCacheSqlLimit", "65536");
        properties.setProperty("useAffectedRows", "true");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty(
                "openTelemetry", "DISABLED"); // Relay's spans are made where a commit begins, and only then
        properties.setProperty("connectTimeout", "1000");
        properties.setProperty(
                SOCKET_TIMEOUT,
                switch (use) {
                    case WRITE -> "2000"; // without one, a frozen server blocks for ever
                    case READ -> "3000";
                    case MIGRATE -> "3600000";
                });
        properties.putAll(url.properties());
        prolong(properties, patience);
        Connection connection = driver().connect(url.address(), properties);
        if (connection == null) {
            throw new SQLNonTransientConnectionException("the driver does not accept " + target(), "08001");
        }
        boolean ready = false;
        try {
            prepare(connection, use);
            ready = true;
            return connection;
        } finally {
            if (!ready) {
                connection.close();
            }
        }
    }

    private static void prolong(Properties properties, int patience) {
        String usual = properties.getProperty(SOCKET_TIMEOUT);
        try {
            properties.setProperty(
                    SOCKET_TIMEOUT, Integer.toString(Math.multiplyExact(Integer.parseInt(usual), patience)));
        } catch (NumberFormatException | ArithmeticException e) {
            properties.setProperty(SOCKET_TIMEOUT, usual); // the driver says what is wrong with it
        }
    }

    private Driver driver() throws SQLException {
        try {
            return DriverManager.getDriver(url.address());
        } catch (SQLException e) {
            throw new SQLException(
                    "no JDBC driver for " + target() + "; add com.mysql:mysql-connector-j to the class path", e);
        }
    }

    private void prepare(Connection connection, Use use) throws SQLException {
        mariaDb = connection.getMetaData().getDatabaseProductVersion().contains("MariaDB");
        connection.setTransactionIsolation(
                use == Use.READ ? Connection.TRANSACTION_REPEATABLE_READ : Connection.TRANSACTION_READ_COMMITTED);
        try (Statement statement = connection.createStatement()) {
            // strict: cut-off text would be worse than an error; locks: give up before the socket does
            // time zone: in the hour that summer time repeats, local times mean two moments
            statement.execute("SET SESSION time_zone = '+00:00', SESSION"
                    + " sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',"
                    + " SESSION innodb_lock_wait_timeout = " + (use == Use.MIGRATE ? 60 : 1));
            if (use == Use.READ) {
                statement.execute("SET SESSION TRANSACTION READ ONLY");
            }
        }
        connection.setAutoCommit(false);
    }

    @Override
    public void begin(Connection connection) {}

    @Override
    public void beginRead(Connection connection) {}

    @Override
    public void commit(Connection connection) throws SQLException {
        connection.commit();
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        connection.rollback();
    }

    @Override
    public Fault fault(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        return switch (failure.getErrorCode()) {
            case 1062, 1586 -> Fault.DUPLICATE;
            case 1205, 1213, 3101, 3572 -> Fault.CONTENDED;
            case 1021, 1037, 1038, 1041, 1114, 1290, 1792, 1836, 3100 -> Fault.UNUSABLE;
            case 1153, 1366, 1406 -> Fault.REFUSED;
            default -> {
                if (failure instanceof SQLNonTransientConnectionException
                        || failure instanceof SQLTransientConnectionException
                        || failure instanceof SQLRecoverableException) {
                    yield Fault.UNCLEAR;
                }
                if (state.startsWith("40")) {
                    yield Fault.CONTENDED;
                }
                // by name, since the driver is optional: the client side's own check of max_allowed_packet
                boolean tooBig = failure.getClass().getSimpleName().equals("PacketTooBigException");
                yield tooBig || state.startsWith("22") || state.startsWith("23") ? Fault.REFUSED : Fault.UNCLEAR;
            }
        };
    }

    @Override
    public long nowMicros(Connection connection) throws SQLException {
        return number(connection, "SELECT " + NOW_MICROS);
    }

    @Override
    public boolean lock(String nodeId) {
        return false;
    }

    @Override
    public void unlock() {}

    @Override
    public boolean beginExclusive(Connection connection) throws SQLException {
        return lock(connection, "SELECT GET_LOCK(?, 1)");
    }

    @Override
    public void endExclusive(Connection connection) throws SQLException {
        lock(connection, "SELECT RELEASE_LOCK(?)");
    }

    private boolean lock(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, lockName);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getInt(1) == 1;
            }
        }
    }

    @Override
    public List<String> check(Connection connection) throws SQLException {
        ServerChecks.rehearse(connection);
        return ServerChecks.warnings(connection);
    }

    @Override
    public String remedy(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case 1044, 1142, 1143, 1227, 1370 ->
                "; grant the user SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX and" + " DROP on "
                        + url.database() + ".*";
            case 1045 -> "; the user or its password is wrong, or it may not come from this host";
            case 1049 -> "; create the database first";
            default -> "";
        };
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            if (!result.next()) {
                throw new SQLException("no answer to " + sql);
            }
            return result.getLong(1);
        }
    }
}
