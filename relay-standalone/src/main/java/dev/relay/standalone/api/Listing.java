package dev.relay.standalone.api;

import dev.relay.ChannelPage;
import dev.relay.ConnectionInfo;
import dev.relay.ConnectionPage;
import dev.relay.NodeInfo;
import dev.relay.PageRequest;
import dev.relay.Session;
import java.util.List;
import java.util.concurrent.CompletionException;

/** What there is now: {@code channels}, {@code connections}, {@code info}. */
final class Listing {
    private Listing() {}

    static Call channels(JsonObject request) {
        String pattern = request.text("pattern");
        PageRequest page = page(request);
        return relay -> relay.channels(pattern, page).thenApply(Listing::answer).exceptionally(Listing::refused);
    }

    /** A pattern is looked at by the engine first, which has no other way to say that it is none. */
    private static Answer refused(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof IllegalArgumentException) {
            return new Answer.Failed(ApiError.BAD_REQUEST.because(cause.getMessage()));
        }
        throw new CompletionException(cause);
    }

    static Call connections(JsonObject request) {
        String user = request.has("user") ? request.text("user") : null;
        PageRequest page = page(request);
        return relay -> relay.clients().list(user, page).thenApply(Listing::answer);
    }

    static Call info(JsonObject request) {
        return relay -> relay.info().thenApply(Listing::answer);
    }

    private static PageRequest page(JsonObject request) {
        int limit = (int) request.number("limit", Integer.MIN_VALUE, Integer.MAX_VALUE);
        String cursor = request.text("cursor");
        return RefusedRequestException.unlessIllegal(
                () -> new PageRequest(limit == 0 ? Integer.MAX_VALUE : limit, cursor));
    }

    private static Answer answer(ChannelPage page) {
        return new Answer.Result(
                out -> out.map("channels", page.subscribers(), (each, subscribers) -> each.beginObject()
                                .number("num_clients", subscribers)
                                .endObject())
                        .textUnlessEmpty("next_cursor", page.nextCursor()));
    }

    private static Answer answer(ConnectionPage page) {
        return new Answer.Result(out -> {
            out.object("connections", each -> page.connections().forEach(connection -> write(each, connection)));
            out.textUnlessEmpty("next_cursor", page.nextCursor());
        });
    }

    private static void write(JsonOutput out, ConnectionInfo connection) {
        Session session = connection.session();
        out.object(session.client(), one -> one.text("app_name", session.name())
                .text("app_version", session.version())
                .text("transport", session.peer().transport())
                .text("protocol", session.peer().encoding())
                .text("user", session.user())
                .object("state", state -> state(state, connection))
                .number("connected_at_ms", connection.connectedAtMicros() / 1000)
                .text("address", session.peer().remoteAddress())
                .number("last_command_at_ms", connection.lastCommandAtMicros() / 1000)
                .number("outbox_bytes", connection.outboxBytes()));
    }

    private static void state(JsonOutput out, ConnectionInfo connection) {
        out.object("channels", each -> connection.channels().forEach(channel -> each.object(channel, nothing -> {})));
        out.payload("meta", connection.session().meta());
    }

    private static Answer answer(NodeInfo node) {
        return new Answer.Result(out -> out.list("nodes", List.of(node), Listing::write));
    }

    private static void write(JsonOutput out, NodeInfo node) {
        out.beginObject()
                .text("uid", node.uid())
                .text("name", node.name())
                .text("version", node.version())
                .number("num_clients", node.clients())
                .number("num_users", node.users())
                .number("num_channels", node.channels())
                .number("num_subs", node.subscriptions())
                .number("uptime", node.uptimeSeconds())
                .object("process", ProcessFigures::write)
                .endObject();
    }
}
