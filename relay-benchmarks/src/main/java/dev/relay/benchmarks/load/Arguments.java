package dev.relay.benchmarks.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A command line of {@code --name value} and {@code --flag}; its faults are told together. */
public final class Arguments {
    private final Map<String, String> values = new HashMap<>();
    private final List<String> faults = new ArrayList<>();

    /** Reads all of them; others than {@code names} and {@code flags} are faults. */
    public Arguments(String[] arguments, Set<String> names, Set<String> flags) {
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (flags.contains(argument)) {
                values.put(argument, "");
            } else if (!names.contains(argument)) {
                faults.add("unknown: " + argument);
            } else if (i + 1 == arguments.length) {
                faults.add(argument + " needs a value");
            } else {
                values.put(argument, arguments[++i]);
            }
        }
    }

    /** Whether the flag is given. */
    public boolean has(String flag) {
        return values.containsKey(flag);
    }

    /** The value as it is given, {@code null} if it is not. */
    public @Nullable String text(String name) {
        return values.get(name);
    }

    /** A whole number in [{@code min}, {@code max}]. */
    public int number(String name, int otherwise, int min, int max) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, with the range
        }
        faults.add(name + " must be " + min + " to " + max + ": " + value);
        return otherwise;
    }

    /** One of {@code known}. */
    public String word(String name, String otherwise, List<String> known) {
        String value = values.getOrDefault(name, otherwise);
        if (!known.contains(value)) {
            faults.add(name + " must be one of " + String.join(",", known) + ": " + value);
        }
        return value;
    }

    /** A list with commas, of {@code known} words; default all of them. */
    public List<String> list(String name, List<String> known) {
        String value = values.get(name);
        if (value == null) {
            return known;
        }
        List<String> chosen = Arrays.asList(value.split(","));
        for (String word : chosen) {
            if (!known.contains(word)) {
                faults.add(name + " must be of " + String.join(",", known) + ": " + word);
            }
        }
        return chosen;
    }

    /** Adds a fault that the values have together. */
    public void fault(String fault) {
        faults.add(fault);
    }

    /** Tells the faults, if there are any, and whether there were. */
    public boolean areFaulty(Consumer<String> to) {
        faults.forEach(to);
        return !faults.isEmpty();
    }
}
