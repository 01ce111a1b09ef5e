package dev.relay.standalone.config;

import dev.relay.ChannelOptions;
import dev.relay.InvalidConfigurationException;
import dev.relay.websocket.Tls;
import dev.relay.websocket.TokenTrust;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Relay is to do: checked as a whole, immutable. Any thread. */
public final class Configuration {
    /** The namespace of the web console, where there is one. */
    public static final String CONSOLE_NAMESPACE = "console";

    private final Map<Option<?>, Object> values;
    private final Map<Option<?>, String> written;
    private final Path directory;
    private final String nodeName;
    private final Mode mode;
    private final ChannelOptions channelDefaults;
    private final Map<String, ChannelOptions> namespaces;
    private final List<String> warnings;

    Configuration(
            Map<Option<?>, Object> values,
            Map<Option<?>, String> written,
            Path directory,
            String nodeName,
            ChannelOptions channelDefaults,
            Map<String, ChannelOptions> namespaces,
            List<String> warnings) {
        this.values = Map.copyOf(values);
        this.written = Map.copyOf(written);
        this.directory = directory;
        this.nodeName = nodeName;
        this.mode = Mode.of(values);
        this.channelDefaults = channelDefaults;
        this.namespaces = Map.copyOf(namespaces);
        this.warnings = List.copyOf(warnings);
    }

    /** Who may do what. */
    public enum Mode {
        /** No key: this machine only, and there everybody may do anything. */
        DEVELOPMENT,
        /** Everybody who reaches the address may do anything, because the operator said so. */
        INSECURE,
        /** Nobody may do anything that is not allowed. */
        CLOSED;

        static Mode of(Map<Option<?>, ?> given) {
            if (Boolean.TRUE.equals(given.get(Option.INSECURE))) {
                return INSECURE;
            }
            return hasKey(given) ? CLOSED : DEVELOPMENT;
        }
    }

    static boolean hasKey(Map<Option<?>, ?> given) {
        return given.containsKey(Option.API_KEY)
                || given.containsKey(Option.ADMIN_PASSWORD)
                || Option.CONNECTION_TOKENS.keys().stream().anyMatch(given::containsKey)
                || Option.SUBSCRIPTION_TOKENS.keys().stream().anyMatch(given::containsKey);
    }

    /** The value of an option that has a default. */
    public <T> T get(Option<T> option) {
        T value = find(option);
        if (value == null) {
            throw new IllegalStateException("no value and no default: " + option);
        }
        return value;
    }

    /** The value of an option, or {@code null} if it is neither given nor has a fixed default. */
    @SuppressWarnings("unchecked") // the reader puts in only what the option's kind has parsed
    public <T> @Nullable T find(Option<T> option) {
        return (T) values.get(option);
    }

    /** Whether the option was given, not left out. */
    public boolean isGiven(Option<?> option) {
        return written.containsKey(option);
    }

    /** The option's value for people: as it was written, without what is nobody's business, or the default. */
    public String shown(Option<?> option) {
        return written.getOrDefault(option, option.defaultShown());
    }

    /** Who may do what. */
    public Mode mode() {
        return mode;
    }

    /** Address to listen on. */
    public String host() {
        String host = find(Option.HOST);
        if (host != null) {
            return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        }
        return hasKey(values) ? "0.0.0.0" : "127.0.0.1";
    }

    /** Origins browsers may come from: those listed, and those of the console. */
    public List<String> allowedOrigins() {
        List<String> origins = find(Option.ALLOWED_ORIGINS);
        if (origins == null) {
            origins = mode == Mode.INSECURE ? List.of("*") : List.of();
        }
        return Stream.concat(origins.stream(), consoleOrigins().stream()).toList();
    }

    /** Whether there is a web console. */
    public boolean hasConsole() {
        return get(Option.CONSOLE) && get(Option.HTTP_PORT) != Option.OFF;
    }

    /** Origins of pages of the console that are not served by Relay. */
    public List<String> consoleOrigins() {
        List<String> origins = find(Option.CONSOLE_ORIGINS);
        return origins == null ? List.of() : origins;
    }

    /** The data directory. */
    public Path dataDirectory() {
        return directory.resolve(get(Option.DATA_DIR));
    }

    /** Whether clients connect with TLS. */
    public boolean hasTls() {
        return find(Option.TLS_CERTIFICATE) != null || find(Option.TLS_KEYSTORE) != null;
    }

    /**
     * The certificate of the endpoint, read from its files; {@code null} without TLS.
     *
     * @throws InvalidConfigurationException if they are of no use
     */
    public @Nullable Tls tls() {
        String certificate = find(Option.TLS_CERTIFICATE);
        String store = find(Option.TLS_KEYSTORE);
        Tls.Builder tls = Tls.builder();
        if (certificate != null) {
            tls.pem(directory.resolve(certificate), directory.resolve(get(Option.TLS_KEY)));
        } else if (store != null) {
            tls.keyStore(directory.resolve(store), get(Option.TLS_KEYSTORE_PASSWORD));
        } else {
            return null;
        }
        String name = find(Option.TLS_PUBLIC_NAME);
        if (name != null) {
            tls.publicName(name);
        }
        try {
            return tls.build();
        } catch (InvalidConfigurationException e) {
            String options = certificate != null ? "tls_certificate, tls_key: " : "tls_keystore: ";
            throw new InvalidConfigurationException(
                    e.faults().stream().map(options::concat).toList());
        }
    }

    /** Where the journal is. */
    public String databaseUrl() {
        String url = find(Option.DATABASE_URL);
        return url != null ? url : "jdbc:sqlite:" + dataDirectory().resolve("relay.db");
    }

    /** The same for people: without parameters and user info, which may hold a password. */
    public String databaseShown() {
        return Urls.masked(databaseUrl());
    }

    /** Whose connection tokens are accepted, and subscription tokens unless others' are; {@code null} is nobody's. */
    public @Nullable TokenTrust connectionTrust() {
        return Option.CONNECTION_TOKENS.trust(this);
    }

    /** Whose subscription tokens are accepted, if others'. */
    public @Nullable TokenTrust subscriptionTrust() {
        return Option.SUBSCRIPTION_TOKENS.trust(this);
    }

    /** What operators call this node. */
    public String nodeName() {
        return nodeName;
    }

    /** Options of channels without a namespace. */
    public ChannelOptions channelDefaults() {
        return channelDefaults;
    }

    /** Options of the other channels, by namespace. */
    public Map<String, ChannelOptions> namespaces() {
        return namespaces;
    }

    /** What is not wrong but probably not meant, one line each. */
    public List<String> warnings() {
        return warnings;
    }
}
