package dev.relay.websocket;

import dev.relay.ClientInfo;
import dev.relay.Publication;
import dev.relay.transport.OutputBuffer;
import dev.relay.websocket.proto.ClientProtocol;
import java.util.List;
import java.util.Map;

/**
 * What pushes and replies are made of, in Protobuf: the size of each message first, since it stands before it, then its
 * content. Written field by field; the generated messages are only named here for their numbers, which the compiler puts in.
 *
 * <p>Stateless.
 */
final class ProtobufValues {
    private static final int KEY = 1; // of each entry of a map
    private static final int VALUE = 2;

    private ProtobufValues() {}

    /**
     * @param channel it was published to, where what surrounds it does not say so; else {@code ""}
     * @param withEpoch whether the client may not know the epoch yet
     */
    static int publication(Publication publication, String channel, boolean withEpoch) {
        int size = ProtobufWire.bytes(ClientProtocol.Publication.DATA_FIELD_NUMBER, publication.data())
                + ProtobufWire.number(ClientProtocol.Publication.OFFSET_FIELD_NUMBER, publication.offset())
                + ProtobufWire.text(ClientProtocol.Publication.CHANNEL_FIELD_NUMBER, channel);
        ClientInfo info = publication.info();
        if (info != null) {
            size += ProtobufWire.message(ClientProtocol.Publication.INFO_FIELD_NUMBER, info(info));
        }
        if (!publication.tags().isEmpty()) {
            for (Map.Entry<String, String> tag : publication.tags().entrySet()) {
                size += ProtobufWire.message(ClientProtocol.Publication.TAGS_FIELD_NUMBER, tag(tag));
            }
        }
        if (withEpoch) {
            size += ProtobufWire.text(
                    ClientProtocol.Publication.EPOCH_FIELD_NUMBER,
                    publication.position().epoch());
        }
        return size;
    }

    static void publication(OutputBuffer out, Publication publication, String channel, boolean withEpoch) {
        ProtobufWire.bytes(out, ClientProtocol.Publication.DATA_FIELD_NUMBER, publication.data());
        ClientInfo info = publication.info();
        if (info != null) {
            ProtobufWire.message(out, ClientProtocol.Publication.INFO_FIELD_NUMBER, info(info));
            info(out, info);
        }
        ProtobufWire.number(out, ClientProtocol.Publication.OFFSET_FIELD_NUMBER, publication.offset());
        if (!publication.tags().isEmpty()) {
            for (Map.Entry<String, String> tag : publication.tags().entrySet()) {
                ProtobufWire.message(out, ClientProtocol.Publication.TAGS_FIELD_NUMBER, tag(tag));
                key(out, tag.getKey());
                ProtobufWire.message(out, VALUE, Utf8.size(tag.getValue()));
                Utf8.put(out, tag.getValue());
            }
        }
        ProtobufWire.text(out, ClientProtocol.Publication.CHANNEL_FIELD_NUMBER, channel);
        if (withEpoch) {
            ProtobufWire.text(
                    out,
                    ClientProtocol.Publication.EPOCH_FIELD_NUMBER,
                    publication.position().epoch());
        }
    }

    private static int tag(Map.Entry<String, String> tag) {
        return key(tag.getKey()) + ProtobufWire.message(VALUE, Utf8.size(tag.getValue()));
    }

    /** @param field of a list of publications */
    static int publications(int field, List<Publication> publications) {
        int size = 0;
        for (Publication publication : publications) {
            size += ProtobufWire.message(field, publication(publication, "", false));
        }
        return size;
    }

    static void publications(OutputBuffer out, int field, List<Publication> publications) {
        for (Publication publication : publications) {
            ProtobufWire.message(out, field, publication(publication, "", false));
            publication(out, publication, "", false);
        }
    }

    static int info(ClientInfo info) {
        return ProtobufWire.text(ClientProtocol.ClientInfo.USER_FIELD_NUMBER, info.user())
                + ProtobufWire.text(ClientProtocol.ClientInfo.CLIENT_FIELD_NUMBER, info.client())
                + ProtobufWire.bytes(ClientProtocol.ClientInfo.CONN_INFO_FIELD_NUMBER, info.connInfo())
                + ProtobufWire.bytes(ClientProtocol.ClientInfo.CHAN_INFO_FIELD_NUMBER, info.chanInfo());
    }

    static void info(OutputBuffer out, ClientInfo info) {
        ProtobufWire.text(out, ClientProtocol.ClientInfo.USER_FIELD_NUMBER, info.user());
        ProtobufWire.text(out, ClientProtocol.ClientInfo.CLIENT_FIELD_NUMBER, info.client());
        ProtobufWire.bytes(out, ClientProtocol.ClientInfo.CONN_INFO_FIELD_NUMBER, info.connInfo());
        ProtobufWire.bytes(out, ClientProtocol.ClientInfo.CHAN_INFO_FIELD_NUMBER, info.chanInfo());
    }

    /** An entry of a map whose value is a message that takes {@code valueSize}. */
    static int entry(String key, int valueSize) {
        return key(key) + ProtobufWire.message(VALUE, valueSize);
    }

    /** What stands before the value of such an entry. */
    static void entry(OutputBuffer out, String key, int valueSize) {
        key(out, key);
        ProtobufWire.message(out, VALUE, valueSize);
    }

    // written even if empty, as the reference encoders do

    private static int key(String key) {
        return ProtobufWire.message(KEY, Utf8.size(key));
    }

    private static void key(OutputBuffer out, String key) {
        ProtobufWire.message(out, KEY, Utf8.size(key));
        Utf8.put(out, key);
    }
}
