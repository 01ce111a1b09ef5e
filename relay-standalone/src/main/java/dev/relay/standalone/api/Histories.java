package dev.relay.standalone.api;

import static dev.relay.standalone.api.RefusedRequestException.given;

import dev.relay.ClientInfo;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.Publication;
import dev.relay.Refused;
import dev.relay.StreamPosition;

/** What was published: {@code history} and {@code history_remove}. */
final class Histories {
    private Histories() {}

    static Call history(JsonObject request) {
        int limit = (int) request.number("limit", Integer.MIN_VALUE, Integer.MAX_VALUE);
        JsonObject since = request.object("since");
        HistoryQuery query = new HistoryQuery(limit, since == null ? null : position(since), request.flag("reverse"));
        String channel = given("channel", request.text("channel"));
        return relay -> relay.history(channel, query).thenApply(Histories::answer);
    }

    static Call remove(JsonObject request) {
        String channel = given("channel", request.text("channel"));
        return relay -> relay.removeHistory(channel)
                .thenApply(result -> result instanceof Refused refused ? Answer.failed(refused) : Answer.DONE);
    }

    private static Answer answer(HistoryResult result) {
        if (result instanceof Refused refused) {
            return Answer.failed(refused);
        }
        History history = (History) result;
        return new Answer.Result(out -> {
            out.list("publications", history.publications(), Histories::write);
            out.text("epoch", history.top().epoch());
            out.number("offset", history.top().offset());
        });
    }

    private static void write(JsonOutput out, Publication publication) {
        out.beginObject().payload("data", publication.data());
        ClientInfo info = publication.info();
        if (info != null) {
            Presences.write(out.name("info"), info);
        }
        if (publication.offset() != 0) {
            out.number("offset", publication.offset());
        }
        if (!publication.tags().isEmpty()) {
            out.map("tags", publication.tags(), JsonOutput::element);
        }
        out.endObject();
    }

    static StreamPosition position(JsonObject given) {
        return new StreamPosition(given.unsigned("offset"), given.text("epoch"));
    }

    /** The members of a position. */
    static void position(JsonOutput out, StreamPosition position) {
        out.number("offset", position.offset()).text("epoch", position.epoch());
    }
}
