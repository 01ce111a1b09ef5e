package dev.relay.standalone.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be configured: the one table that drives file, environment, flags, the help text and the manual.
 *
 * @param <T> type of the value
 */
public final class Option<T> {
    /** {@link #HTTP_PORT}: no HTTP side. */
    public static final int OFF = -1;

    private static final List<Option<?>> TABLE = new ArrayList<>();
    private static final int BIGGEST_SIZE = 1 << 30;

    public static final Option<String> HOST = add(
            Group.ADDRESSES,
            "host",
            Kind.host(),
            "127.0.0.1 without a key, 0.0.0.0 (all interfaces) with one",
            "Address to listen on, for clients and for HTTP. Development mode takes loopback addresses only.");
    public static final Option<Integer> PORT = withDefault(
            Group.ADDRESSES, "port", Kind.port(), "8000", "Port of the WebSocket endpoint; 0 takes a free one.");
    public static final Option<Integer> HTTP_PORT = withDefault(
            Group.ADDRESSES,
            "http_port",
            Kind.portOrOff(),
            "8001",
            "Port of the HTTP side (health); 0 takes a free one, off has none.");
    public static final Option<List<String>> ALLOWED_ORIGINS = add(
            Group.ADDRESSES,
            "allowed_origins",
            Kind.origins(),
            "none; development mode: any loopback origin; insecure: *",
            "Origins browsers may connect from, as globs: https://*.example.org; * allows all.");

    public static final Option<String> DATA_DIR = withDefault(
            Group.STORAGE,
            "data_dir",
            Kind.text("a directory"),
            "relay-data",
            "Directory of this node: its name, its lock and, by default, its journal. Made when missing.");
    public static final Option<String> DATABASE_URL = add(
            Group.STORAGE,
            "database_url",
            Kind.databaseUrl(),
            "jdbc:sqlite:<data_dir>/relay.db",
            "Database of the journal: jdbc:mysql://host:port/database or jdbc:sqlite:file.");
    public static final Option<String> DATABASE_USER =
            add(Group.STORAGE, "database_user", Kind.text("a name"), "none", "User of the database.");
    public static final Option<String> DATABASE_PASSWORD =
            secret(Group.STORAGE, "database_password", "Password of the database user.");

    public static final Option<String> TOKEN_HMAC_SECRET = secret(
            Group.ACCESS,
            "token_hmac_secret",
            "Secret that HS256, HS384 and HS512 client tokens are signed with. A key.");
    public static final Option<String> API_KEY = secret(
            Group.ACCESS,
            "api_key",
            "Key of the server API. A key. The API is not available in this version: today it only ends development mode.");
    public static final Option<String> ADMIN_PASSWORD = secret(
            Group.ACCESS,
            "admin_password",
            "Password of the web console. A key. The console is not available in this version: today it only ends "
                    + "development mode.");
    public static final Option<Boolean> ALLOW_ANONYMOUS_CONNECT = withDefault(
            Group.ACCESS,
            "allow_anonymous_connect_without_token",
            Kind.bool(),
            "false",
            "Clients may connect without a token; what they may do is up to the channel options.");
    public static final Option<Boolean> INSECURE = withDefault(
            Group.ACCESS,
            "insecure",
            Kind.bool(),
            "false",
            "Everyone may do everything, from every origin unless allowed_origins is given. For development and tests.");

    static final Option<Tree.Fields> CHANNEL_DEFAULTS = add(
            Group.CHANNELS,
            "channel_defaults",
            Kind.object("an object of channel options, such as {\"durability\":\"sync\"}"),
            "without a key: durability sync, history_size 10000, history_ttl 24h, force_recovery, presence, join_leave; "
                    + "with one: nothing is kept or allowed",
            "Options of channels without a namespace: YAML in the file, JSON elsewhere.");
    static final Option<Tree.Items> NAMESPACES = add(
            Group.CHANNELS,
            "namespaces",
            Kind.objects("a list of objects, such as [{\"name\":\"chat\",\"durability\":\"sync\"}]"),
            "none",
            "Options of channels name:…, each with its name: YAML in the file, JSON elsewhere.");

