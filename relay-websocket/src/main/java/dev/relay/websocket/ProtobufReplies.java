package dev.relay.websocket;

import static dev.relay.websocket.ProtobufWire.bytes;
import static dev.relay.websocket.ProtobufWire.flag;
import static dev.relay.websocket.ProtobufWire.message;
import static dev.relay.websocket.ProtobufWire.number;
import static dev.relay.websocket.ProtobufWire.text;

import dev.relay.ClientInfo;
import dev.relay.ErrorCode;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Reply;
import dev.relay.websocket.proto.ClientProtocol;
import dev.relay.websocket.proto.ClientProtocol.ConnectResult;
import dev.relay.websocket.proto.ClientProtocol.HistoryResult;
import dev.relay.websocket.proto.ClientProtocol.PresenceResult;
import dev.relay.websocket.proto.ClientProtocol.PresenceStatsResult;
import dev.relay.websocket.proto.ClientProtocol.RPCResult;
import dev.relay.websocket.proto.ClientProtocol.RefreshResult;
import dev.relay.websocket.proto.ClientProtocol.SubRefreshResult;
import dev.relay.websocket.proto.ClientProtocol.SubscribeResult;
import java.util.Map;

/** Replies in Protobuf: of each the field it stands in, the size, the content. Stateless. */
final class ProtobufReplies {
    private ProtobufReplies() {}

    /** Writes one reply, its length before it. */
    static void put(OutputBuffer out, int id, Reply reply) {
        long unsignedId = id & 0xffff_ffffL;
        int field = field(reply);
        int size = size(reply);
        ProtobufWire.varint(out, number(ClientProtocol.Reply.ID_FIELD_NUMBER, unsignedId) + message(field, size));
        number(out, ClientProtocol.Reply.ID_FIELD_NUMBER, unsignedId);
        message(out, field, size);
        content(out, reply);
    }

    private static int field(Reply reply) {
        if (reply instanceof Reply.Published) {
            return ClientProtocol.Reply.PUBLISH_FIELD_NUMBER;
        } else if (reply instanceof Reply.Subscribed) {
            return ClientProtocol.Reply.SUBSCRIBE_FIELD_NUMBER;
        } else if (reply instanceof Reply.Connected) {
            return ClientProtocol.Reply.CONNECT_FIELD_NUMBER;
        } else if (reply instanceof Reply.Unsubscribed) {
            return ClientProtocol.Reply.UNSUBSCRIBE_FIELD_NUMBER;
        } else if (reply instanceof Reply.History) {
            return ClientProtocol.Reply.HISTORY_FIELD_NUMBER;
        } else if (reply instanceof Reply.Presence) {
            return ClientProtocol.Reply.PRESENCE_FIELD_NUMBER;
        } else if (reply instanceof Reply.PresenceStats) {
            return ClientProtocol.Reply.PRESENCE_STATS_FIELD_NUMBER;
        } else if (reply instanceof Reply.Returned) {
            return ClientProtocol.Reply.RPC_FIELD_NUMBER;
        } else if (reply instanceof Reply.Refreshed) {
            return ClientProtocol.Reply.REFRESH_FIELD_NUMBER;
        } else if (reply instanceof Reply.SubRefreshed) {
            return ClientProtocol.Reply.SUB_REFRESH_FIELD_NUMBER;
        } else if (reply instanceof Reply.Failed) {
            return ClientProtocol.Reply.ERROR_FIELD_NUMBER;
        }
        throw new IllegalArgumentException("unknown reply: " + reply.getClass());
    }

    private static int size(Reply reply) {
        if (reply instanceof Reply.Subscribed subscribed) {
            return subscribed(subscribed);
        } else if (reply instanceof Reply.Connected connected) {
            return connected(connected);
        } else if (reply instanceof Reply.History history) {
            return history(history);
        } else if (reply instanceof Reply.Presence presence) {
            return presence(presence.clients());
        } else if (reply instanceof Reply.PresenceStats stats) {
            return number(PresenceStatsResult.NUM_CLIENTS_FIELD_NUMBER, stats.clients())
                    + number(PresenceStatsResult.NUM_USERS_FIELD_NUMBER, stats.users());
        } else if (reply instanceof Reply.Returned returned) {
            return bytes(RPCResult.DATA_FIELD_NUMBER, returned.data());
        } else if (reply instanceof Reply.Refreshed refreshed) {
            return text(RefreshResult.CLIENT_FIELD_NUMBER, refreshed.client())
                    + text(RefreshResult.VERSION_FIELD_NUMBER, refreshed.version())
                    + flag(RefreshResult.EXPIRES_FIELD_NUMBER, refreshed.expires())
                    + number(RefreshResult.TTL_FIELD_NUMBER, ttl(refreshed.expires(), refreshed.ttlSeconds()));
        } else if (reply instanceof Reply.SubRefreshed refreshed) {
            return flag(SubRefreshResult.EXPIRES_FIELD_NUMBER, refreshed.expires())
                    + number(SubRefreshResult.TTL_FIELD_NUMBER, ttl(refreshed.expires(), refreshed.ttlSeconds()));
        } else if (reply instanceof Reply.Failed failed) {
            return failed(failed.error());
        }
        return 0; // published, unsubscribed
    }

