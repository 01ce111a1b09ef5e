package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Strings that come again and again: the same bytes give the same object, as long as nothing else took its place. So no
 * string is made for the thousandth message of a channel, its hash is known, and comparing it ends at once.
 *
 * <p>Bounded: one entry per slot, of short texts only, and no chains – whoever finds texts that share a slot pays for a
 * new string each time, as without a cache.
 *
 * <p><b>Threading.</b> Not thread-safe.
 */
final class TextCache {
    private static final int MAX_BYTES = 128;

    private record Entry(byte[] bytes, String text) {}

    private final int size;
    private @Nullable Entry[] slots = new @Nullable Entry[0]; // most cursors never ask

    /** @param size entries, a power of two */
    TextCache(int size) {
        this.size = size;
    }

    /** The text of {@code bytes[from, to)}, well-formed UTF-8. */
    String get(byte[] bytes, int from, int to) {
        if (to - from > MAX_BYTES) {
            return new String(bytes, from, to - from, UTF_8);
        }
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = (hash ^ hash >>> 15) & (size - 1);
        if (slots.length == 0) {
            slots = new @Nullable Entry[size];
        }
        Entry known = slots[slot];
        if (known != null && Arrays.equals(known.bytes, 0, known.bytes.length, bytes, from, to)) {
            return known.text;
        }
        Entry entry = new Entry(Arrays.copyOfRange(bytes, from, to), new String(bytes, from, to - from, UTF_8));
        slots[slot] = entry;
        return entry.text;
    }
}
