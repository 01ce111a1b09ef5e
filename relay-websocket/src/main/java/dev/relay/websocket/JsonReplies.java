package dev.relay.websocket;

import static dev.relay.websocket.JsonText.ascii;

import dev.relay.ClientInfo;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.StreamPosition;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replies in JSON. Where no field is sure to be there, each ends in a comma, and the last comma is taken back.
 *
 * <p><b>Threading.</b> Stateless; any thread, each with its own buffer.
 */
final class JsonReplies {
    private static final byte[] ID = ascii("{\"id\":");
    private static final byte[] CONNECTED = ascii(",\"connect\":{\"client\":");
    private static final byte[] SUBSCRIBED = ascii(",\"subscribe\":");
    private static final byte[] UNSUBSCRIBED = ascii(",\"unsubscribe\":{}}");
    private static final byte[] PUBLISHED = ascii(",\"publish\":{}}");
    private static final byte[] PRESENCE = ascii(",\"presence\":{\"presence\":{");
    private static final byte[] PRESENCE_STATS = ascii(",\"presence_stats\":{\"num_clients\":");
    private static final byte[] NUM_USERS = ascii(",\"num_users\":");
    private static final byte[] HISTORY = ascii(",\"history\":{\"publications\":");
    private static final byte[] RETURNED = ascii(",\"rpc\":");
    private static final byte[] REFRESHED = ascii(",\"refresh\":{\"client\":");
    private static final byte[] SUB_REFRESHED = ascii(",\"sub_refresh\":");
    private static final byte[] FAILED = ascii(",\"error\":{\"code\":");
    private static final byte[] MESSAGE = ascii(",\"message\":");
    private static final byte[] TEMPORARY = ascii(",\"temporary\":true");

    private static final byte[] VERSION = ascii("\"version\":");
    private static final byte[] EXPIRES = ascii("\"expires\":true,\"ttl\":");
    private static final byte[] DATA = ascii("\"data\":");
    private static final byte[] SUBS = ascii("\"subs\":{");
    private static final byte[] PING = ascii("\"ping\":");
    private static final byte[] PONG = ascii("\"pong\":true,");
    private static final byte[] RECOVERABLE = ascii("\"recoverable\":true,");
    private static final byte[] EPOCH = ascii("\"epoch\":");
    private static final byte[] PUBLICATIONS = ascii("\"publications\":");
    private static final byte[] RECOVERED = ascii("\"recovered\":true,");
    private static final byte[] OFFSET = ascii("\"offset\":");
    private static final byte[] POSITIONED = ascii("\"positioned\":true,");
    private static final byte[] WAS_RECOVERING = ascii("\"was_recovering\":true,");
    private static final byte[] END_2 = ascii("}}");
    private static final byte[] END_3 = ascii("}}}");

    private final JsonValues values;

    JsonReplies(JsonValues values) {
        this.values = values;
    }

