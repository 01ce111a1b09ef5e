package dev.relay.standalone.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The configuration file: the one that was named, else {@code relay.yaml} where Relay was started, else none. */
final class ConfigFile {
    static final String DEFAULT = "relay.yaml";
    private static final Map<String, Option<?>> KEYS =
            Option.all().stream().collect(Collectors.toMap(Option::key, option -> option));
    private static final Names NAMES = new Names(KEYS.keySet());

    private ConfigFile() {}

    static Map<Option<?>, Given> read(Path directory, @Nullable String named, Faults faults) {
        Map<Option<?>, Given> given = new LinkedHashMap<>();
        String name = named == null ? DEFAULT : named;
        try {
            Path file = directory.resolve(name);
            if (named == null && Files.notExists(file)) {
                return given;
            }
            String text = Files.readString(file);
            Tree tree = TreeReader.yaml(text.startsWith("\uFEFF") ? text.substring(1) : text);
            if (tree instanceof Tree.Fields fields) {
                fields.values().forEach((key, value) -> option(key, value, name, given, faults));
            } else if (tree != Tree.Nothing.INSTANCE) {
                faults.add("file " + name + " must hold option names with their values (port: 8000)");
            }
        } catch (IOException | IllegalArgumentException e) {
            faults.add("file " + name + " cannot be read: " + e);
        } catch (IllegalValueException e) {
            faults.add("file " + name + ": " + e.problem());
        }
        return given;
    }

    private static void option(String key, Tree value, String name, Map<Option<?>, Given> given, Faults faults) {
        Option<?> option = KEYS.get(key);
        if (option == null) {
            // without the value: it may be a secret under a misspelled name
            faults.add(key + " (file " + name + ") is unknown" + NAMES.hint(key));
        } else {
            given.put(option, new Given("file " + name, value));
        }
    }
}
