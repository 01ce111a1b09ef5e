package dev.relay.websocket;

import dev.relay.InvalidConfigurationException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose word about a client's address counts. For those who serve HTTP beside the edge and are to believe the same proxies.
 * Immutable; any thread.
 */
public final class TrustedProxies {
    private final List<Range> ranges;

    private TrustedProxies(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /**
     * As {@link WebSocketEdge.Builder#trustedProxies} takes them.
     *
     * @throws InvalidConfigurationException if they are no addresses or networks
     */
    public static TrustedProxies of(List<String> addresses) {
        List<String> faults = new ArrayList<>();
        TrustedProxies proxies = parse(addresses, faults);
        if (!faults.isEmpty()) {
            throw new InvalidConfigurationException(faults);
        }
        return proxies;
    }

    /** Whether its word counts. */
    public boolean trusts(InetAddress address) {
        return !isEmpty() && contains(IpAddress.of(address));
    }

    /**
     * Whom a request comes from, as far as its proxies can be believed.
     *
     * @param forwardedFor of {@code X-Forwarded-For}, several joined with commas; {@code ""} for none
     * @param peer whom the connection comes from
     * @return the first half of an IPv6 address, of which a subscriber has all second halves; an IPv4 address as it is
     */
    public String networkOf(String forwardedFor, InetAddress peer) {
        IpAddress address = IpAddress.of(peer);
        if (!isEmpty() && contains(address) && !forwardedFor.isBlank()) {
            address = clientBehind(forwardedFor, address);
        }
        return address.isIpv4() || address.isLoopback()
                ? address.text()
                : new IpAddress(address.high(), 0).text() + "/" + Long.SIZE;
    }

    /** Reads addresses and networks; what cannot be read becomes a fault. */
    static TrustedProxies parse(List<String> texts, List<String> faults) {
        List<Range> ranges = new ArrayList<>();
        for (String text : texts) {
            Range range = Range.parse(text);
            if (range == null) {
                faults.add(
                        "trustedProxies must hold IP addresses and networks without bits beyond their prefix, such as"
                                + " 192.0.2.7, 10.0.0.0/8 or fd00::/8: " + text);
            } else {
                ranges.add(range);
            }
        }
        return new TrustedProxies(ranges);
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    boolean contains(IpAddress address) {
        for (Range range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whom a proxy speaks for. Each proxy appends whom it was called by, so the list is read from its end, as long as those
     * who wrote it are trusted: the client is the last who is not, or the first of all.
     *
     * @param forwardedFor value of {@code X-Forwarded-For}; what is left of something that is no address is not believed
     * @param proxy who sent it, and is trusted
     */
    IpAddress clientBehind(String forwardedFor, IpAddress proxy) {
        IpAddress client = proxy;
        int end = forwardedFor.length();
        while (end >= 0 && contains(client)) {
            int comma = forwardedFor.lastIndexOf(',', end - 1);
            IpAddress named = entry(forwardedFor.substring(comma + 1, end).strip());
            if (named == null) {
                return client;
            }
            client = named;
            end = comma;
        }
        return client;
    }

    /** An address, which some proxies write with its port. */
    private static @Nullable IpAddress entry(String text) {
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            return close < 0 || !isPort(text, close + 1) ? null : IpAddress.parse(text.substring(1, close));
        }
        int colon = text.indexOf(':');
        if (colon >= 0 && colon == text.lastIndexOf(':')) {
            return isPort(text, colon) ? IpAddress.parse(text.substring(0, colon)) : null;
        }
        return IpAddress.parse(text);
    }

    /** Nothing, or a colon and digits. */
    private static boolean isPort(String text, int from) {
        if (from == text.length()) {
            return true;
        }
        for (int i = from + 1; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return text.charAt(from) == ':' && text.length() > from + 1;
    }

    /** All addresses that begin with the same bits. */
    private record Range(long high, long low, long highMask, long lowMask) {
        static @Nullable Range parse(String text) {
            int slash = text.indexOf('/');
            IpAddress network = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
            if (network == null) {
                return null;
            }
            boolean ipv4 = text.indexOf(':') < 0;
            int bits = IpAddress.BITS;
            if (slash >= 0) {
                String prefix = text.substring(slash + 1);
                bits = prefix.matches("[0-9]{1,3}")
                        ? Integer.parseInt(prefix) + (ipv4 ? IpAddress.IPV4_PREFIX_BITS : 0)
                        : Integer.MAX_VALUE;
            }
            if (bits > IpAddress.BITS) {
                return null;
            }
            long highMask = mask(Math.min(bits, Long.SIZE));
            long lowMask = mask(Math.max(bits - Long.SIZE, 0));
            boolean exact = (network.high() & ~highMask) == 0 && (network.low() & ~lowMask) == 0;
            return exact ? new Range(network.high(), network.low(), highMask, lowMask) : null;
        }

        boolean contains(IpAddress address) {
            return (address.high() & highMask) == high && (address.low() & lowMask) == low;
        }

        private static long mask(int bits) {
            return bits == 0 ? 0 : -1L << (Long.SIZE - bits);
        }
    }
}
