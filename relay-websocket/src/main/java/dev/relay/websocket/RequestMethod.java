package dev.relay.websocket;

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
}
