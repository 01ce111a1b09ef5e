package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.ClientInfo;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import dev.relay.transport.FilterNode;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client's side of the JSON encoding. */
final class JsonMirror {
    private JsonMirror() {}

    // ---- commands

    static String write(Command command) {
        StringJoiner out = object();
        number(out, "id", command.id() & 0xffff_ffffL);
        if (command instanceof Command.Connect connect) {
            StringJoiner request = object();
            text(request, "token", connect.token());
            payload(request, "data", connect.data());
            text(request, "name", connect.name());
            text(request, "version", connect.version());
            request.add("\"headers\":" + map(connect.headers(), JsonMirror::quote));
            request.add("\"subs\":"
                    + map(connect.resumes(), resume -> {
                        StringJoiner known = object();
                        truth(known, "recover", resume.recover());
                        position(known, resume.since());
                        return known.toString();
                    }));
            out.add("\"connect\":" + request);
        } else if (command instanceof Command.Subscribe subscribe) {
            StringJoiner request = object();
            text(request, "channel", subscribe.channel());
            text(request, "token", subscribe.token());
            payload(request, "data", subscribe.data());
            truth(request, "recover", subscribe.recover());
            position(request, subscribe.since());
            truth(request, "positioned", subscribe.positioned());
            truth(request, "recoverable", subscribe.recoverable());
            truth(request, "join_leave", subscribe.joinLeave());
            if (subscribe.filter() != null) {
                request.add("\"tf\":" + filter(subscribe.filter()));
            }
            number(request, "flag", subscribe.flag());
            out.add("\"subscribe\":" + request);
        } else if (command instanceof Command.Unsubscribe unsubscribe) {
            out.add("\"unsubscribe\":" + channel(unsubscribe.channel()));
        } else if (command instanceof Command.Publish publish) {
            StringJoiner request = channel(publish.channel());
            payload(request, "data", publish.data());
            out.add("\"publish\":" + request);
        } else if (command instanceof Command.History history) {
            StringJoiner request = channel(history.channel());
            number(request, "limit", history.limit());
            truth(request, "reverse", history.reverse());
            if (history.since() != null) {
                StringJoiner since = object();
                position(since, history.since());
                request.add("\"since\":" + since);
            }
            out.add("\"history\":" + request);
        } else if (command instanceof Command.Presence presence) {
            out.add("\"presence\":" + channel(presence.channel()));
        } else if (command instanceof Command.PresenceStats stats) {
            out.add("\"presence_stats\":" + channel(stats.channel()));
        } else if (command instanceof Command.Rpc rpc) {
            StringJoiner request = object();
            text(request, "method", rpc.method());
            payload(request, "data", rpc.data());
            out.add("\"rpc\":" + request);
        } else if (command instanceof Command.SubRefresh refresh) {
            StringJoiner request = channel(refresh.channel());
            text(request, "token", refresh.token());
            out.add("\"sub_refresh\":" + request);
        } else if (command instanceof Command.Refresh refresh) {
            StringJoiner request = object();
            text(request, "token", refresh.token());
            out.add("\"refresh\":" + request);
        } else if (command instanceof Command.Send send) {
            StringJoiner request = object();
            payload(request, "data", send.data());
            out.add("\"send\":" + request);
        }
        return out.toString();
    }

    private static String filter(FilterNode node) {
        StringJoiner out = object();
        text(out, "op", node.op());
        text(out, "key", node.key());
        text(out, "cmp", node.cmp());
        text(out, "val", node.val());
        out.add("\"vals\":" + node.vals().stream().map(JsonMirror::quote).toList());
        out.add("\"nodes\":" + node.nodes().stream().map(JsonMirror::filter).toList());
        return out.toString();
    }

    private static StringJoiner channel(String channel) {
        StringJoiner out = object();
        text(out, "channel", channel);
        return out;
    }

    private static void position(StringJoiner out, StreamPosition position) {
        number(out, "offset", position.offset());
        text(out, "epoch", position.epoch());
    }

    private static StringJoiner object() {
        return new StringJoiner(",", "{", "}");
    }

    private static <T> String map(Map<String, T> map, Function<T, String> value) {
        StringJoiner out = object();
        map.forEach((key, each) -> out.add(quote(key) + ":" + value.apply(each)));
        return out.toString();
    }

    private static void number(StringJoiner out, String field, long value) {
        if (value != 0) {
            out.add(quote(field) + ":" + value);
        }
    }

    private static void truth(StringJoiner out, String field, boolean value) {
        if (value) {
            out.add(quote(field) + ": true");
        }
    }

    private static void text(StringJoiner out, String field, String value) {
        if (!value.isEmpty()) {
            out.add(quote(field) + ":" + quote(value));
        }
    }

