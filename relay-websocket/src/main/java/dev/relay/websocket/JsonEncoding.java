package dev.relay.websocket;

import dev.relay.ClientInfo;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON encoding in WebSocket text frames: messages of a frame are separated by a line break. Field names and their
 * order are those of the reference encoder; fields with their zero value are left out, with the protocol's exceptions.
 *
 * <p><b>Threading.</b> Stateless; any thread, each with its own buffer.
 */
final class JsonEncoding implements Encoding {
    /** A little under 64 KiB: with messages of a usual size the payload then fits the short header, and is not moved. */
    private static final int MAX_FRAME_BYTES = 60 * 1024;

    private static final int SMALLEST_HEADER = 2;
    private static final int RESERVED_HEADER = 4;
    private static final int LARGEST_HEADER = 10;
    private static final byte FINAL_TEXT = (byte) 0x81;

    private static final byte[] PUSH = ascii("{\"push\":{\"channel\":");
    private static final byte[] PUB = ascii(",\"pub\":");
    private static final byte[] DATA = ascii("{\"data\":");
    private static final byte[] INFO = ascii(",\"info\":");
    private static final byte[] OFFSET = ascii(",\"offset\":");
    private static final byte[] TAGS = ascii(",\"tags\":{");
    private static final byte[] EPOCH = ascii(",\"epoch\":");
    private static final byte[] UNSUBSCRIBE_PUSH = ascii(",\"unsubscribe\":{\"code\":");
    private static final byte[] REASON = ascii(",\"reason\":");
    private static final byte[] USER = ascii("{\"user\":");
    private static final byte[] CLIENT = ascii(",\"client\":");
    private static final byte[] CONN_INFO = ascii(",\"conn_info\":");
    private static final byte[] CHAN_INFO = ascii(",\"chan_info\":");
    private static final byte[] ID = ascii("{\"id\":");
    private static final byte[] CONNECTED = ascii(",\"connect\":{\"client\":");
    private static final byte[] VERSION = ascii(",\"version\":");
    private static final byte[] EXPIRES = ascii(",\"expires\":true,\"ttl\":");
    private static final byte[] DATA_FIELD = ascii(",\"data\":");
    private static final byte[] PING_FIELD = ascii(",\"ping\":");
    private static final byte[] PONG_FIELD = ascii(",\"pong\":true");
    private static final byte[] SUBSCRIBED = ascii(",\"subscribe\":{");
    private static final byte[] RECOVERABLE = ascii("\"recoverable\":true,");
    private static final byte[] EPOCH_FIRST = ascii("\"epoch\":");
    private static final byte[] PUBLICATIONS = ascii("\"publications\":");
    private static final byte[] RECOVERED = ascii("\"recovered\":true,");
    private static final byte[] OFFSET_FIRST = ascii("\"offset\":");
    private static final byte[] POSITIONED = ascii("\"positioned\":true,");
    private static final byte[] DATA_FIRST = ascii("\"data\":");
    private static final byte[] WAS_RECOVERING = ascii("\"was_recovering\":true,");
    private static final byte[] UNSUBSCRIBED = ascii(",\"unsubscribe\":{}}");
    private static final byte[] PUBLISHED = ascii(",\"publish\":{}}");
    private static final byte[] HISTORY = ascii(",\"history\":{\"publications\":");
    private static final byte[] REFRESHED = ascii(",\"refresh\":{\"client\":");
    private static final byte[] FAILED = ascii(",\"error\":{\"code\":");
    private static final byte[] MESSAGE = ascii(",\"message\":");
    private static final byte[] TEMPORARY = ascii(",\"temporary\":true");
    private static final byte[] END_2 = ascii("}}");
    private static final byte[] PING = ascii("{}");

    private final JsonCheck check = new JsonCheck();

    @Override
    public String name() {
        return "json";
    }

    @Override
    public int maxFrameBytes() {
        return MAX_FRAME_BYTES;
    }

    @Override
    public void beginFrame(OutputBuffer out) {
        out.position(out.position() + RESERVED_HEADER);
    }

    @Override
    public void beginMessage(OutputBuffer out, boolean firstOfFrame) {
        if (!firstOfFrame) {
            out.put((byte) '\n');
        }
    }

