package dev.relay.standalone.config;

import dev.relay.journal.EventKind;
import dev.relay.standalone.api.ServerApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
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
            "Port of the HTTP side (health, server API, web console); 0 takes a free one, off has none.");
    public static final Option<Integer> HTTP_CONNECTIONS = withDefault(
            Group.ADDRESSES,
            "http_connections",
            Kind.integer(8, 65_536),
            "128",
            "Connections the HTTP side has at a time; one more takes the place of the one that is idle longest.");
    public static final Option<List<String>> TRUSTED_PROXIES = add(
            Group.ADDRESSES,
            "trusted_proxies",
            Kind.networks(),
            "none",
            "Proxies whose word counts about where a client comes from (X-Forwarded-For, PROXY protocol).");
    public static final Option<Boolean> PROXY_PROTOCOL = withDefault(
            Group.ADDRESSES,
            "proxy_protocol",
            Kind.bool(),
            "false",
            "Trusted proxies begin each connection with a header of the PROXY protocol, version 2.");
    public static final Option<List<String>> ALLOWED_ORIGINS = add(
            Group.ADDRESSES,
            "allowed_origins",
            Kind.origins(),
            "none; development mode: any loopback origin; insecure: *",
            "Origins browsers may connect from, as globs: https://*.example.org; * allows all.");

    public static final Option<String> TLS_CERTIFICATE = add(
            Group.TLS,
            "tls_certificate",
            Kind.text("a file"),
            "none",
            "Certificate of the WebSocket endpoint and those of its issuers (PEM). With it the endpoint speaks TLS only.");
    public static final Option<String> TLS_KEY = add(
            Group.TLS,
            "tls_key",
            Kind.text("a file"),
            "none",
            "Private key of tls_certificate (PEM, not encrypted); may be in the same file.");
    public static final Option<String> TLS_KEYSTORE = add(
            Group.TLS,
            "tls_keystore",
            Kind.text("a file"),
            "none",
            "Key store (PKCS#12) with the certificate and its key, instead of tls_certificate and tls_key.");
    public static final Option<String> TLS_KEYSTORE_PASSWORD =
            secret(Group.TLS, "tls_keystore_password", "Password of tls_keystore.");
    public static final Option<String> TLS_PUBLIC_NAME = add(
            Group.TLS,
            "tls_public_name",
            Kind.text("a host name or an IP address"),
            "unknown",
            "What clients connect to: a certificate that is not for it is a warning.");

    public static final Option<String> DATA_DIR = withDefault(
            Group.STORAGE,
            "data_dir",
            Kind.text("a directory"),
            "relay-data",
            "Directory of this node: its name, its lock and, by default, its journal. Made when missing.");
    public static final Option<String> DATABASE_URL = address(
            Group.STORAGE,
            "database_url",
            Kind.databaseUrl(),
            "jdbc:sqlite:<data_dir>/relay.db",
            "Database of the journal: jdbc:mysql://host:port/database or jdbc:sqlite:file.");
    public static final Option<String> DATABASE_USER =
            add(Group.STORAGE, "database_user", Kind.text("a name"), "none", "User of the database.");
    public static final Option<String> DATABASE_PASSWORD =
            secret(Group.STORAGE, "database_password", "Password of the database user.");
    public static final Option<Set<EventKind>> LOG_EVENTS = withDefault(
            Group.STORAGE,
            "log_events",
            Kind.events(),
            "connect,disconnect,refusal",
            "What of connections is written into the journal's database.");
    public static final Option<Duration> EVENT_TTL = withDefault(
            Group.STORAGE,
            "event_ttl",
            Kind.duration(Duration.ofSeconds(1), Duration.ofDays(36_500)),
            "30d",
            "How old these events get before they are deleted.");
    public static final Option<Boolean> OUTBOX = withDefault(
            Group.STORAGE,
            "outbox",
            Kind.bool(),
            "false",
            "Publishes what applications insert into relay_outbox, in the database, within their own transactions.");
    public static final Option<Boolean> SPOOL = withDefault(
            Group.STORAGE,
            "spool",
            Kind.bool(),
            "true",
            "While MySQL cannot be written, publications are kept in <data_dir>/spool.db; false: they are refused.");
    public static final Option<Long> SPOOL_MAX_SIZE = withDefault(
            Group.STORAGE,
            "spool_max_size",
            Kind.largeSize(1 << 20, 1L << 40),
            "1GiB",
            "What the spool may grow to; when it is full, publications are refused until MySQL can be written.");

    public static final Option<String> API_KEY = secret(
            Group.ACCESS,
            "api_key",
            "Key of the server API, which is closed without one unless everyone may do everything. A key.");
    public static final Option<String> METRICS_KEY = secret(
            Group.ACCESS,
            "metrics_key",
            "Whoever reads /metrics must send this as a bearer token; without it everybody may.");
    public static final Option<ServerApi.ErrorMode> API_ERROR_MODE = withDefault(
            Group.ACCESS,
            "api_error_mode",
            Kind.oneOf(ServerApi.ErrorMode.class),
            "default",
            "How the server API tells errors: in the body with status 200, or by the status (transport).");
    public static final Option<Integer> API_MAX_BODY_SIZE = withDefault(
            Group.ACCESS,
            "api_max_body_size",
            Kind.size(1 << 10, BIGGEST_SIZE),
            "10MiB",
            "Longest body of a request to the server API; longer ones are refused (413).");
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

    public static final Option<Boolean> CONSOLE = withDefault(
            Group.CONSOLE,
            "console",
            Kind.bool(),
            "true",
            "The web console, on the HTTP port; false: nothing of it is there, and namespace console is free.");
    public static final Option<String> ADMIN_PASSWORD = secret(
            Group.CONSOLE,
            "admin_password",
            Kind.password(),
            "Password of the web console, for those who may do everything. A key.");
    public static final Option<String> VIEWER_PASSWORD = secret(
            Group.CONSOLE,
            "viewer_password",
            Kind.password(),
            "Password of the web console, for those who may look and change nothing.");
    public static final Option<List<String>> CONSOLE_ORIGINS = add(
            Group.CONSOLE,
            "console_origins",
            Kind.exactOrigins(),
            "none",
            "Origins of pages of the console that are not served by Relay; they may also connect, as allowed_origins.");
    public static final Option<String> CONSOLE_ENDPOINT = withDefault(
            Group.CONSOLE,
            "console_endpoint",
            Kind.endpoint(),
            "auto",
            "Where the console's browser finds the WebSocket endpoint; auto: on the host it has come to, at port.");

    public static final TokenOptions CONNECTION_TOKENS = TokenOptions.add("token_", "client tokens", "A key.");
    public static final TokenOptions SUBSCRIPTION_TOKENS =
            TokenOptions.add("subscription_token_", "subscription tokens", "A key, instead of those of client tokens.");

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

    public static final Option<Boolean> PERSONAL_CHANNEL = withDefault(
            Group.CHANNELS,
            "personal_channel",
            Kind.bool(),
            "false",
            "Every client with an identity is subscribed to a channel of its own, #<user>.");
    public static final Option<String> PERSONAL_CHANNEL_NAMESPACE = add(
            Group.CHANNELS,
            "personal_channel_namespace",
            Kind.text("a configured namespace"),
            "none",
            "Namespace of the personal channels, which then are <namespace>:#<user>.");
    public static final Option<Duration> IDEMPOTENCY_WINDOW = withDefault(
            Group.CHANNELS,
            "idempotency_window",
            Kind.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
            "5m",
            "How long a publication's idempotency key is remembered.");

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
    public static final Option<Duration> CLIENT_STALE_TIMEOUT = withDefault(
            Group.CLIENTS,
            "client_stale_timeout",
            Kind.duration(Duration.ofMillis(100), Duration.ofHours(1)),
            "10s",
            "Time a new connection has to send its connect command (3502).");
    public static final Option<Duration> CLIENT_WRITE_TIMEOUT = withDefault(
            Group.CLIENTS,
            "client_write_timeout",
            Kind.duration(Duration.ofMillis(100), Duration.ofHours(1)),
            "10s",
            "Time a client may take no byte while bytes wait for it (3009).");
    public static final Option<Integer> CLIENT_OUTBOX_SIZE = withDefault(
            Group.CLIENTS,
            "client_outbox_size",
            Kind.size(64 << 10, BIGGEST_SIZE),
            "1MiB",
            "Bytes that may wait for one client before it is closed as slow (3008).");
    public static final Option<Long> CLIENT_OUTBOX_BUDGET = add(
            Group.CLIENTS,
            "client_outbox_budget",
            Kind.largeSize(1 << 20, 1L << 40),
            "a quarter of the heap, at most 1GiB",
            "Memory that what waits for all clients together may take; beyond it the worst are closed as slow (3008).");
    public static final Option<Integer> MAX_MESSAGE_SIZE = withDefault(
            Group.CLIENTS,
            "max_message_size",
            Kind.size(1 << 10, 16 << 20),
            "64KiB",
            "Longest message a client may send; longer ones close the connection (1009).");
    public static final Option<Boolean> COMPRESSION = withDefault(
            Group.CLIENTS,
            "compression",
            Kind.bool(),
            "false",
            "Messages are compressed for clients that offer it (permessage-deflate): fewer bytes, more processor time.");
    public static final Option<Integer> COMPRESSION_MIN_SIZE = withDefault(
            Group.CLIENTS,
            "compression_min_size",
            Kind.size(1, 1 << 20),
            "256B",
            "Shortest message that is compressed; shorter ones are sent as they are.");
    public static final Option<Integer> CHANNELS_PER_CLIENT = withDefault(
            Group.CLIENTS,
            "channels_per_client",
            Kind.integer(1, 1_000_000),
            "128",
            "Subscriptions one connection may have.");
    public static final Option<Integer> CONNECTIONS_PER_USER = add(
            Group.CLIENTS,
            "connections_per_user",
            Kind.integer(1, Integer.MAX_VALUE),
            "unlimited",
            "Connections one user may have, anonymous ones together; one more is closed (3504).");
    public static final Option<Integer> CONNECTIONS_PER_NODE = add(
            Group.CLIENTS,
            "connections_per_node",
            Kind.integer(1, Integer.MAX_VALUE),
            "as many as fit into the limit of open files",
            "Clients this node takes; one more is refused (HTTP 503).");
    public static final Option<Integer> CONNECTIONS_PER_ADDRESS = add(
            Group.CLIENTS,
            "connections_per_address",
            Kind.integer(1, Integer.MAX_VALUE),
            "unlimited",
            "Connections one address may have, an IPv6 network of 64 bits together; one more is refused (HTTP 429).");
    public static final Option<Integer> CONNECTIONS_PER_SECOND = add(
            Group.CLIENTS,
            "connections_per_second",
            Kind.integer(1, Integer.MAX_VALUE),
            "unlimited",
            "Clients this node lets in within a second, after a burst of as many; one more is refused (HTTP 503).");
    public static final Option<Integer> COMMANDS_PER_SECOND = add(
            Group.CLIENTS,
            "commands_per_second",
            Kind.integer(1, Integer.MAX_VALUE),
            "unlimited",
            "Commands one connection may send in a second, after a burst of as many; one more is error 111.");

    public static final Option<String> NODE_NAME =
            add(Group.RUNNING, "node_name", Kind.text("a name"), "the host's name", "What operators call this node.");
    public static final Option<Integer> SHARDS = add(
            Group.RUNNING,
            "shards",
            Kind.integer(1, 1024),
            "one for every two processors",
            "Threads that own connections and channels.");
    public static final Option<Duration> DRAIN_WINDOW = withDefault(
            Group.RUNNING,
            "drain_window",
            Kind.duration(Duration.ZERO, Duration.ofHours(1)),
            "3s",
            "Time over which a stop closes the connections, one after the other (3001); 0s closes all at once.");
    public static final Option<Duration> SHUTDOWN_TIMEOUT = withDefault(
            Group.RUNNING,
            "shutdown_timeout",
            Kind.duration(Duration.ZERO, Duration.ofHours(1)),
            "5s",
            "Time a stop gives publications and connections to finish, after drain_window.");
    public static final Option<Boolean> METRICS = withDefault(
            Group.RUNNING,
            "metrics",
            Kind.bool(),
            "true",
            "The HTTP side tells Prometheus what is measured, at /metrics.");
    public static final Option<Boolean> JMX =
            withDefault(Group.RUNNING, "jmx", Kind.bool(), "false", "What is measured can be read by JMX as well.");
    public static final Option<LogLevel> LOG_LEVEL =
            withDefault(Group.RUNNING, "log_level", Kind.oneOf(LogLevel.class), "info", "What is logged.");
    public static final Option<LogFormat> LOG_FORMAT = withDefault(
            Group.RUNNING,
            "log_format",
            Kind.oneOf(LogFormat.class),
            "text",
            "How the log is written: text for people, json with one object on each line.");
    public static final Option<Boolean> OTEL = withDefault(
            Group.RUNNING,
            "otel",
            Kind.bool(),
            "false",
            "Publications that belong to a trace get spans, which go where OTEL_… variables say.");
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
    private final Exposure exposure;
    private final String help;

    private Option(
            Group group,
            String name,
            Kind<T> kind,
            @Nullable String defaultText,
            String defaultShown,
            Exposure exposure,
            String help) {
        this.group = group;
        this.name = name;
        this.kind = kind;
        this.defaultText = defaultText;
        this.defaultShown = defaultShown;
        this.exposure = exposure;
        this.help = help;
        TABLE.add(this);
    }

    static <T> Option<T> add(Group group, String name, Kind<T> kind, String defaultShown, String help) {
        return new Option<>(group, name, kind, null, defaultShown, Exposure.SHOWN, help);
    }

    static <T> Option<T> withDefault(Group group, String name, Kind<T> kind, String defaultText, String help) {
        return new Option<>(group, name, kind, defaultText, defaultText, Exposure.SHOWN, help);
    }

    static Option<String> secret(Group group, String name, String help) {
        return secret(group, name, Kind.text("any text"), help);
    }

    static Option<String> secret(Group group, String name, Kind<String> kind, String help) {
        return new Option<>(group, name, kind, null, "none", Exposure.SECRET, help);
    }

    /** A text of many lines, which is better kept in a file. */
    static Option<String> inFile(Group group, String name, Kind<String> kind, String help) {
        return new Option<>(group, name, kind, null, "none", Exposure.LONG, help);
    }

    /** An address that may hold a password. */
    static <T> Option<T> address(Group group, String name, Kind<T> kind, String defaultShown, String help) {
        return new Option<>(group, name, kind, null, defaultShown, Exposure.ADDRESS, help);
    }

    /** Who may see what was written, and where it may be written. */
    private enum Exposure {
        SHOWN,
        /** Shown without user, password and parameters. */
        ADDRESS,
        /** May be in a file of its own, and is too long to show; what somebody has put there by mistake may be a secret. */
        LONG,
        /** May be in a file of its own, and nobody may see it. */
        SECRET
    }

    /** What options are about, in the order of the help text. */
    public enum Group {
        ADDRESSES("Addresses"),
        TLS("TLS"),
        STORAGE("Journal and data"),
        ACCESS("Access"),
        CONSOLE("Web console"),
        TOKENS("Tokens"),
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

    /** How the log is written. */
    public enum LogFormat {
        TEXT,
        JSON
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

    /** Whether the value may be in a file that {@link #fileVariable()} names. */
    public boolean inFile() {
        return exposure == Exposure.LONG || exposure == Exposure.SECRET;
    }

    /** The variable that names a file with the value. */
    public String fileVariable() {
        return variable() + "_FILE";
    }

    /** Its name as a flag: {@code --database-url}. */
    public String flag() {
        return "--" + name.replace('_', '-');
    }

    /** Whether its value is a secret. */
    public boolean secret() {
        return exposure == Exposure.SECRET;
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

    /** For a fault: what was written, as far as it may be seen. */
    String shown(Tree written) {
        if (inFile()) {
            return "***";
        }
        return exposure == Exposure.ADDRESS && written instanceof Tree.Text text
                ? new Tree.Text(Urls.masked(text.value())).toString()
                : written.toString();
    }

    /** The same for people who look at what is configured. */
    String shownPlain(Tree written) {
        if (inFile()) {
            return "***";
        } else if (written instanceof Tree.Text text) {
            return exposure == Exposure.ADDRESS ? Urls.masked(text.value()) : text.value();
        } else if (written instanceof Tree.Items items
                && items.values().stream().allMatch(Tree.Text.class::isInstance)) {
            return items.values().stream()
                    .map(item -> ((Tree.Text) item).value())
                    .collect(Collectors.joining(", "));
        }
        return written.toString();
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