    private static void payload(StringJoiner out, String field, @Nullable Payload value) {
        if (value != null) {
            out.add(quote(field) + ":" + value.text());
        }
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\' || c < ' ' || c == 'é') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    // ---- pushes and replies

    static Push push(JsonTree push) {
        if (push.has("pub")) {
            Publication publication = publication(push.get("pub"));
            String from = push.get("pub").text("channel");
            return from.isEmpty() ? publication : new Push.Matched(from, publication);
        } else if (push.has("join")) {
            return new Push.Joined(info(push.get("join").only("info").get("info")));
        } else if (push.has("leave")) {
            return new Push.Left(info(push.get("leave").only("info").get("info")));
        } else if (push.has("unsubscribe")) {
            JsonTree ended = push.get("unsubscribe").only("code", "reason");
            return new Push.Unsubscribed((int) ended.number("code"), ended.text("reason"));
        } else if (push.has("subscribe")) {
            JsonTree made = push.get("subscribe").only("recoverable", "positioned", "offset", "epoch", "data");
            return new Push.Subscribed(
                    made.truth("recoverable"), made.truth("positioned"), position(made), made.payload("data"));
        } else if (push.has("message")) {
            return new Push.Message(
                    requireNonNull(push.get("message").only("data").payload("data")));
        }
        JsonTree refresh = push.get("refresh").only("expires", "ttl");
        return new Push.Refreshed(refresh.truth("expires"), refresh.number("ttl"));
    }

    static Reply reply(JsonTree in) {
        List<String> fields = new ArrayList<>(in.map().keySet());
        if (fields.size() != 2 || !fields.get(0).equals("id")) {
            throw new AssertionError("not an id and a result: " + fields);
        }
        JsonTree result = in.get(fields.get(1));
        return switch (fields.get(1)) {
            case "connect" -> connected(result);
            case "subscribe" -> subscribed(result);
            case "unsubscribe" -> {
                result.only();
                yield Reply.Unsubscribed.INSTANCE;
            }
            case "publish" -> {
                result.only();
                yield Reply.Published.INSTANCE;
            }
            case "history" ->
                new Reply.History(
                        result.only("publications", "epoch", "offset")
                                .get("publications")
                                .list(JsonMirror::publication),
                        position(result));
            case "refresh" ->
                new Reply.Refreshed(
                        result.only("client", "version", "expires", "ttl").text("client"),
                        result.text("version"),
                        result.truth("expires"),
                        result.number("ttl"));
            case "sub_refresh" ->
                new Reply.SubRefreshed(result.only("expires", "ttl").truth("expires"), result.number("ttl"));
            case "presence" ->
                new Reply.Presence(result.only("presence").get("presence").map(JsonMirror::info));
            case "presence_stats" ->
                new Reply.PresenceStats(
                        ((Number) result.only("num_clients", "num_users")
                                        .get("num_clients")
                                        .value())
                                .intValue(),
                        ((Number) result.get("num_users").value()).intValue());
            case "rpc" -> new Reply.Returned(result.only("data").payload("data"));
            case "error" ->
                new Reply.Failed(new ErrorCode(
                        (int) result.only("code", "message", "temporary").number("code"),
                        result.text("message"),
                        result.truth("temporary")));
            default -> throw new AssertionError("unknown result: " + fields);
        };
    }

    private static Reply connected(JsonTree in) {
        in.only("client", "version", "expires", "ttl", "data", "subs", "ping", "pong");
        return new Reply.Connected(
                in.text("client"),
                in.text("version"),
                in.payload("data"),
                in.truth("expires"),
                in.number("ttl"),
                (int) in.number("ping"),
                in.truth("pong"),
                in.has("subs") ? in.get("subs").map(JsonMirror::subscribed) : Map.of());
    }

    private static Reply.Subscribed subscribed(JsonTree in) {
        in.only(
                "expires",
                "ttl",
                "recoverable",
                "epoch",
                "publications",
                "recovered",
                "offset",
                "positioned",
                "data",
                "was_recovering");
        return new Reply.Subscribed(
                in.truth("expires"),
                in.number("ttl"),
                in.truth("recoverable"),
                in.truth("positioned"),
                position(in),
                in.truth("recovered"),
                in.truth("was_recovering"),
                in.has("publications") ? in.get("publications").list(JsonMirror::publication) : List.of(),
                in.payload("data"));
    }

    private static Publication publication(JsonTree in) {
        in.only("data", "info", "offset", "tags", "channel", "epoch");
        return new Publication(
                requireNonNull(in.payload("data")),
                in.has("info") ? info(in.get("info")) : null,
                in.has("tags") ? in.get("tags").map(tag -> (String) tag.value()) : Map.of(),
                position(in),
                0);
    }

    private static ClientInfo info(JsonTree in) {
        in.only("user", "client", "conn_info", "chan_info");
        return new ClientInfo(
                (String) in.get("user").value(),
                (String) in.get("client").value(),
                in.payload("conn_info"),
                in.payload("chan_info"));
    }

    private static StreamPosition position(JsonTree in) {
        return new StreamPosition(in.number("offset"), in.text("epoch"));
    }
}