    public static final Option<Duration> PING_INTERVAL = withDefault(
            Group.CLIENTS,
            "ping_interval",
            Kind.duration(Duration.ZERO, Duration.ofHours(1)),
            "25s",
            "Time between two pings of a connection, whole seconds; 0 sends none.");
    public static final Option<Duration> PONG_TIMEOUT = withDefault(
            Group.CLIENTS,
            "pong_timeout",
            Kind.duration(Duration.ofMillis(100), Duration.ofHours(1)),
            "8s",
            "Time a ping may stay unanswered; shorter than ping_interval.");
    public static final Option<Integer> CLIENT_OUTBOX_SIZE = withDefault(
            Group.CLIENTS,
            "client_outbox_size",
            Kind.size(64 << 10, BIGGEST_SIZE),
            "1MiB",
            "Bytes that may wait for one client before it is closed as slow (3008).");
    public static final Option<Integer> MAX_MESSAGE_SIZE = withDefault(
            Group.CLIENTS,
            "max_message_size",
            Kind.size(1 << 10, 16 << 20),
            "64KiB",
            "Longest message a client may send; longer ones close the connection (1009).");
    public static final Option<Integer> CHANNELS_PER_CLIENT = withDefault(
            Group.CLIENTS,
            "channels_per_client",
            Kind.integer(1, 1_000_000),
            "128",
            "Subscriptions one connection may have.");

    public static final Option<Integer> SHARDS = add(
            Group.RUNNING,
            "shards",
            Kind.integer(1, 1024),
            "one for every two processors",
            "Threads that own connections and channels.");
    public static final Option<Duration> SHUTDOWN_TIMEOUT = withDefault(
            Group.RUNNING,
            "shutdown_timeout",
            Kind.duration(Duration.ZERO, Duration.ofHours(1)),
            "5s",
            "Time a stop gives publications and connections to finish.");
    public static final Option<LogLevel> LOG_LEVEL =
            withDefault(Group.RUNNING, "log_level", Kind.oneOf(LogLevel.class), "info", "What is logged.");
    public static final Option<List<String>> LOG_LEVELS = add(
            Group.RUNNING,
            "log_levels",
            Kind.logLevels(),
            "none",
            "Levels of single loggers: dev.relay.jdbc=debug,org.eclipse.jetty=info.");

    private final Group group;
    private final String name;
    private final Kind<T> kind;
    private final @Nullable String defaultText;
    private final String defaultShown;
    private final boolean secret;
    private final String help;

    private Option(
            Group group,
            String name,
            Kind<T> kind,
            @Nullable String defaultText,
            String defaultShown,
            boolean secret,
            String help) {
        this.group = group;
        this.name = name;
        this.kind = kind;
        this.defaultText = defaultText;
        this.defaultShown = defaultShown;
        this.secret = secret;
        this.help = help;
        TABLE.add(this);
    }

    private static <T> Option<T> add(Group group, String name, Kind<T> kind, String defaultShown, String help) {
        return new Option<>(group, name, kind, null, defaultShown, false, help);
    }

    private static <T> Option<T> withDefault(Group group, String name, Kind<T> kind, String defaultText, String help) {
        return new Option<>(group, name, kind, defaultText, defaultText, false, help);
    }

    private static Option<String> secret(Group group, String name, String help) {
        return new Option<>(group, name, Kind.text("any text"), null, "none", true, help);
    }

    /** What options are about, in the order of the help text. */
    public enum Group {
        ADDRESSES("Addresses"),
        STORAGE("Journal and data"),
        ACCESS("Access"),
        CHANNELS("Channels"),
        CLIENTS("Clients"),
        RUNNING("Running");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        /** For people. */
        public String title() {
            return title;
        }
    }

    /** What is logged: everything at least as grave. */
    public enum LogLevel {
        OFF,
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** All options, in the order of the help text. */
    public static List<Option<?>> all() {
        return Collections.unmodifiableList(TABLE);
    }

    /** What it is about. */
    public Group group() {
        return group;
    }

    /** Its name in the file: {@code database_url}. */
    public String key() {
        return name;
    }

    /** Its name in the environment: {@code RELAY_DATABASE_URL}. */
    public String variable() {
        return "RELAY_" + name.toUpperCase(Locale.ROOT);
    }

    /** Secrets only: the variable that names a file with the value. */
    public String fileVariable() {
        return variable() + "_FILE";
    }

    /** Its name as a flag: {@code --database-url}. */
    public String flag() {
        return "--" + name.replace('_', '-');
    }

    /** Whether its value must not be shown. */
    public boolean secret() {
        return secret;
    }

    /** The default, for people. */
    public String defaultShown() {
        return defaultShown;
    }

    /** What it does, for people. */
    public String help() {
        return help;
    }

    /** What is legal, for people. */
    public String legal() {
        return kind.legal();
    }

    Kind<T> kind() {
        return kind;
    }

    @Nullable
    String defaultText() {
        return defaultText;
    }

    @Override
    public String toString() {
        return name;
    }
}
