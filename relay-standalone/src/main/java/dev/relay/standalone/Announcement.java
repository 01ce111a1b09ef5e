package dev.relay.standalone;

import dev.relay.ChannelOptions;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What somebody who has just started Relay wants to know. */
final class Announcement {
    private Announcement() {}

    static List<String> of(Configuration configuration, Server server) {
        List<String> lines = new ArrayList<>();
        String host = shownHost(configuration.host());
        lines.add("Relay " + Version.current() + " on Java " + System.getProperty("java.version"));
        lines.add("clients   " + (configuration.hasTls() ? "wss" : "ws") + "://" + host + ":" + server.port()
                + "/connection/websocket");
        lines.add(
                server.httpPort() == Option.OFF
                        ? "http      off"
                        : "http      http://" + host + ":" + server.httpPort() + "/health");
        lines.add("console   " + console(configuration, host, server));
        lines.add("journal   " + configuration.databaseShown());
        lines.add("data      " + server.directory().path() + ", node " + configuration.nodeName() + " ("
                + server.directory().nodeId() + ")");
        lines.add("channels  " + channels(configuration));
        lines.add("mode      " + mode(configuration));
        return lines;
    }

    private static String console(Configuration configuration, String host, Server server) {
        if (!configuration.hasConsole()) {
            return "off";
        } else if (configuration.mode() != Configuration.Mode.DEVELOPMENT
                && configuration.find(Option.ADMIN_PASSWORD) == null) {
            return "closed: it has no password; set RELAY_ADMIN_PASSWORD to open it";
        }
        return "http://" + host + ":" + server.httpPort() + "/";
    }

    private static String shownHost(String host) {
        return switch (host) {
            case "127.0.0.1" -> "localhost";
            case "::1" -> "[::1]";
            default -> host.contains(":") ? "[" + host + "]" : host;
        };
    }

    private static String channels(Configuration configuration) {
        ChannelOptions options = configuration.channelDefaults();
        String kept = "durability " + options.durability().name().toLowerCase(Locale.ROOT);
        if (options.hasStream() && options.historySize() != ChannelOptions.UNLIMITED) {
            kept += ", history " + options.historySize();
        }
        return configuration.namespaces().isEmpty()
                ? kept
                : kept + "; namespaces "
                        + String.join(", ", configuration.namespaces().keySet());
    }

    private static String mode(Configuration configuration) {
        return switch (configuration.mode()) {
            case DEVELOPMENT ->
                "development: no key is configured, so only this machine can connect, and everybody on it may do "
                        + "anything; set RELAY_TOKEN_HMAC_SECRET to open it to others";
            case INSECURE -> "INSECURE: whoever reaches this address may do anything";
            case CLOSED ->
                "closed: clients need a token, and may do what it or the channel options allow"
                        + (configuration.connectionTrust() == null
                                ? "; without a key such as RELAY_TOKEN_HMAC_SECRET no token is valid"
                                : "");
        };
    }
}