    @Override
    public void endFrame(OutputBuffer out, int frameStart) {
        int payloadStart = frameStart + RESERVED_HEADER;
        int length = out.position() - payloadStart;
        if (length <= 125) {
            out.move(payloadStart, frameStart + SMALLEST_HEADER, length);
            out.position(frameStart + SMALLEST_HEADER + length);
            out.set(frameStart + 1, (byte) length);
        } else if (length <= 0xffff) {
            out.set(frameStart + 1, (byte) 126);
            out.set(frameStart + 2, (byte) (length >>> 8));
            out.set(frameStart + 3, (byte) length);
        } else {
            out.position(frameStart + LARGEST_HEADER + length); // grows the buffer
            out.move(payloadStart, frameStart + LARGEST_HEADER, length);
            out.set(frameStart + 1, (byte) 127);
            for (int i = 0; i < Long.BYTES; i++) {
                out.set(frameStart + 2 + i, (byte) ((long) length >>> (56 - 8 * i)));
            }
        }
        out.set(frameStart, FINAL_TEXT);
    }

    @Override
    public void ping(OutputBuffer out) {
        out.put(PING);
    }

    @Override
    public boolean push(OutputBuffer out, String channel, Push push) {
        out.put(PUSH);
        JsonText.put(out, channel);
        if (push instanceof Publication publication) {
            out.put(PUB);
            if (!publication(out, publication, publication.offset() == 1)) {
                return false;
            }
        } else if (push instanceof Push.Unsubscribed unsubscribed) {
            out.put(UNSUBSCRIBE_PUSH).putDecimal(unsubscribed.code()).put(REASON);
            JsonText.put(out, unsubscribed.reason());
            out.put((byte) '}');
        }
        out.put(END_2);
        return true;
    }

    @Override
    public boolean reply(OutputBuffer out, int id, Reply reply) {
        out.put(ID).putDecimal(id & 0xffff_ffffL);
        if (reply instanceof Reply.Published) {
            out.put(PUBLISHED);
            return true;
        }
        if (reply instanceof Reply.Unsubscribed) {
            out.put(UNSUBSCRIBED);
            return true;
        }
        if (reply instanceof Reply.Failed failed) {
            failed(out, failed.error());
            return true;
        }
        if (reply instanceof Reply.Connected connected) {
            return connected(out, connected);
        }
        if (reply instanceof Reply.Subscribed subscribed) {
            return subscribed(out, subscribed);
        }
        if (reply instanceof Reply.History history) {
            return history(out, history);
        }
        if (reply instanceof Reply.Refreshed refreshed) {
            refreshed(out, refreshed);
            return true;
        }
        throw new IllegalArgumentException("unknown reply: " + reply.getClass());
    }

    private static void failed(OutputBuffer out, ErrorCode error) {
        out.put(FAILED).putDecimal(error.code()).put(MESSAGE);
        JsonText.put(out, error.message());
        if (error.temporary()) {
            out.put(TEMPORARY);
        }
        out.put(END_2);
    }

    private boolean connected(OutputBuffer out, Reply.Connected connected) {
        out.put(CONNECTED);
        JsonText.put(out, connected.client());
        version(out, connected.version());
        expiry(out, connected.expires(), connected.ttlSeconds());
        if (connected.data() != null) {
            out.put(DATA_FIELD);
            if (!payload(out, connected.data())) {
                return false;
            }
        }
        if (connected.pingSeconds() > 0) {
            out.put(PING_FIELD).putDecimal(connected.pingSeconds());
        }
        if (connected.pong()) {
            out.put(PONG_FIELD);
        }
        out.put(END_2);
        return true;
    }

    private static void refreshed(OutputBuffer out, Reply.Refreshed refreshed) {
        out.put(REFRESHED);
        JsonText.put(out, refreshed.client());
        version(out, refreshed.version());
        expiry(out, refreshed.expires(), refreshed.ttlSeconds());
        out.put(END_2);
    }

    private static void version(OutputBuffer out, String version) {
        if (!version.isEmpty()) {
            out.put(VERSION);
            JsonText.put(out, version);
        }
    }

