package dev.relay.websocket;

import static dev.relay.websocket.JsonText.ascii;

import dev.relay.ClientInfo;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.transport.OutputBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What pushes and replies are made of, in JSON. A method answers {@code false} if there is a payload that is no JSON value;
 * what it wrote so far is then of no use.
 *
 * <p><b>Threading.</b> Stateless; any thread, each with its own buffer.
 */
final class JsonValues {
    private static final byte[] DATA = ascii("{\"data\":");
    private static final byte[] INFO = ascii(",\"info\":");
    private static final byte[] OFFSET = ascii(",\"offset\":");
    private static final byte[] TAGS = ascii(",\"tags\":{");
    private static final byte[] CHANNEL = ascii(",\"channel\":");
    private static final byte[] EPOCH = ascii(",\"epoch\":");
    private static final byte[] USER = ascii("{\"user\":");
    private static final byte[] CLIENT = ascii(",\"client\":");
    private static final byte[] CONN_INFO = ascii(",\"conn_info\":");
    private static final byte[] CHAN_INFO = ascii(",\"chan_info\":");

    boolean publications(OutputBuffer out, List<Publication> publications) {
        out.put((byte) '[');
        boolean first = true;
        for (Publication publication : publications) {
            if (!first) {
                out.put((byte) ',');
            }
            first = false;
            if (!publication(out, publication, "", false)) {
                return false;
            }
        }
        out.put((byte) ']');
        return true;
    }

    /**
     * @param channel it was published to, where what surrounds it does not say so; else {@code ""}
     * @param withEpoch whether the client may not know the epoch yet
     */
    boolean publication(OutputBuffer out, Publication publication, String channel, boolean withEpoch) {
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
        if (!channel.isEmpty()) {
            out.put(CHANNEL);
            JsonText.put(out, channel);
        }
        if (withEpoch && !publication.position().epoch().isEmpty()) {
            out.put(EPOCH);
            JsonText.put(out, publication.position().epoch());
        }
        out.put((byte) '}');
        return true;
    }

    boolean info(OutputBuffer out, ClientInfo info) {
        out.put(USER);
        JsonText.put(out, info.user());
        out.put(CLIENT);
        JsonText.put(out, info.client());
        if (!field(out, CONN_INFO, info.connInfo()) || !field(out, CHAN_INFO, info.chanInfo())) {
            return false;
        }
        out.put((byte) '}');
        return true;
    }

    private boolean field(OutputBuffer out, byte[] name, @Nullable Payload value) {
        if (value == null || value.size() == 0) { // to the protocol, no bytes and none at all are the same
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

    boolean payload(OutputBuffer out, Payload payload) {
        if (payload.isJson()) {
            out.put(payload);
            return true;
        }
        byte[] bytes = payload.toByteArray();
        int length = JsonCheck.normalize(bytes);
        if (length < 0) {
            return false;
        }
        out.put(bytes, 0, length);
        return true;
    }
}
