package dev.relay.standalone.api;

import static dev.relay.standalone.api.RefusedRequestException.given;

import dev.relay.ClientInfo;
import dev.relay.PresenceResult;
import dev.relay.PresenceStatsResult;
import dev.relay.Refused;

/** Who is in a channel: {@code presence} and {@code presence_stats}. */
final class Presences {
    private Presences() {}

    static Call presence(JsonObject request) {
        String channel = given("channel", request.text("channel"));
        return relay -> relay.presence(channel).thenApply(Presences::answer);
    }

    static Call stats(JsonObject request) {
        String channel = given("channel", request.text("channel"));
        return relay -> relay.presenceStats(channel).thenApply(Presences::answer);
    }

    private static Answer answer(PresenceResult result) {
        if (result instanceof Refused refused) {
            return Answer.failed(refused);
        }
        PresenceResult.Present present = (PresenceResult.Present) result;
        return new Answer.Result(out -> out.map("presence", present.clients(), Presences::write));
    }

    private static Answer answer(PresenceStatsResult result) {
        if (result instanceof Refused refused) {
            return Answer.failed(refused);
        }
        PresenceStatsResult.Counted counted = (PresenceStatsResult.Counted) result;
        return new Answer.Result(
                out -> out.number("num_clients", counted.clients()).number("num_users", counted.users()));
    }

    static void write(JsonOutput out, ClientInfo info) {
        out.beginObject()
                .text("user", info.user())
                .text("client", info.client())
                .payload("conn_info", info.connInfo())
                .payload("chan_info", info.chanInfo())
                .endObject();
    }
}
