package dev.relay.websocket;

import dev.relay.websocket.proto.ClientProtocol.Command;
import org.jspecify.annotations.Nullable;

/** Requests in the order of precedence. */
enum RequestMethod {
    CONNECT("connect"),
    SUBSCRIBE("subscribe"),
    UNSUBSCRIBE("unsubscribe"),
    PUBLISH("publish"),
    PRESENCE("presence"),
    PRESENCE_STATS("presence_stats"),
    HISTORY("history"),
    RPC("rpc"),
    SEND("send"),
    REFRESH("refresh"),
    SUB_REFRESH("sub_refresh");

    final String field;

    RequestMethod(String field) {
        this.field = field;
    }

    /** @param field name of a field of the JSON command */
    static @Nullable RequestMethod of(String field) {
        return switch (field) {
            case "publish" -> PUBLISH;
            case "subscribe" -> SUBSCRIBE;
            case "connect" -> CONNECT;
            case "unsubscribe" -> UNSUBSCRIBE;
            case "presence" -> PRESENCE;
            case "presence_stats" -> PRESENCE_STATS;
            case "history" -> HISTORY;
            case "rpc" -> RPC;
            case "send" -> SEND;
            case "refresh" -> REFRESH;
            case "sub_refresh" -> SUB_REFRESH;
            default -> null;
        };
    }

    /** @param field number of a field of the Protobuf command */
    static @Nullable RequestMethod of(int field) {
        return switch (field) {
            case Command.PUBLISH_FIELD_NUMBER -> PUBLISH;
            case Command.SUBSCRIBE_FIELD_NUMBER -> SUBSCRIBE;
            case Command.CONNECT_FIELD_NUMBER -> CONNECT;
            case Command.UNSUBSCRIBE_FIELD_NUMBER -> UNSUBSCRIBE;
            case Command.PRESENCE_FIELD_NUMBER -> PRESENCE;
            case Command.PRESENCE_STATS_FIELD_NUMBER -> PRESENCE_STATS;
            case Command.HISTORY_FIELD_NUMBER -> HISTORY;
            case Command.RPC_FIELD_NUMBER -> RPC;
            case Command.SEND_FIELD_NUMBER -> SEND;
            case Command.REFRESH_FIELD_NUMBER -> REFRESH;
            case Command.SUB_REFRESH_FIELD_NUMBER -> SUB_REFRESH;
            default -> null;
        };
    }
}
