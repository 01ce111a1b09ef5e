package dev.relay.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.ClientInfo;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.Append;
import dev.relay.journal.AppendKey;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import dev.relay.journal.Journal;
import dev.relay.journal.ReadRange;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Streams, publications and ranges to try a journal with. Any thread. */
public final class Samples {
    /** When the publication with offset 0 would have been accepted; each later one comes a millisecond later. */
    public static final long EPOCH_MICROS = 1_700_000_000_000_000L;

    private Samples() {}

    /** Loads one channel. */
    public static StreamState load(Journal journal, String channel, Durability durability) {
        return journal.load(List.of(new StreamRequest(channel, durability))).get(0);
    }

    /** Loads one channel whose stream keeps its epoch whatever happens. */
    public static StreamState load(Journal journal, String channel) {
        return load(journal, channel, Durability.SYNC);
    }

    /** Trims a stream, in as many steps as the journal takes. */
    public static void trim(Journal journal, StreamState stream, long through) {
        for (long trimmedTo = -1, reached; trimmedTo < through; trimmedTo = reached) {
            reached = journal.trim(stream.streamId(), through);
            if (reached <= trimmedTo) {
                throw new AssertionError("a trim made no progress: trimmedTo=" + reached + " through=" + through);
            }
        }
    }

    /** An append of a small publication, with the append id that {@link #appends} gives to this offset too. */
    public static Append append(StreamState stream, long offset) {
        return append(stream, offset, Payload.of("{\"n\":" + offset + "}"));
    }

    /** An append of these bytes. */
    public static Append append(StreamState stream, long offset, Payload data) {
        return new Append(
                stream.streamId(), appendId(stream, offset), publication(stream, offset, data, null, Map.of()));
    }

    /** The same append by another engine. */
    public static Append foreign(Append append) {
        return new Append(
                append.streamId(), ~append.appendId(), append.publication(), append.key(), append.outboxRow());
    }

    /** The same append with an idempotency key. */
    public static Append keyed(Append append, String key, long expiresAtMicros) {
        return new Append(
                append.streamId(), append.appendId(), append.publication(), new AppendKey(key, expiresAtMicros));
    }

    /** Small appends with the offsets from {@code first} to {@code last}. */
    public static List<Append> appends(StreamState stream, long first, long last) {
        List<Append> appends = new ArrayList<>();
        for (long offset = first; offset <= last; offset++) {
            appends.add(append(stream, offset));
        }
        return appends;
    }

    /** An append with something in every field, or with nothing where nothing is allowed. */
    public static Append random(StreamState stream, long offset, RandomGenerator random) {
        byte[] bytes = new byte[random.nextInt(600)];
        random.nextBytes(bytes);
        Payload data = random.nextBoolean() ? Payload.of(bytes) : json("{\"n\":" + offset + ",\"ü\":\"\u20ac\"}");
        ClientInfo info = random.nextBoolean()
                ? null
                : new ClientInfo(
                        random.nextBoolean() ? "" : "user-" + random.nextInt(),
                        "client-" + random.nextInt(),
                        random.nextBoolean() ? null : json("{\"name\":\"J\u00f6rg\"}"),
                        random.nextBoolean() ? null : Payload.of(bytes));
        Map<String, String> tags = random.nextBoolean() ? Map.of() : Map.of("kind", "alert", "n", "" + offset);
        AppendKey key = random.nextInt(3) > 0 ? null : new AppendKey("key-" + random.nextInt(), timeMicros(offset));
        return new Append(stream.streamId(), random.nextLong(), publication(stream, offset, data, info, tags), key);
    }

    /** Something that happened to the connection of this user. */
    public static ConnectionEvent event(long timeMicros, EventKind kind, String user) {
        return new ConnectionEvent(
                0, timeMicros, kind, "node", user, "client-of-" + user, "", "192.0.2.1", "sdk", "1.0", 0, "", 1);
    }

    /** A publication of this stream. */
    public static Publication publication(
            StreamState stream, long offset, Payload data, @Nullable ClientInfo info, Map<String, String> tags) {
        return new Publication(data, info, tags, new StreamPosition(offset, stream.epoch()), timeMicros(offset));
    }

    /** A payload that is known to be JSON. */
    public static Payload json(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Payload.verifiedJson(bytes, 0, bytes.length);
    }

    /** When the publication with this offset was accepted. */
    public static long timeMicros(long offset) {
        return EPOCH_MICROS + offset * 1_000;
    }

    /** Everything in the stream. */
    public static ReadRange all(StreamState stream) {
        return range(stream, 0, Long.MAX_VALUE);
    }

    /** {@code after < offset <= through}, without any other limit. */
    public static ReadRange range(StreamState stream, long after, long through) {
        return new ReadRange(stream.streamId(), after, through, false, Integer.MAX_VALUE, Long.MAX_VALUE, 0);
    }

    private static long appendId(StreamState stream, long offset) {
        return (stream.streamId() << 40 ^ offset) * 0x9E3779B97F4A7C15L; // odd factor: no two are the same
    }
}
