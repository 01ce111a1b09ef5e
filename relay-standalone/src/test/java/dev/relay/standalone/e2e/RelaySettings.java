package dev.relay.standalone.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one Relay is started with. {@code directory} is where it runs and where its log goes; everything is on ports of
 * its own, so that several can run side by side and one can be started again in its old place.
 */
record RelaySettings(Path directory, Map<String, String> environment, List<String> arguments) {
    /** Channels without a namespace: each message in the journal before its publisher is told "done". */
    static final String JOURNALED = "{\"durability\":\"sync\",\"history_size\":100000,\"force_recovery\":true}";

    RelaySettings {
        environment = Map.copyOf(environment);
        arguments = List.copyOf(arguments);
    }

    /** Insecure, journaled, data in {@code directory/data}. */
    static RelaySettings in(Path directory) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("RELAY_HOST", "127.0.0.1");
        environment.put("RELAY_PORT", Integer.toString(FreePort.next()));
        environment.put("RELAY_HTTP_PORT", Integer.toString(FreePort.next()));
        environment.put("RELAY_DATA_DIR", directory.resolve("data").toString());
        environment.put("RELAY_INSECURE", "true");
        environment.put("RELAY_CHANNEL_DEFAULTS", JOURNALED);
        return new RelaySettings(directory, environment, List.of());
    }

    RelaySettings with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(environment);
        changed.put(name, value);
        return new RelaySettings(directory, changed, arguments);
    }

    RelaySettings with(String name, int value) {
        return with(name, Integer.toString(value));
    }

    RelaySettings without(String name) {
        Map<String, String> changed = new LinkedHashMap<>(environment);
        changed.remove(name);
        return new RelaySettings(directory, changed, arguments);
    }

    RelaySettings argument(String argument) {
        List<String> changed = new ArrayList<>(arguments);
        changed.add(argument);
        return new RelaySettings(directory, environment, changed);
    }

    int port() {
        return Integer.parseInt(value("RELAY_PORT"));
    }

    int httpPort() {
        return Integer.parseInt(value("RELAY_HTTP_PORT"));
    }

    Path dataDirectory() {
        return Path.of(value("RELAY_DATA_DIR"));
    }

    private String value(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set");
        }
        return value;
    }
}