    private static void expiry(OutputBuffer out, boolean expires, long ttlSeconds) {
        if (expires) {
            out.put(EXPIRES).putDecimal(ttlSeconds);
        }
    }

    private boolean subscribed(OutputBuffer out, Reply.Subscribed subscribed) {
        StreamPosition position = subscribed.position();
        out.put(SUBSCRIBED);
        int start = out.position();
        if (subscribed.recoverable()) {
            out.put(RECOVERABLE);
        }
        if (!position.epoch().isEmpty()) {
            out.put(EPOCH_FIRST);
            JsonText.put(out, position.epoch());
            out.put((byte) ',');
        }
        if (!subscribed.publications().isEmpty()) {
            out.put(PUBLICATIONS);
            if (!publications(out, subscribed.publications())) {
                return false;
            }
            out.put((byte) ',');
        }
        if (subscribed.recovered()) {
            out.put(RECOVERED);
        }
        if (position.offset() != 0) {
            out.put(OFFSET_FIRST).putDecimal(position.offset()).put((byte) ',');
        }
        if (subscribed.positioned()) {
            out.put(POSITIONED);
        }
        if (subscribed.data() != null) {
            out.put(DATA_FIRST);
            if (!payload(out, subscribed.data())) {
                return false;
            }
            out.put((byte) ',');
        }
        if (subscribed.wasRecovering()) {
            out.put(WAS_RECOVERING);
        }
        if (out.position() > start) {
            out.position(out.position() - 1); // each field ended with a comma
        }
        out.put(END_2);
        return true;
    }

    private boolean history(OutputBuffer out, Reply.History history) {
        out.put(HISTORY);
        if (!publications(out, history.publications())) {
            return false;
        }
        out.put(EPOCH);
        JsonText.put(out, history.top().epoch());
        out.put(OFFSET).putDecimal(history.top().offset()).put(END_2);
        return true;
    }

    private boolean publications(OutputBuffer out, List<Publication> publications) {
        out.put((byte) '[');
        boolean first = true;
        for (Publication publication : publications) {
            if (!first) {
                out.put((byte) ',');
            }
            first = false;
            if (!publication(out, publication, false)) {
                return false;
            }
        }
        out.put((byte) ']');
        return true;
    }

    private boolean publication(OutputBuffer out, Publication publication, boolean withEpoch) {
        out.put(DATA);
        if (!payload(out, publication.data())) {
            return false;
        }
        ClientInfo info = publication.info();
        if (info != null) {
            out.put(INFO);
            if (!info(out, info)) {
                return false;
            }
        }
        if (publication.offset() != 0) {
            out.put(OFFSET).putDecimal(publication.offset());
        }
        if (!publication.tags().isEmpty()) {
            tags(out, publication.tags());
        }
        if (withEpoch) {
            out.put(EPOCH);
            JsonText.put(out, publication.position().epoch());
        }
        out.put((byte) '}');
        return true;
    }

    private boolean info(OutputBuffer out, ClientInfo info) {
        out.put(USER);
        JsonText.put(out, info.user());
        out.put(CLIENT);
        JsonText.put(out, info.client());
        if (!infoField(out, CONN_INFO, info.connInfo()) || !infoField(out, CHAN_INFO, info.chanInfo())) {
            return false;
        }
        out.put((byte) '}');
        return true;
    }

    private boolean infoField(OutputBuffer out, byte[] name, @Nullable Payload value) {
        if (value == null) {
            return true;
        }
        out.put(name);
        return payload(out, value);
    }

    private static void tags(OutputBuffer out, Map<String, String> tags) {
        out.put(TAGS);
        boolean first = true;
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            if (!first) {
                out.put((byte) ',');
            }
            first = false;
            JsonText.put(out, tag.getKey());
            out.put((byte) ':');
            JsonText.put(out, tag.getValue());
        }
        out.put((byte) '}');
    }

    private boolean payload(OutputBuffer out, Payload payload) {
        if (payload.isJson()) {
            out.put(payload);
            return true;
        }
        byte[] bytes = payload.toByteArray();
        int length = check.normalize(bytes);
        if (length < 0) {
            return false;
        }
        out.put(bytes, 0, length);
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