    private static void content(OutputBuffer out, Reply reply) {
        if (reply instanceof Reply.Subscribed subscribed) {
            subscribed(out, subscribed);
        } else if (reply instanceof Reply.Connected connected) {
            connected(out, connected);
        } else if (reply instanceof Reply.History history) {
            history(out, history);
        } else if (reply instanceof Reply.Presence presence) {
            presence(out, presence.clients());
        } else if (reply instanceof Reply.PresenceStats stats) {
            number(out, PresenceStatsResult.NUM_CLIENTS_FIELD_NUMBER, stats.clients());
            number(out, PresenceStatsResult.NUM_USERS_FIELD_NUMBER, stats.users());
        } else if (reply instanceof Reply.Returned returned) {
            bytes(out, RPCResult.DATA_FIELD_NUMBER, returned.data());
        } else if (reply instanceof Reply.Refreshed refreshed) {
            text(out, RefreshResult.CLIENT_FIELD_NUMBER, refreshed.client());
            text(out, RefreshResult.VERSION_FIELD_NUMBER, refreshed.version());
            flag(out, RefreshResult.EXPIRES_FIELD_NUMBER, refreshed.expires());
            number(out, RefreshResult.TTL_FIELD_NUMBER, ttl(refreshed.expires(), refreshed.ttlSeconds()));
        } else if (reply instanceof Reply.SubRefreshed refreshed) {
            flag(out, SubRefreshResult.EXPIRES_FIELD_NUMBER, refreshed.expires());
            number(out, SubRefreshResult.TTL_FIELD_NUMBER, ttl(refreshed.expires(), refreshed.ttlSeconds()));
        } else if (reply instanceof Reply.Failed failed) {
            failed(out, failed.error());
        }
    }

    private static int failed(ErrorCode error) {
        return number(ClientProtocol.Error.CODE_FIELD_NUMBER, error.code())
                + text(ClientProtocol.Error.MESSAGE_FIELD_NUMBER, error.message())
                + flag(ClientProtocol.Error.TEMPORARY_FIELD_NUMBER, error.temporary());
    }

    private static void failed(OutputBuffer out, ErrorCode error) {
        number(out, ClientProtocol.Error.CODE_FIELD_NUMBER, error.code());
        text(out, ClientProtocol.Error.MESSAGE_FIELD_NUMBER, error.message());
        flag(out, ClientProtocol.Error.TEMPORARY_FIELD_NUMBER, error.temporary());
    }

    private static int connected(Reply.Connected connected) {
        int size = text(ConnectResult.CLIENT_FIELD_NUMBER, connected.client())
                + text(ConnectResult.VERSION_FIELD_NUMBER, connected.version())
                + flag(ConnectResult.EXPIRES_FIELD_NUMBER, connected.expires())
                + number(ConnectResult.TTL_FIELD_NUMBER, ttl(connected.expires(), connected.ttlSeconds()))
                + bytes(ConnectResult.DATA_FIELD_NUMBER, connected.data())
                + number(ConnectResult.PING_FIELD_NUMBER, connected.pingSeconds())
                + flag(ConnectResult.PONG_FIELD_NUMBER, connected.pong());
        for (Map.Entry<String, Reply.Subscribed> entry :
                connected.subscriptions().entrySet()) {
            size += message(
                    ConnectResult.SUBS_FIELD_NUMBER,
                    ProtobufValues.entry(entry.getKey(), subscribed(entry.getValue())));
        }
        return size;
    }

    private static void connected(OutputBuffer out, Reply.Connected connected) {
        text(out, ConnectResult.CLIENT_FIELD_NUMBER, connected.client());
        text(out, ConnectResult.VERSION_FIELD_NUMBER, connected.version());
        flag(out, ConnectResult.EXPIRES_FIELD_NUMBER, connected.expires());
        number(out, ConnectResult.TTL_FIELD_NUMBER, ttl(connected.expires(), connected.ttlSeconds()));
        bytes(out, ConnectResult.DATA_FIELD_NUMBER, connected.data());
        for (Map.Entry<String, Reply.Subscribed> entry :
                connected.subscriptions().entrySet()) {
            int size = subscribed(entry.getValue());
            message(out, ConnectResult.SUBS_FIELD_NUMBER, ProtobufValues.entry(entry.getKey(), size));
            ProtobufValues.entry(out, entry.getKey(), size);
            subscribed(out, entry.getValue());
        }
        number(out, ConnectResult.PING_FIELD_NUMBER, connected.pingSeconds());
        flag(out, ConnectResult.PONG_FIELD_NUMBER, connected.pong());
    }

