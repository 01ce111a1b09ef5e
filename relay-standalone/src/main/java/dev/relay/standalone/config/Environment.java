package dev.relay.standalone.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the variables {@code RELAY_…} say, and the files that {@code RELAY_…_FILE} name. */
final class Environment {
    private static final Pattern SERVICE_LINK = Pattern.compile("RELAY_(SERVICE_(HOST|PORT).*|PORT_[0-9]+_.*)");
    private static final Names NAMES = new Names(Option.all().stream()
            .flatMap(option -> option.inFile()
                    ? Stream.of(option.variable(), option.fileVariable())
                    : Stream.of(option.variable()))
            .toList());

    private final Map<String, String> variables;
    private final Path directory;

    Environment(Map<String, String> variables, Path directory) {
        this.variables = variables;
        this.directory = directory;
    }

    Map<Option<?>, Given> read(Faults faults) {
        Map<Option<?>, Given> given = new LinkedHashMap<>();
        for (Option<?> option : Option.all()) {
            String value = variables.get(option.variable());
            String file = option.inFile() ? variables.get(option.fileVariable()) : null;
            if (value != null && file != null) {
                faults.add(option.variable() + " and " + option.fileVariable() + " are both set; keep one of them");
            } else if (value != null) {
                given.put(option, new Given("environment " + option.variable(), new Tree.Text(value)));
            } else if (file != null) {
                valueFile(option, file, given, faults);
            }
        }
        return given;
    }

    private void valueFile(Option<?> option, String file, Map<Option<?>, Given> given, Faults faults) {
        String origin = "environment " + option.fileVariable() + ", file " + file;
        try {
            // editors and echo end a file with a newline that nobody means
            String value = Files.readString(directory.resolve(file)).replaceFirst("\\R$", "");
            given.put(option, new Given(origin, new Tree.Text(value)));
        } catch (IOException | IllegalArgumentException e) {
            faults.add(option.key() + " (" + origin + ") cannot be read: " + e);
        }
    }

    /** What the machine is called; {@code relay} if it will not say. */
    String hostName() {
        String name = variables.get("HOSTNAME"); // every container has it, and need not look it up
        try {
            return name != null && !name.isBlank()
                    ? name
                    : InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "relay";
        }
    }

    /** One line about all {@code RELAY_…} variables that mean nothing, or {@code ""}. */
    String unknown() {
        TreeSet<String> unknown = variables.keySet().stream()
                .filter(name -> name.startsWith("RELAY_") && !NAMES.known().contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        if (unknown.isEmpty()) {
            return "";
        }
        boolean links =
                unknown.stream().anyMatch(name -> SERVICE_LINK.matcher(name).matches());
        return "unknown environment variables are ignored: "
                + unknown.stream()
                        .map(name -> name
                                + NAMES.nearest(name)
                                        .map(near -> " (did you mean " + near + "?)")
                                        .orElse(""))
                        .collect(Collectors.joining(", "))
                + (links ? "; Kubernetes injects such for a service named relay: set enableServiceLinks: false" : "");
    }
}