    /** Writes one reply; {@code false} if there is a payload that is no JSON value. */
    boolean put(OutputBuffer out, int id, Reply reply) {
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
            out.put(SUBSCRIBED);
            return closed(out, subscribed(out, subscribed));
        }
        if (reply instanceof Reply.History history) {
            return history(out, history);
        }
        if (reply instanceof Reply.Presence presence) {
            return presence(out, presence.clients());
        }
        if (reply instanceof Reply.PresenceStats stats) {
            out.put(PRESENCE_STATS).putDecimal(stats.clients());
            out.put(NUM_USERS).putDecimal(stats.users()).put(END_2);
            return true;
        }
        if (reply instanceof Reply.Returned returned) {
            out.put(RETURNED);
            return closed(out, returned(out, returned.data()));
        }
        if (reply instanceof Reply.Refreshed refreshed) {
            refreshed(out, refreshed);
            return true;
        }
        if (reply instanceof Reply.SubRefreshed refreshed) {
            out.put(SUB_REFRESHED);
            expiry(out, refreshed.expires(), refreshed.ttlSeconds());
            return closed(out, true);
        }
        throw new IllegalArgumentException("unknown reply: " + reply.getClass());
    }

    private static boolean closed(OutputBuffer out, boolean carried) {
        if (carried) {
            out.put((byte) '}');
        }
        return carried;
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
        out.put((byte) ',');
        version(out, connected.version());
        expiryFields(out, connected.expires(), connected.ttlSeconds());
        if (!data(out, connected.data()) || !subscriptions(out, connected.subscriptions())) {
            return false;
        }
        if (connected.pingSeconds() > 0) {
            out.put(PING).putDecimal(connected.pingSeconds()).put((byte) ',');
        }
        if (connected.pong()) {
            out.put(PONG);
        }
        takeCommaBack(out);
        out.put(END_2);
        return true;
    }

    private boolean subscriptions(OutputBuffer out, Map<String, Reply.Subscribed> subscriptions) {
        if (subscriptions.isEmpty()) {
            return true;
        }
        out.put(SUBS);
        for (Map.Entry<String, Reply.Subscribed> subscription : subscriptions.entrySet()) {
            JsonText.put(out, subscription.getKey());
            out.put((byte) ':');
            if (!subscribed(out, subscription.getValue())) {
                return false;
            }
            out.put((byte) ',');
        }
        takeCommaBack(out);
        out.put((byte) '}').put((byte) ',');
        return true;
    }

    private boolean subscribed(OutputBuffer out, Reply.Subscribed subscribed) {
        int start = begin(out);
        expiryFields(out, subscribed.expires(), subscribed.ttlSeconds());
        flag(out, RECOVERABLE, subscribed.recoverable());
        epoch(out, subscribed.position());
        if (!subscribed.publications().isEmpty()) {
            out.put(PUBLICATIONS);
            if (!values.publications(out, subscribed.publications())) {
                return false;
            }
            out.put((byte) ',');
        }
        flag(out, RECOVERED, subscribed.recovered());
        offset(out, subscribed.position());
        flag(out, POSITIONED, subscribed.positioned());
        if (!data(out, subscribed.data())) {
            return false;
        }
        flag(out, WAS_RECOVERING, subscribed.wasRecovering());
        end(out, start);
        return true;
    }

    /** The content of a push that says the server has subscribed the client. */
    boolean subscribed(OutputBuffer out, Push.Subscribed subscribed) {
        int start = begin(out);
        flag(out, RECOVERABLE, subscribed.recoverable());
        epoch(out, subscribed.position());
        offset(out, subscribed.position());
        flag(out, POSITIONED, subscribed.positioned());
        if (!data(out, subscribed.data())) {
            return false;
        }
        end(out, start);
        return true;
    }

    private boolean presence(OutputBuffer out, Map<String, ClientInfo> clients) {
        out.put(PRESENCE);
        boolean first = true;
        for (Map.Entry<String, ClientInfo> client : clients.entrySet()) {
            if (!first) {
                out.put((byte) ',');
            }
            first = false;
            JsonText.put(out, client.getKey());
            out.put((byte) ':');
            if (!values.info(out, client.getValue())) {
                return false;
            }
        }
        out.put(END_3);
        return true;
    }

    private boolean history(OutputBuffer out, Reply.History history) {
        out.put(HISTORY);
        if (!values.publications(out, history.publications())) {
            return false;
        }
        out.put((byte) ',').put(EPOCH);
        JsonText.put(out, history.top().epoch());
        out.put((byte) ',').put(OFFSET).putDecimal(history.top().offset()).put(END_2);
        return true;
    }

    private boolean returned(OutputBuffer out, @Nullable Payload data) {
        int start = begin(out);
        boolean carried = data(out, data);
        end(out, start);
        return carried;
    }

    private static void refreshed(OutputBuffer out, Reply.Refreshed refreshed) {
        out.put(REFRESHED);
        JsonText.put(out, refreshed.client());
        out.put((byte) ',');
        version(out, refreshed.version());
        expiryFields(out, refreshed.expires(), refreshed.ttlSeconds());
        takeCommaBack(out);
        out.put(END_2);
    }

    /** An object that says whether and when something expires, and nothing else. */
    static void expiry(OutputBuffer out, boolean expires, long ttlSeconds) {
        int start = begin(out);
        expiryFields(out, expires, ttlSeconds);
        end(out, start);
    }

    private static int begin(OutputBuffer out) {
        return out.put((byte) '{').position();
    }

    private static void end(OutputBuffer out, int start) {
        if (out.position() > start) {
            takeCommaBack(out);
        }
        out.put((byte) '}');
    }

    private static void takeCommaBack(OutputBuffer out) {
        out.position(out.position() - 1);
    }

    private static void version(OutputBuffer out, String version) {
        if (!version.isEmpty()) {
            out.put(VERSION);
            JsonText.put(out, version);
            out.put((byte) ',');
        }
    }

    private static void expiryFields(OutputBuffer out, boolean expires, long ttlSeconds) {
        if (expires) {
            out.put(EXPIRES).putDecimal(ttlSeconds).put((byte) ',');
        }
    }

    private static void epoch(OutputBuffer out, StreamPosition position) {
        if (!position.epoch().isEmpty()) {
            out.put(EPOCH);
            JsonText.put(out, position.epoch());
            out.put((byte) ',');
        }
    }

    private static void offset(OutputBuffer out, StreamPosition position) {
        if (position.offset() != 0) {
            out.put(OFFSET).putDecimal(position.offset()).put((byte) ',');
        }
    }

    private static void flag(OutputBuffer out, byte[] field, boolean value) {
        if (value) {
            out.put(field);
        }
    }

    private boolean data(OutputBuffer out, @Nullable Payload data) {
        if (data == null || data.size() == 0) { // to the protocol, no bytes and none at all are the same
            return true;
        }
        out.put(DATA);
        if (!values.payload(out, data)) {
            return false;
        }
        out.put((byte) ',');
        return true;
    }
}
