package dev.relay.websocket;

import static dev.relay.websocket.ProtobufWire.bytes;
import static dev.relay.websocket.ProtobufWire.flag;
import static dev.relay.websocket.ProtobufWire.message;
import static dev.relay.websocket.ProtobufWire.number;
import static dev.relay.websocket.ProtobufWire.text;

import dev.relay.ClientInfo;
import dev.relay.Publication;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import dev.relay.websocket.proto.ClientProtocol;

/**
 * The Protobuf encoding in WebSocket binary frames: each message of a frame stands behind its length. Carries any payload.
 *
 * <p><b>Threading.</b> Stateless; any thread, each with its own buffer.
 */
final class ProtobufEncoding implements Encoding {
    @Override
    public String name() {
        return "protobuf";
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
    public void beginMessage(OutputBuffer out, boolean firstOfFrame) {}

    @Override
    public void endFrame(OutputBuffer out, int frameStart) {
        DataFrame.end(out, frameStart, DataFrame.BINARY);
    }

    /** The length of a message without content. */
    @Override
    public void ping(OutputBuffer out) {
        out.put((byte) 0);
    }

    @Override
    public boolean reply(OutputBuffer out, int id, Reply reply) {
        ProtobufReplies.put(out, id, reply);
        return true;
    }

    @Override
    public boolean push(OutputBuffer out, String channel, Push push) {
        if (push instanceof Publication publication) {
            publication(out, channel, publication, "");
        } else if (push instanceof Push.Matched matched) {
            String from = matched.channel().equals(channel) ? "" : matched.channel();
            publication(out, channel, matched.publication(), from);
        } else if (push instanceof Push.Joined joined) {
            info(out, channel, ClientProtocol.Push.JOIN_FIELD_NUMBER, joined.info());
        } else if (push instanceof Push.Left left) {
            info(out, channel, ClientProtocol.Push.LEAVE_FIELD_NUMBER, left.info());
        } else if (push instanceof Push.Unsubscribed unsubscribed) {
            unsubscribed(out, channel, unsubscribed);
        } else if (push instanceof Push.Subscribed subscribed) {
            subscribed(out, channel, subscribed);
        } else if (push instanceof Push.Message sent) {
            int size = bytes(ClientProtocol.Message.DATA_FIELD_NUMBER, sent.data());
            begin(out, "", ClientProtocol.Push.MESSAGE_FIELD_NUMBER, size);
            bytes(out, ClientProtocol.Message.DATA_FIELD_NUMBER, sent.data());
        } else if (push instanceof Push.Refreshed refreshed) {
            refreshed(out, refreshed);
        } else {
            throw new IllegalArgumentException("unknown push: " + push.getClass());
        }
        return true;
    }

    private static void publication(OutputBuffer out, String channel, Publication publication, String from) {
        boolean withEpoch = publication.offset() == 1;
        int size = ProtobufValues.publication(publication, from, withEpoch);
        begin(out, channel, ClientProtocol.Push.PUB_FIELD_NUMBER, size);
        ProtobufValues.publication(out, publication, from, withEpoch);
    }

    private static void info(OutputBuffer out, String channel, int field, ClientInfo info) {
        int size = ProtobufValues.info(info);
        begin(out, channel, field, message(ClientProtocol.Join.INFO_FIELD_NUMBER, size));
        message(out, ClientProtocol.Join.INFO_FIELD_NUMBER, size); // a leave is of the same form
        ProtobufValues.info(out, info);
    }

    private static void unsubscribed(OutputBuffer out, String channel, Push.Unsubscribed unsubscribed) {
        int size = number(ClientProtocol.Unsubscribe.CODE_FIELD_NUMBER, unsubscribed.code())
                + text(ClientProtocol.Unsubscribe.REASON_FIELD_NUMBER, unsubscribed.reason());
        begin(out, channel, ClientProtocol.Push.UNSUBSCRIBE_FIELD_NUMBER, size);
        number(out, ClientProtocol.Unsubscribe.CODE_FIELD_NUMBER, unsubscribed.code());
        text(out, ClientProtocol.Unsubscribe.REASON_FIELD_NUMBER, unsubscribed.reason());
    }

    private static void subscribed(OutputBuffer out, String channel, Push.Subscribed subscribed) {
        String epoch = subscribed.position().epoch();
        long offset = subscribed.position().offset();
        int size = flag(ClientProtocol.Subscribe.RECOVERABLE_FIELD_NUMBER, subscribed.recoverable())
                + text(ClientProtocol.Subscribe.EPOCH_FIELD_NUMBER, epoch)
                + number(ClientProtocol.Subscribe.OFFSET_FIELD_NUMBER, offset)
                + flag(ClientProtocol.Subscribe.POSITIONED_FIELD_NUMBER, subscribed.positioned())
                + bytes(ClientProtocol.Subscribe.DATA_FIELD_NUMBER, subscribed.data());
        begin(out, channel, ClientProtocol.Push.SUBSCRIBE_FIELD_NUMBER, size);
        flag(out, ClientProtocol.Subscribe.RECOVERABLE_FIELD_NUMBER, subscribed.recoverable());
        text(out, ClientProtocol.Subscribe.EPOCH_FIELD_NUMBER, epoch);
        number(out, ClientProtocol.Subscribe.OFFSET_FIELD_NUMBER, offset);
        flag(out, ClientProtocol.Subscribe.POSITIONED_FIELD_NUMBER, subscribed.positioned());
        bytes(out, ClientProtocol.Subscribe.DATA_FIELD_NUMBER, subscribed.data());
    }

    private static void refreshed(OutputBuffer out, Push.Refreshed refreshed) {
        long ttl = refreshed.expires() ? refreshed.ttlSeconds() : 0;
        int size = flag(ClientProtocol.Refresh.EXPIRES_FIELD_NUMBER, refreshed.expires())
                + number(ClientProtocol.Refresh.TTL_FIELD_NUMBER, ttl);
        begin(out, "", ClientProtocol.Push.REFRESH_FIELD_NUMBER, size);
        flag(out, ClientProtocol.Refresh.EXPIRES_FIELD_NUMBER, refreshed.expires());
        number(out, ClientProtocol.Refresh.TTL_FIELD_NUMBER, ttl);
    }

    /** All that stands before the content of a push, which takes {@code size}. */
    private static void begin(OutputBuffer out, String channel, int field, int size) {
        int push = text(ClientProtocol.Push.CHANNEL_FIELD_NUMBER, channel) + message(field, size);
        ProtobufWire.varint(out, message(ClientProtocol.Reply.PUSH_FIELD_NUMBER, push));
        message(out, ClientProtocol.Reply.PUSH_FIELD_NUMBER, push);
        text(out, ClientProtocol.Push.CHANNEL_FIELD_NUMBER, channel);
        message(out, field, size);
    }
}
