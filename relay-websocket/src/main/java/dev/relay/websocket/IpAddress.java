package dev.relay.websocket;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An address of IPv4 or IPv6. IPv4 has the form {@code ::ffff:a.b.c.d} here, so that it is one address however it is written.
 * Texts are read without the JDK, which would ask a name server about some of what is no address. Immutable; any thread.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
record IpAddress(long high, long low) {
    static final int BITS = 128;

    /** Bits before those of an IPv4 address. */
    static final int IPV4_PREFIX_BITS = 96;

    private static final int MAX_TEXT = 45;
    private static final int IPV6_GROUPS = 8;
    private static final long IPV4_PREFIX = 0xffff_0000_0000L;

    static IpAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == Integer.BYTES
                ? ofIpv4(bytes.getInt() & 0xffff_ffffL)
                : new IpAddress(bytes.getLong(), bytes.getLong());
    }

    /** The address a text stands for; {@code null} if it is none. No name, zone or port. */
    static @Nullable IpAddress parse(String text) {
        if (text.length() > MAX_TEXT) {
            return null;
        }
        if (text.indexOf(':') < 0) {
            long bits = ipv4(text);
            return bits < 0 ? null : ofIpv4(bits);
        }
        return ipv6(text);
    }

    boolean isIpv4() {
        return high == 0 && (low & ~0xffff_ffffL) == IPV4_PREFIX;
    }

    /** Whether it is an address of this machine that others cannot come from. */
    boolean isLoopback() {
        return isIpv4() ? (low >>> 24 & 0xff) == 127 : high == 0 && low == 1;
    }

    /**
     * Whom it belongs to, as far as an address tells: an IPv4 address, or the first half of an IPv6 address, of which a
     * subscriber has all second halves.
     */
    long owner() {
        return isIpv4() ? low : high;
    }

    /** As the JDK writes it. */
    String text() {
        byte[] bytes =
                ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }

    private static IpAddress ofIpv4(long bits) {
        return new IpAddress(0, IPV4_PREFIX | bits);
    }

    /** 32 bits; −1 if it is no IPv4 address. */
    private static long ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != Integer.BYTES) {
            return -1;
        }
        long bits = 0;
        for (String part : parts) {
            int value = part.length() > 1 && part.charAt(0) == '0' ? -1 : number(part, 3, 10); // 010 is 8 to some
            if (value < 0 || value > 255) {
                return -1;
            }
            bits = bits << 8 | value;
        }
        return bits;
    }

    private static @Nullable IpAddress ipv6(String text) {
        int gap = text.indexOf("::");
        int[] groups = new int[IPV6_GROUPS];
        if (gap < 0) {
            return groups(text, groups) == IPV6_GROUPS ? of(groups) : null;
        }
        int[] tail = new int[IPV6_GROUPS];
        String before = text.substring(0, gap);
        int leading = before.indexOf('.') < 0 ? groups(before, groups) : -1;
        int trailing = groups(text.substring(gap + 2), tail);
        if (leading < 0 || trailing < 0 || leading + trailing >= IPV6_GROUPS) {
            return null;
        }
        System.arraycopy(tail, 0, groups, IPV6_GROUPS - trailing, trailing);
        return of(groups);
    }

    /** Reads groups of 16 bits and how many they are; −1 if that is not what the text has. */
    private static int groups(String text, int[] into) {
        if (text.isEmpty()) {
            return 0;
        }
        String[] parts = text.split(":", -1);
        if (parts.length > IPV6_GROUPS) {
            return -1;
        }
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                long bits = ipv4(parts[i]);
                if (bits < 0 || count > IPV6_GROUPS - 2) {
                    return -1;
                }
                into[count++] = (int) (bits >>> 16);
                into[count++] = (int) (bits & 0xffff);
            } else {
                int group = number(parts[i], 4, 16);
                if (group < 0) {
                    return -1;
                }
                into[count++] = group;
            }
        }
        return count;
    }

    private static IpAddress of(int[] groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < IPV6_GROUPS / 2; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + IPV6_GROUPS / 2];
        }
        return new IpAddress(high, low);
    }

    /** One to {@code maxDigits} ASCII digits; −1 if it is anything else. */
    private static int number(String digits, int maxDigits, int radix) {
        if (digits.isEmpty() || digits.length() > maxDigits) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
