package dev.relay.standalone.config;

import dev.relay.ChannelOptions;
import dev.relay.InvalidConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Joins flags, environment and file – in this order of precedence – into a {@link Configuration}, or says all that is wrong. */
public final class ConfigurationReader {
    private static final Pattern NAMESPACE = Pattern.compile("[-a-zA-Z0-9_.]{2,}");
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?");

    private final Path directory;
    private final Faults faults = new Faults();
    private final Map<Option<?>, Given> given = new LinkedHashMap<>();
    private final Map<Option<?>, Object> values = new LinkedHashMap<>();

    private ConfigurationReader(Path directory) {
        this.directory = directory;
    }

    /**
     * Reads everything.
     *
     * @param variables the environment
     * @param directory what relative paths are relative to
     * @throws InvalidConfigurationException with all faults, one line each
     */
    public static Configuration read(Arguments arguments, Map<String, String> variables, Path directory) {
        return new ConfigurationReader(directory).read(arguments, new Environment(variables, directory));
    }

    private Configuration read(Arguments arguments, Environment environment) {
        arguments.faults().forEach(faults::add);
        given.putAll(ConfigFile.read(directory, arguments.configFile(), faults));
        given.putAll(environment.read(faults));
        given.putAll(arguments.given());
        Option.all().forEach(this::value);
        contradictions();
        ChannelOptions channelDefaults = channelDefaults();
        Map<String, ChannelOptions> namespaces = namespaces();
        faults.throwIfAny();
        return new Configuration(values, directory, channelDefaults, namespaces, warnings(environment));
    }

    private void value(Option<?> option) {
        Given written = given.get(option);
        String fallback = option.defaultText();
        try {
            if (written != null) {
                values.put(option, option.kind().parse(written.written()));
            } else if (fallback != null) {
                values.put(option, option.kind().parse(new Tree.Text(fallback)));
            }
        } catch (IllegalValueException e) {
            if (written == null) {
                throw new IllegalStateException(option + " has an illegal default: " + fallback, e);
            }
            faults.add(option, written, e.problem());
        }
    }

    private void contradictions() {
        Object port = values.get(Option.PORT);
        if (port instanceof Integer number && number > 0 && number.equals(values.get(Option.HTTP_PORT))) {
            contradiction(Option.HTTP_PORT, "is also the port; each needs one of its own");
        }
        if (values.get(Option.PING_INTERVAL) instanceof Duration interval) {
            if (interval.toMillis() % 1000 != 0) {
                contradiction(Option.PING_INTERVAL, "must be whole seconds: clients are told so");
            }
            if (values.get(Option.PONG_TIMEOUT) instanceof Duration timeout
                    && !interval.isZero()
                    && timeout.compareTo(interval) >= 0) {
                contradiction(
                        given.containsKey(Option.PONG_TIMEOUT) ? Option.PONG_TIMEOUT : Option.PING_INTERVAL,
                        "does not fit: pong_timeout must be shorter than ping_interval");
            }
        }
        boolean embedded = !given.containsKey(Option.DATABASE_URL)
                || values.get(Option.DATABASE_URL) instanceof String url && url.startsWith("jdbc:sqlite:");
        for (Option<?> option : List.of(Option.DATABASE_USER, Option.DATABASE_PASSWORD)) {
            if (embedded && given.containsKey(option)) {
                contradiction(option, "has no use with SQLite; set database_url to jdbc:mysql://… or leave it out");
            }
        }
        if (given.containsKey(Option.DATABASE_PASSWORD) && !given.containsKey(Option.DATABASE_USER) && !embedded) {
            contradiction(Option.DATABASE_PASSWORD, "needs database_user");
        }
        // keys count as given even when they are unusable, so that one empty key is not also reported as no key
        if (!Configuration.hasKey(given)
                && !Boolean.TRUE.equals(values.get(Option.INSECURE))
                && values.get(Option.HOST) instanceof String host
                && !LOOPBACK.matcher(host).matches()) {
            contradiction(
                    Option.HOST,
                    "is open to others, but no key is configured, so that everyone may do anything; set token_hmac_secret, or "
                            + "insecure: true if that is meant");
        }
    }

    private void contradiction(Option<?> option, String problem) {
        Given written = given.get(option);
        faults.add(option, written != null ? written : fallback(option), problem);
    }

    private static Given fallback(Option<?> option) {
        return new Given("default", new Tree.Text(String.valueOf(option.defaultText())));
    }

    private ChannelOptions channelDefaults() {
        if (values.get(Option.CHANNEL_DEFAULTS) instanceof Tree.Fields fields) {
            ChannelOptions options =
                    channelOptions(Option.CHANNEL_DEFAULTS.key(), Option.CHANNEL_DEFAULTS, fields.values());
            return options == null ? ChannelOptions.transientChannel() : options;
        }
        return Configuration.hasKey(given) ? ChannelOptions.transientChannel() : ChannelOptionsReader.development();
    }

    private Map<String, ChannelOptions> namespaces() {
        Map<String, ChannelOptions> namespaces = new LinkedHashMap<>();
        if (values.get(Option.NAMESPACES) instanceof Tree.Items items) {
            for (int i = 0; i < items.values().size(); i++) {
                namespace("namespaces[" + i + "]", items.values().get(i), namespaces);
            }
        }
        return namespaces;
    }

    private void namespace(String place, Tree item, Map<String, ChannelOptions> namespaces) {
        String origin = origin(Option.NAMESPACES);
        if (!(item instanceof Tree.Fields fields)) {
            faults.add(place, item.toString(), origin, "is not an object; legal is {\"name\":\"chat\", …}");
            return;
        }
        Map<String, Tree> rest = new LinkedHashMap<>(fields.values());
        Tree written = rest.remove("name");
        String name = written instanceof Tree.Text text ? text.value() : "";
        String path = place;
        if (NAMESPACE.matcher(name).matches()) {
            path = "namespaces[" + name + "]";
        } else {
            faults.add(
                    place + ".name",
                    written == null ? "nothing" : written.toString(),
                    origin,
                    "is not a namespace; legal are at least two of a-z A-Z 0-9 _ . -");
        }
        ChannelOptions options = channelOptions(path, Option.NAMESPACES, rest);
        if (options != null && !path.equals(place) && namespaces.putIfAbsent(name, options) != null) {
            faults.add(path + " (" + origin + ") is given twice");
        }
    }

    private @Nullable ChannelOptions channelOptions(String path, Option<?> option, Map<String, Tree> fields) {
        return ChannelOptionsReader.read(path, origin(option), fields, faults);
    }

    private String origin(Option<?> option) {
        Given written = given.get(option);
        return written == null ? "default" : written.origin();
    }

    private List<String> warnings(Environment environment) {
        List<String> warnings = new ArrayList<>();
        String unknown = environment.unknown();
        if (!unknown.isEmpty()) {
            warnings.add(unknown);
        }
        return warnings;
    }
}
