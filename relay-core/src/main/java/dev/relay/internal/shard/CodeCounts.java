package dev.relay.internal.shard;

import dev.relay.CloseCode;
import dev.relay.transport.RefusalReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * Counts by a code. The codes are those that are known beforehand, however many strangers and applications make up: the others
 * are counted together.
 *
 * <p><b>Threading.</b> Counting by one thread; the rest from any.
 */
public final class CodeCounts {
    /** The other side has gone without one. */
    public static final int PEER = -1;

    private static final int OTHER = -2;

    private final Map<Integer, Integer> indices = new HashMap<>(); // not changed once made
    private final List<String> labels = new ArrayList<>();
    private final AtomicLongArray counts;

    private CodeCounts(int[] codes, List<String> names) {
        for (int i = 0; i < codes.length; i++) {
            indices.put(codes[i], i);
            labels.add(names.get(i));
        }
        counts = new AtomicLongArray(codes.length);
    }

    static CodeCounts ofCloseCodes() {
        int[] codes = IntStream.of(
                        CloseCode.CONNECTION_CLOSED.code(),
                        CloseCode.SHUTDOWN.code(),
                        CloseCode.INTERNAL_ERROR.code(),
                        CloseCode.EXPIRED.code(),
                        CloseCode.SUBSCRIPTION_EXPIRED.code(),
                        CloseCode.SLOW.code(),
                        CloseCode.WRITE_ERROR.code(),
                        CloseCode.INSUFFICIENT_STATE.code(),
                        CloseCode.FORCE_RECONNECT.code(),
                        CloseCode.NO_PONG.code(),
                        CloseCode.TOO_MANY_REQUESTS.code(),
                        CloseCode.STATE_INVALIDATED.code(),
                        CloseCode.INVALID_TOKEN.code(),
                        CloseCode.BAD_REQUEST.code(),
                        CloseCode.STALE.code(),
                        CloseCode.FORCE_DISCONNECT.code(),
                        CloseCode.CONNECTION_LIMIT.code(),
                        CloseCode.CHANNEL_LIMIT.code(),
                        CloseCode.INAPPROPRIATE_PROTOCOL.code(),
                        CloseCode.PERMISSION_DENIED.code(),
                        CloseCode.NOT_AVAILABLE.code(),
                        CloseCode.TOO_MANY_ERRORS.code(),
                        PEER,
                        OTHER)
                .toArray();
        return new CodeCounts(
                codes, Arrays.stream(codes).mapToObj(CodeCounts::label).toList());
    }

    static CodeCounts ofErrorCodes() {
        int[] codes = IntStream.concat(IntStream.rangeClosed(100, 112), IntStream.of(OTHER))
                .toArray();
        return new CodeCounts(
                codes, Arrays.stream(codes).mapToObj(CodeCounts::label).toList());
    }

    static CodeCounts ofRefusals() {
        RefusalReason[] reasons = RefusalReason.values();
        return new CodeCounts(
                IntStream.range(0, reasons.length).toArray(),
                Arrays.stream(reasons)
                        .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    /** Once more. */
    public void count(int code) {
        Integer index = indices.get(code);
        int at = index == null ? counts.length() - 1 : index;
        counts.setRelease(at, counts.getPlain(at) + 1);
    }

    /** What the codes are called, in the order of {@link #count(String)}'s answers. */
    public List<String> labels() {
        return List.copyOf(labels);
    }

    /** How often, by what the code is called. */
    public long count(String label) {
        return counts.getAcquire(labels.indexOf(label));
    }

    private static String label(int code) {
        return code == PEER ? "peer" : code == OTHER ? "other" : Integer.toString(code);
    }
}
