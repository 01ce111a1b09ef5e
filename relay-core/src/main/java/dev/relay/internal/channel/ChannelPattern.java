package dev.relay.internal.channel;

import org.jspecify.annotations.Nullable;

/**
 * A channel name that stands for many. Behind the namespace and its colon, which are meant literally, a name is segments
 * parted by dots; one that is {@code *} stands for any one segment, and {@code **}, only at the end, for any rest of one or
 * more segments. No wildcard stands for an empty segment.
 *
 * <p>What is kept apart stays apart: a pattern matches a channel that begins with {@code $} only if it begins so itself, and
 * a channel that names its users behind a {@code #} never.
 *
 * <pre>
 * orders.*        orders.eu                            not orders, orders.eu.42, orders.
 * orders.**       orders.eu, orders.eu.42              not orders, orders.eu..42
 * shop:*.orders   shop:eu.orders                       not eu.orders, shop:orders, $shop:eu.orders
 * </pre>
 */
public final class ChannelPattern {
    /** Most segments of a pattern. */
    public static final int MAX_SEGMENTS = 32;

    /** Most wildcards of a pattern. */
    public static final int MAX_WILDCARDS = 4;

    private ChannelPattern() {}

    /** Whether a name has a wildcard; it is then no channel, and {@link #fault} tells whether it is a proper pattern. */
    public static boolean isPattern(String name) {
        int first = name.indexOf('*');
        if (first < 0) {
            return false;
        }
        int start = name.indexOf(':') + 1;
        while (start <= name.length()) {
            int end = endOfSegment(name, start);
            if (isAny(name, start, end) || isRest(name, start, end)) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    /**
     * What is wrong with a pattern, for people; {@code null} if nothing is. Whether it may name a channel at all is for
     * {@link Namespaces} to say.
     */
    public static @Nullable String fault(String pattern) {
        int start = pattern.indexOf(':') + 1;
        if (pattern.length() > Namespaces.MAX_NAME) {
            return "it has " + pattern.length() + " characters, the limit is " + Namespaces.MAX_NAME;
        }
        if (pattern.lastIndexOf('*', start - 1) >= 0) {
            return "a namespace holds no wildcard";
        }
        if (pattern.indexOf('#') >= 0) {
            return "no pattern matches channels that name their users behind a #";
        }
        int segments = 0;
        int wildcards = 0;
        while (start <= pattern.length()) {
            int end = endOfSegment(pattern, start);
            boolean rest = isRest(pattern, start, end);
            if (rest && end < pattern.length()) {
                return "** stands at the end only";
            }
            if (rest || isAny(pattern, start, end)) {
                wildcards++;
            } else if (hasStar(pattern, start, end)) {
                return "a wildcard is a whole segment, unlike the * in " + pattern.substring(start, end);
            }
            segments++;
            start = end + 1;
        }
        if (wildcards == 0 || wildcards > MAX_WILDCARDS) {
            return "it has " + wildcards + " wildcards, 1 to " + MAX_WILDCARDS + " are possible";
        }
        return segments <= MAX_SEGMENTS ? null : "it has " + segments + " segments, the limit is " + MAX_SEGMENTS;
    }

    static int endOfSegment(String name, int start) {
        int dot = name.indexOf('.', start);
        return dot < 0 ? name.length() : dot;
    }

    static boolean isAny(String name, int start, int end) {
        return end - start == 1 && name.charAt(start) == '*';
    }

    static boolean isRest(String name, int start, int end) {
        return end - start == 2 && name.charAt(start) == '*' && name.charAt(start + 1) == '*';
    }

    private static boolean hasStar(String name, int start, int end) {
        int star = name.indexOf('*', start);
        return star >= 0 && star < end;
    }
}
