package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;

/** What a server is told, and how it answers: the client protocol in JSON, or the plainest that would do. */
enum Dialect {
    /** {@code connect}, {@code subscribe} and {@code publish} in JSON. */
    RELAY("/connection/websocket") {
        @Override
        byte[] subscribe(String channel) {
            return ascii("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
        }

        @Override
        byte[] subscribeAlso(String channel) {
            return ascii("{\"id\":3,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
        }

        @Override
        byte[] introduce() {
            return ascii("{\"id\":1,\"connect\":{}}");
        }

        @Override
        boolean isReady(boolean subscriber, String frame) {
            return frame.contains(subscriber ? "\"id\":2,\"subscribe\":" : "\"id\":1,\"connect\":");
        }

        @Override
        int publish(byte[] to, long id, byte[] channel, byte[] payload) {
            int at = put(to, 0, ID);
            at = putNumber(to, at, id);
            at = put(to, at, PUBLISH);
            at = put(to, at, channel);
            at = put(to, at, DATA);
            at = put(to, at, payload);
            return put(to, at, END);
        }

        @Override
        boolean isPing(byte[] bytes, int from, int to) {
            return to - from == 2 && bytes[from] == '{' && bytes[from + 1] == '}';
        }

        @Override
        byte[] pong() {
            return ascii("{}");
        }

        @Override
        boolean isRefusal(byte[] bytes, int from, int to) {
            return new String(bytes, from, to - from, US_ASCII).contains("\"error\":");
        }
    },

    /** {@code s<channel>} subscribes and is answered {@code ok}; {@code p<channel> <payload>} publishes. */
    PLAIN("/") {
        @Override
        byte[] subscribe(String channel) {
            return ascii("s" + channel);
        }

        @Override
        byte[] subscribeAlso(String channel) {
            return subscribe(channel);
        }

        @Override
        byte[] introduce() {
            return ascii("i");
        }

        @Override
        boolean isReady(boolean subscriber, String frame) {
            return frame.equals("ok");
        }

        @Override
        int publish(byte[] to, long id, byte[] channel, byte[] payload) {
            to[0] = 'p';
            int at = put(to, 1, channel);
            to[at] = ' ';
            return put(to, at + 1, payload);
        }

        @Override
        boolean isPing(byte[] bytes, int from, int to) {
            return false;
        }

        @Override
        byte[] pong() {
            return new byte[0];
        }

        @Override
        boolean isRefusal(byte[] bytes, int from, int to) {
            return false;
        }
    };

    /** More than any message has besides its payload and the name of its channel. */
    static final int MAX_ENVELOPE_BYTES = 128;

    private static final byte[] ID = ascii("{\"id\":");
    private static final byte[] PUBLISH = ascii(",\"publish\":{\"channel\":\"");
    private static final byte[] DATA = ascii("\",\"data\":\"");
    private static final byte[] END = ascii("\"}}");

    private final String path;

    Dialect(String path) {
        this.path = path;
    }

    final String path() {
        return path;
    }

    /** First message of a subscriber. */
    abstract byte[] subscribe(String channel);

    /** A later message of a subscriber. */
    abstract byte[] subscribeAlso(String channel);

    /** First message of a publisher. */
    abstract byte[] introduce();

    /** Whether this frame tells that the first message was accepted. */
    abstract boolean isReady(boolean subscriber, String frame);

    /** Writes a message that publishes, from the beginning of {@code to}; returns its length. */
    abstract int publish(byte[] to, long id, byte[] channel, byte[] payload);

    /** Whether this message asks for a {@link #pong()}. */
    abstract boolean isPing(byte[] bytes, int from, int to);

    abstract byte[] pong();

    /** Whether a publisher is told that something failed. */
    abstract boolean isRefusal(byte[] bytes, int from, int to);

    /** By the name on the command line. */
    static Dialect named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    private static int put(byte[] to, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, to, at, bytes.length);
        return at + bytes.length;
    }

    private static int putNumber(byte[] to, int at, long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            to[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + digits;
    }
}