    private static int subscribed(Reply.Subscribed subscribed) {
        return flag(SubscribeResult.EXPIRES_FIELD_NUMBER, subscribed.expires())
                + number(SubscribeResult.TTL_FIELD_NUMBER, ttl(subscribed.expires(), subscribed.ttlSeconds()))
                + flag(SubscribeResult.RECOVERABLE_FIELD_NUMBER, subscribed.recoverable())
                + text(SubscribeResult.EPOCH_FIELD_NUMBER, subscribed.position().epoch())
                + ProtobufValues.publications(SubscribeResult.PUBLICATIONS_FIELD_NUMBER, subscribed.publications())
                + flag(SubscribeResult.RECOVERED_FIELD_NUMBER, subscribed.recovered())
                + number(
                        SubscribeResult.OFFSET_FIELD_NUMBER,
                        subscribed.position().offset())
                + flag(SubscribeResult.POSITIONED_FIELD_NUMBER, subscribed.positioned())
                + bytes(SubscribeResult.DATA_FIELD_NUMBER, subscribed.data())
                + flag(SubscribeResult.WAS_RECOVERING_FIELD_NUMBER, subscribed.wasRecovering());
    }

    private static void subscribed(OutputBuffer out, Reply.Subscribed subscribed) {
        flag(out, SubscribeResult.EXPIRES_FIELD_NUMBER, subscribed.expires());
        number(out, SubscribeResult.TTL_FIELD_NUMBER, ttl(subscribed.expires(), subscribed.ttlSeconds()));
        flag(out, SubscribeResult.RECOVERABLE_FIELD_NUMBER, subscribed.recoverable());
        text(out, SubscribeResult.EPOCH_FIELD_NUMBER, subscribed.position().epoch());
        ProtobufValues.publications(out, SubscribeResult.PUBLICATIONS_FIELD_NUMBER, subscribed.publications());
        flag(out, SubscribeResult.RECOVERED_FIELD_NUMBER, subscribed.recovered());
        number(out, SubscribeResult.OFFSET_FIELD_NUMBER, subscribed.position().offset());
        flag(out, SubscribeResult.POSITIONED_FIELD_NUMBER, subscribed.positioned());
        bytes(out, SubscribeResult.DATA_FIELD_NUMBER, subscribed.data());
        flag(out, SubscribeResult.WAS_RECOVERING_FIELD_NUMBER, subscribed.wasRecovering());
    }

    private static int history(Reply.History history) {
        return ProtobufValues.publications(HistoryResult.PUBLICATIONS_FIELD_NUMBER, history.publications())
                + text(HistoryResult.EPOCH_FIELD_NUMBER, history.top().epoch())
                + number(HistoryResult.OFFSET_FIELD_NUMBER, history.top().offset());
    }

    private static void history(OutputBuffer out, Reply.History history) {
        ProtobufValues.publications(out, HistoryResult.PUBLICATIONS_FIELD_NUMBER, history.publications());
        text(out, HistoryResult.EPOCH_FIELD_NUMBER, history.top().epoch());
        number(out, HistoryResult.OFFSET_FIELD_NUMBER, history.top().offset());
    }

    private static int presence(Map<String, ClientInfo> clients) {
        int size = 0;
        for (Map.Entry<String, ClientInfo> entry : clients.entrySet()) {
            size += message(
                    PresenceResult.PRESENCE_FIELD_NUMBER,
                    ProtobufValues.entry(entry.getKey(), ProtobufValues.info(entry.getValue())));
        }
        return size;
    }

    private static void presence(OutputBuffer out, Map<String, ClientInfo> clients) {
        for (Map.Entry<String, ClientInfo> entry : clients.entrySet()) {
            int size = ProtobufValues.info(entry.getValue());
            message(out, PresenceResult.PRESENCE_FIELD_NUMBER, ProtobufValues.entry(entry.getKey(), size));
            ProtobufValues.entry(out, entry.getKey(), size);
            ProtobufValues.info(out, entry.getValue());
        }
    }

    private static long ttl(boolean expires, long ttlSeconds) {
        return expires ? ttlSeconds : 0;
    }
}
