package dev.relay.internal.channel;

import dev.relay.ChannelOptions;
import dev.relay.ErrorCode;
import dev.relay.Refused;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From a channel's name to its options.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
public final class Namespaces {
    /** Longest channel name, bytes of UTF-8. */
    public static final int MAX_NAME = 255;

    private static final char PRIVATE = '$';
    private static final char SEPARATOR = ':';

    /** Options of the channels of a namespace, and of the patterns in it, if it allows any. */
    private record Entry(ChannelOptions channels, @Nullable ChannelOptions patterns) {
        static Entry of(ChannelOptions channels) {
            return new Entry(channels, channels.allowWildcards() ? channels.forPatterns() : null);
        }
    }

    private final Entry defaults;
    private final Map<String, Entry> namespaces;

    public Namespaces(ChannelOptions defaults, Map<String, ChannelOptions> namespaces) {
        this.defaults = Entry.of(defaults);
        this.namespaces = namespaces.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, one -> Entry.of(one.getValue())));
    }

    /** Whether a name stands for many channels, where the options allow that. */
    public static boolean isPattern(String channel, ChannelOptions options) {
        return options.allowWildcards() && ChannelPattern.isPattern(channel);
    }

    /** Whether no namespace could allow a name of this length. */
    public static boolean isTooLong(String channel) {
        // every char takes a byte at least, so that most names are not counted
        return channel.length() > MAX_NAME
                || 3 * channel.length() > MAX_NAME && channel.getBytes(StandardCharsets.UTF_8).length > MAX_NAME;
    }

    /** Whether this can name a channel of a namespace: printable ASCII, or what the namespace's regular expression says. */
    public static boolean isName(String channel, ChannelOptions options) {
        if (channel.isEmpty() || isTooLong(channel)) {
            return false;
        }
        boolean pattern = isPattern(channel, options);
        if (pattern && ChannelPattern.fault(channel) != null) {
            return false;
        }
        Pattern regex = options.channelRegex();
        if (regex != null && !pattern) {
            return regex.matcher(channel.substring(channel.indexOf(SEPARATOR) + 1))
                    .matches();
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

    /** Why an application cannot use this channel, whose options these are; {@code null} if it can. */
    public @Nullable Refused refusal(String channel, @Nullable ChannelOptions options) {
        if (channel.isEmpty() || isTooLong(channel)) {
            return new Refused(
                    ErrorCode.BAD_REQUEST,
                    "a channel's name has 1 to " + MAX_NAME + " bytes, this one has " + channel.length());
        } else if (options == null) {
            return new Refused(ErrorCode.UNKNOWN_CHANNEL, "the namespace of channel " + channel + " is not configured");
        } else if (!isName(channel, options)) {
            return new Refused(
                    ErrorCode.BAD_REQUEST,
                    isPattern(channel, options)
                            ? "not a pattern: " + channel + ": " + ChannelPattern.fault(channel)
                            : "a channel's name is printable ASCII, or what its namespace's channel_regex says: "
                                    + channel);
        }
        return null;
    }

    /** Whether anything is to be deleted because of its age or size in any of them. */
    boolean anyRetention() {
        return defaults.channels().hasRetention()
                || namespaces.values().stream()
                        .anyMatch(entry -> entry.channels().hasRetention());
    }

    /** The options of a channel; {@code null} if its namespace is not configured. */
    public @Nullable ChannelOptions options(String channel) {
        int end = channel.indexOf(SEPARATOR);
        Entry entry = end < 0 ? defaults : namespaces.get(channel.substring(isPrivate(channel) ? 1 : 0, end));
        if (entry == null) {
            return null;
        }
        ChannelOptions patterns = entry.patterns();
        return patterns != null && ChannelPattern.isPattern(channel) ? patterns : entry.channels();
    }
}
