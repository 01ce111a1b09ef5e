package dev.relay.standalone.console;

import dev.relay.standalone.config.Configuration;
import java.util.regex.Pattern;

/** The channels of the feed, and what may be one. */
final class ConsoleChannels {
    /** Flow of the whole node, once a second. */
    static final String FLOW = Configuration.CONSOLE_NAMESPACE + ":flow";

    /** Health and figures of the node, once a second. */
    static final String NODE = Configuration.CONSOLE_NAMESPACE + ":node";

    /** A glob of all of them. */
    static final String ALL = Configuration.CONSOLE_NAMESPACE + ":*";

    private static final String PREFIX = Configuration.CONSOLE_NAMESPACE + ":";
    private static final String TRAFFIC = PREFIX + "traffic:";
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private ConsoleChannels() {}

    /** Whether the channel is of the reserved namespace, private or not. */
    static boolean isReserved(String channel) {
        return channel.startsWith(PREFIX, channel.startsWith("$") ? 1 : 0);
    }

    /** Whether the channel is somebody's watch of messages. */
    static boolean isTraffic(String channel) {
        return channel.startsWith(TRAFFIC)
                && UUID.matcher(channel.substring(TRAFFIC.length())).matches();
    }
}
