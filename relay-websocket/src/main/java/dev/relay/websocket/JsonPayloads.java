package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.JsonVerifier;
import dev.relay.Payload;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@linkplain Payload#isJson() JSON payloads} of bytes that are exactly one JSON value in UTF-8, nested no deeper than
 * 500 levels. Raw line breaks, which in such a value can only be white space, are left out.
 *
 * <p><b>Threading.</b> Stateless; any thread.
 */
public final class JsonPayloads implements JsonVerifier {
    private static final JsonPayloads VERIFIER = new JsonPayloads();

    private JsonPayloads() {}

    /** The verifier of every {@link WebSocketEdge}, for those who need one without an edge. */
    public static JsonVerifier verifier() {
        return VERIFIER;
    }

    /**
     * The payload in {@code source[from, to)}, copied.
     *
     * @return {@code null} if that is not one JSON value
     * @throws IndexOutOfBoundsException if the range is not one of the array
     */
    public static @Nullable Payload of(byte[] source, int from, int to) {
        Objects.checkFromToIndex(from, to, source.length);
        if (!JsonCheck.isValue(source, from, to)) {
            return null;
        }
        if (!JsonCheck.hasLineBreak(source, from, to)) {
            return Payload.verifiedJson(source, from, to - from);
        }
        byte[] copy = Arrays.copyOfRange(source, from, to);
        return Payload.verifiedJson(copy, 0, JsonCheck.takeLineBreaksOut(copy));
    }

    @Override
    public @Nullable Payload verify(Payload data) {
        requireNonNull(data, "data");
        return data.isJson() ? data : of(data.toByteArray(), 0, data.size());
    }
}
