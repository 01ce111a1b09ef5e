package dev.relay;

import org.jspecify.annotations.Nullable;

/**
 * Follows publications that say which trace they belong to: those with a tag {@link #TRACEPARENT}. The others cost nothing but
 * a look for that tag, and without a tracer there is not even that.
 *
 * <p>The tag goes to subscribers and into the journal like any other, so that they can go on with the trace.
 *
 * <p><b>Threading.</b> Called on the home of the channel; calls for one publication are serial. Must not block. What it throws is
 * logged once, and the publication goes on.
 */
@FunctionalInterface
public interface PublishTracer {
    /** The tag, and the header of the same name: W3C Trace Context, version 00. */
    String TRACEPARENT = "traceparent";

    /**
     * A publication has been accepted.
     *
     * @param traceparent of well-formed shape; see {@link #isTraceparent}
     * @param durability what its publisher waits for
     * @return who is told how it goes on; {@code null}: nobody
     */
    @Nullable
    Trace accepted(String channel, String traceparent, Durability durability);

    /**
     * What becomes of one publication: {@link #refused}, or {@link #dispatched} and, where the channel has a stream, {@link
     * #committed} – before that with {@link Durability#SYNC}, afterwards with {@link Durability#ASYNC}. An engine that ends may
     * leave it open.
     */
    interface Trace {
        /** The journal, or the spool in its place, has it. */
        void committed(StreamPosition position);

        /** It has been handed to everybody who follows the channel. */
        void dispatched(int subscribers);

        /** It was not published. */
        void refused(String why);
    }

    /** Whether a text is a {@code traceparent} of version 00: hexadecimal in lower case, neither of the ids zero. */
    static boolean isTraceparent(@Nullable String text) {
        if (text == null
                || text.length() != 55
                || !text.startsWith("00-")
                || text.charAt(35) != '-'
                || text.charAt(52) != '-') {
            return false;
        }
        return isId(text, 3, 35) && isId(text, 36, 52) && isHex(text.charAt(53)) && isHex(text.charAt(54));
    }

    private static boolean isId(String text, int from, int to) {
        boolean zero = true;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!isHex(c)) {
                return false;
            }
            zero &= c == '0';
        }
        return !zero;
    }

    private static boolean isHex(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }
}
