package dev.relay.standalone.config;

import dev.relay.InvalidConfigurationException;
import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong, so that the operator hears of it at once. Not thread-safe. */
final class Faults {
    private final List<String> lines = new ArrayList<>();

    /** A value that cannot be used. */
    void add(Option<?> option, Given given, String problem) {
        add(option.key(), given.shown(option), given.origin(), problem);
    }

    /** A part of a structured value that cannot be used. */
    void add(String path, String shown, String origin, String problem) {
        lines.add(path + " = " + shown + " (" + origin + ") " + problem);
    }

    /** Anything else. */
    void add(String line) {
        lines.add(line);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidConfigurationException if there is any fault
     */
    void throwIfAny() {
        if (!lines.isEmpty()) {
            throw new InvalidConfigurationException(lines);
        }
    }
}
