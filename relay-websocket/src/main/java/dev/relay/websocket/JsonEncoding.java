package dev.relay.websocket;

import static dev.relay.websocket.JsonText.ascii;

import dev.relay.Publication;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;

/**
 * The JSON encoding in WebSocket text frames: messages of a frame are separated by a line break. Field names and their
 * order are those of the reference encoder; fields with their zero value are left out, with the protocol's exceptions.
 *
 * <p><b>Threading.</b> Stateless; any thread, each with its own buffer.
 */
final class JsonEncoding implements Encoding {
    private static final byte[] PUSH = ascii("{\"push\":{\"channel\":");
    private static final byte[] PUB = ascii(",\"pub\":");
    private static final byte[] JOIN = ascii(",\"join\":{\"info\":");
    private static final byte[] LEAVE = ascii(",\"leave\":{\"info\":");
    private static final byte[] UNSUBSCRIBE = ascii(",\"unsubscribe\":{\"code\":");
    private static final byte[] REASON = ascii(",\"reason\":");
    private static final byte[] SUBSCRIBE = ascii(",\"subscribe\":");
    private static final byte[] MESSAGE_PUSH = ascii("{\"push\":{\"message\":{\"data\":");
    private static final byte[] REFRESH_PUSH = ascii("{\"push\":{\"refresh\":");
    private static final byte[] END_2 = ascii("}}");
    private static final byte[] END_3 = ascii("}}}");
    private static final byte[] PING = ascii("{}");

    private final JsonValues values = new JsonValues();
    private final JsonReplies replies = new JsonReplies(values);

    @Override
    public String name() {
        return "json";
    }

    @Override
    public int maxFrameBytes() {
        return DataFrame.MAX_BYTES;
    }

    @Override
    public void beginFrame(OutputBuffer out) {
        DataFrame.begin(out);
    }

    @Override
    public void beginMessage(OutputBuffer out, boolean firstOfFrame) {
        if (!firstOfFrame) {
            out.put((byte) '\n');
        }
    }

    @Override
    public void endFrame(OutputBuffer out, int frameStart) {
        DataFrame.end(out, frameStart, DataFrame.TEXT);
    }

    @Override
    public void ping(OutputBuffer out) {
        out.put(PING);
    }

    @Override
    public boolean reply(OutputBuffer out, int id, Reply reply) {
        return replies.put(out, id, reply);
    }

    @Override
    public boolean push(OutputBuffer out, String channel, Push push) {
        if (push instanceof Publication publication) {
            begin(out, channel, PUB);
            boolean withEpoch = publication.offset() == 1;
            return end(out, values.publication(out, publication, "", withEpoch), END_2);
        }
        if (push instanceof Push.Matched matched) {
            begin(out, channel, PUB);
            Publication publication = matched.publication();
            String from = matched.channel().equals(channel) ? "" : matched.channel();
            return end(out, values.publication(out, publication, from, publication.offset() == 1), END_2);
        }
        if (push instanceof Push.Joined joined) {
            begin(out, channel, JOIN);
            return end(out, values.info(out, joined.info()), END_3);
        }
        if (push instanceof Push.Left left) {
            begin(out, channel, LEAVE);
            return end(out, values.info(out, left.info()), END_3);
        }
        if (push instanceof Push.Unsubscribed unsubscribed) {
            begin(out, channel, UNSUBSCRIBE);
            out.putDecimal(unsubscribed.code()).put(REASON);
            JsonText.put(out, unsubscribed.reason());
            return end(out, true, END_3);
        }
        if (push instanceof Push.Subscribed subscribed) {
            begin(out, channel, SUBSCRIBE);
            return end(out, replies.subscribed(out, subscribed), END_2);
        }
        if (push instanceof Push.Message message) {
            out.put(MESSAGE_PUSH);
            return end(out, values.payload(out, message.data()), END_3);
        }
        if (push instanceof Push.Refreshed refreshed) {
            out.put(REFRESH_PUSH);
            JsonReplies.expiry(out, refreshed.expires(), refreshed.ttlSeconds());
            return end(out, true, END_2);
        }
        throw new IllegalArgumentException("unknown push: " + push.getClass());
    }

    private static void begin(OutputBuffer out, String channel, byte[] field) {
        out.put(PUSH);
        JsonText.put(out, channel);
        out.put(field);
    }

    private static boolean end(OutputBuffer out, boolean carried, byte[] braces) {
        if (carried) {
            out.put(braces);
        }
        return carried;
    }
}
