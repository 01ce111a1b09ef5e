package dev.relay.internal.channel;

import dev.relay.ChannelOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From a channel's name to its options.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
public final class Namespaces {
    /** Longest channel name, bytes (and characters, since names are ASCII). */
    public static final int MAX_NAME = 255;

    private static final char PRIVATE = '$';
    private static final char SEPARATOR = ':';

    private final ChannelOptions defaults;
    private final Map<String, ChannelOptions> namespaces;

    public Namespaces(ChannelOptions defaults, Map<String, ChannelOptions> namespaces) {
        this.defaults = defaults;
        this.namespaces = Map.copyOf(namespaces);
    }

    /** Whether this can name a channel: 1 to 255 printable ASCII characters. */
    public static boolean isName(String channel) {
        if (channel.isEmpty() || channel.length() > MAX_NAME) {
            return false;
        }
        for (int i = 0; i < channel.length(); i++) {
            char c = channel.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    /** Whether subscribing always takes a token. */
    public static boolean isPrivate(String channel) {
        return channel.charAt(0) == PRIVATE;
    }

    /** The options of a channel; {@code null} if its namespace is not configured. */
    public @Nullable ChannelOptions options(String channel) {
        int end = channel.indexOf(SEPARATOR);
        if (end < 0) {
            return defaults;
        }
        return namespaces.get(channel.substring(isPrivate(channel) ? 1 : 0, end));
    }
}
