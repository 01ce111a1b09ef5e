package dev.relay.websocket;

import dev.relay.ClientInfo;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import dev.relay.transport.Command.Resume;
import dev.relay.transport.FilterNode;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Random messages, in the form in which they come back: what the protocol cannot tell apart is not made in two ways. */
final class Samples {
    private static final String[] CHARACTERS = {
        "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\u0000", "\u001f", "\u007f", "é", "߿", "€", "\uffff", "😀",
        "{", ","
    };
    private static final long[] NUMBERS = {0, 1, 127, 128, 16_383, 16_384, (1L << 31) - 1, 1L << 32, Request.MAX_OFFSET
    };

    private final Random random;
    private final boolean json;

    /** @param json whether payloads must be JSON values */
    Samples(Random random, boolean json) {
        this.random = random;
        this.json = json;
    }

    Command command() {
        int id = random.nextBoolean() ? 1 + random.nextInt(1000) : -1 - random.nextInt(1000);
        return switch (random.nextInt(15)) {
            case 0 ->
                new Command.Connect(
                        id, text(), maybePayload(), text(), text(), map(this::text), map(true, this::resume));
            case 1, 2 ->
                new Command.Subscribe(
                        id,
                        name(),
                        text(),
                        maybePayload(),
                        random.nextBoolean(),
                        position(),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        random.nextBoolean() ? filter(1 + random.nextInt(FilterNode.MAX_DEPTH), 2) : null,
                        random.nextBoolean() ? number() : -number());
            case 3 -> new Command.Unsubscribe(id, name());
            case 4, 5 -> new Command.Publish(id, name(), maybePayload());
            case 6 ->
                new Command.History(
                        id,
                        name(),
                        random.nextInt(5) - 2,
                        random.nextBoolean() ? position() : null,
                        random.nextBoolean());
            case 7 -> new Command.Presence(id, name());
            case 8 -> new Command.PresenceStats(id, name());
            case 9 -> new Command.Rpc(id, text(), maybePayload());
            case 10 -> new Command.SubRefresh(id, name(), text());
            case 11 -> new Command.Refresh(id, text());
            case 12 -> new Command.Pong();
            default -> new Command.Send(maybePayload());
        };
    }

    Push push() {
        return switch (random.nextInt(8)) {
            case 0 -> publication();
            case 1 -> new Push.Matched(name(), publication());
            case 2 -> new Push.Joined(info());
            case 3 -> new Push.Left(info());
            case 4 -> new Push.Unsubscribed(random.nextInt(3000), text());
            case 5 -> new Push.Subscribed(random.nextBoolean(), random.nextBoolean(), position(), maybePayload());
            case 6 -> new Push.Message(payload());
            default -> random.nextBoolean() ? new Push.Refreshed(true, ttl()) : new Push.Refreshed(false, 0);
        };
    }

    Reply reply() {
        boolean expires = random.nextBoolean();
        return switch (random.nextInt(11)) {
            case 0 ->
                new Reply.Connected(
                        text(),
                        text(),
                        maybePayload(),
                        expires,
                        expires ? ttl() : 0,
                        random.nextInt(100),
                        random.nextBoolean(),
                        map(this::subscribed));
            case 1 -> subscribed();
            case 2 -> Reply.Unsubscribed.INSTANCE;
            case 3 -> Reply.Published.INSTANCE;
            case 4 -> new Reply.History(publications(), position());
            case 5 -> new Reply.Refreshed(text(), text(), expires, expires ? ttl() : 0);
            case 6 -> new Reply.SubRefreshed(expires, expires ? ttl() : 0);
            case 7 -> new Reply.Presence(map(this::info));
            case 8 -> new Reply.PresenceStats(random.nextInt(500), random.nextInt(500));
            case 9 -> new Reply.Returned(maybePayload());
            default -> new Reply.Failed(new ErrorCode(random.nextInt(2000), text(), random.nextBoolean()));
        };
    }

    private Reply.Subscribed subscribed() {
        boolean expires = random.nextBoolean();
        return new Reply.Subscribed(
                expires,
                expires ? ttl() : 0,
                random.nextBoolean(),
                random.nextBoolean(),
                position(),
                random.nextBoolean(),
                random.nextBoolean(),
                publications(),
                maybePayload());
    }

    private List<Publication> publications() {
        List<Publication> publications = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            publications.add(publication());
        }
        return publications;
    }

    Publication publication() {
        return new Publication(payload(), random.nextBoolean() ? info() : null, map(this::text), position(), 0);
    }

    private ClientInfo info() {
        return new ClientInfo(text(), text(), maybePayload(), maybePayload());
    }

    private Resume resume() {
        return new Resume(random.nextBoolean(), position());
    }

    FilterNode filter(int depth, int width) {
        List<FilterNode> nodes = new ArrayList<>();
        if (depth > 1) {
            nodes.add(filter(depth - 1, width)); // to the full depth
            for (int left = random.nextInt(width); left > 0; left--) {
                nodes.add(filter(1, width));
            }
        }
        List<String> vals = new ArrayList<>();
        for (int left = random.nextInt(3); left > 0; left--) {
            vals.add(text());
        }
        return new FilterNode(text(), text(), text(), text(), vals, nodes);
    }

    private StreamPosition position() {
        return new StreamPosition(number(), random.nextInt(3) == 0 ? "" : text());
    }

    private long number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private long ttl() {
        return 1 + random.nextInt(31_536_000);
    }

    private <V> Map<String, V> map(Supplier<V> values) {
        return map(false, values);
    }

    private <V> Map<String, V> map(boolean named, Supplier<V> values) {
        Map<String, V> map = new LinkedHashMap<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            map.put(named ? name() : text(), values.get());
        }
        return map;
    }

    /** Not empty. */
    String name() {
        return "n" + text();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(random.nextInt(20) == 0 ? 200 : 6); left > 0; left--) {
            text.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
        }
        return text.substring(0, cut(text)); // the limits of names of SDKs are shorter
    }

    private static int cut(StringBuilder text) {
        int length = Math.min(text.length(), 16);
        return length > 0 && length < text.length() && Character.isHighSurrogate(text.charAt(length - 1))
                ? length - 1
                : length;
    }

    private @Nullable Payload maybePayload() {
        return random.nextBoolean() ? payload() : null;
    }

    private Payload payload() {
        if (json) {
            byte[] text = value(3).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            Payload verified = JsonPayloads.of(text, 0, text.length);
            return verified == null || random.nextBoolean() ? Payload.of(text) : verified;
        }
        byte[] bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 40_000 : 300)];
        random.nextBytes(bytes);
        return Payload.of(bytes);
    }

    private String value(int depth) {
        StringBuilder text = new StringBuilder();
        switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> text.append(random.nextBoolean());
            case 1 -> text.append(random.nextLong());
            case 2 -> text.append("-1.5e+10");
            case 3 -> text.append("\"\\u0000 \\\"}{ é😀\"");
            case 4 -> text.append("\"").append("x".repeat(random.nextInt(300))).append("\"");
            case 5 ->
                text.append("[ ")
                        .append(value(depth - 1))
                        .append(" ,\t")
                        .append(value(depth - 1))
                        .append("]");
            default -> text.append("{\"a\" :").append(value(depth - 1)).append(",\"\":{} }");
        }
        return text.toString();
    }
}
