package dev.relay.standalone.config;

import dev.relay.ChannelOptions;
import dev.relay.InvalidConfigurationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Joins flags, environment and file – in this order of precedence – into a {@link Configuration}, or says all that is wrong. */
public final class ConfigurationReader {
    private static final Pattern NAMESPACE = Pattern.compile("[-a-zA-Z0-9_.]{2,}");

    private final Path directory;
    private final Faults faults = new Faults();
    private final Map<Option<?>, Given> given = new LinkedHashMap<>();
    private final Map<Option<?>, Object> values = new LinkedHashMap<>();
    private final Set<String> namespaceNames = new HashSet<>();

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
        Map<String, ChannelOptions> namespaces = namespaces();
        new Contradictions(given, values, faults).find(namespaceNames);
        ChannelOptions channelDefaults = channelDefaults();
        faults.throwIfAny();
        String nodeName = values.get(Option.NODE_NAME) instanceof String name ? name : environment.hostName();
        Map<Option<?>, String> written = new HashMap<>();
        given.forEach((option, one) -> written.put(option, option.shownPlain(one.written())));
        return new Configuration(
                values, written, directory, nodeName, channelDefaults, namespaces, warnings(environment));
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
        if (name.equals(Configuration.CONSOLE_NAMESPACE) && !Boolean.FALSE.equals(values.get(Option.CONSOLE))) {
            faults.add(
                    place + ".name",
                    written == null ? "nothing" : written.toString(),
                    origin,
                    "is reserved for the web console; take another, or set console: false");
        } else if (NAMESPACE.matcher(name).matches()) {
            path = "namespaces[" + name + "]";
            namespaceNames.add(name);
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
