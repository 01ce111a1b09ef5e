package dev.relay.standalone.api;

import static dev.relay.standalone.api.RefusedRequestException.given;

import dev.relay.Relay;
import dev.relay.Replay;
import dev.relay.ReplayRequest;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Publishing again: {@code journal_replay}, {@code journal_replay_status} and {@code journal_replay_cancel}. */
final class Replaying {
    private Replaying() {}

    static Call replay(JsonObject request) {
        ReplayRequest replay = Journals.sensible(() -> read(request));
        return relay -> Journals.answered(relay.journal().replay(replay), Replaying::answer);
    }

    private static ReplayRequest read(JsonObject request) {
        long through = request.has("through_offset") ? request.unsigned("through_offset") : Long.MAX_VALUE;
        return new ReplayRequest(
                Journals.named(request, "channel"),
                Journals.named(request, "target"),
                request.unsigned("after_offset"),
                through,
                Journals.time(request, "from", Long.MIN_VALUE),
                Journals.time(request, "to", Long.MAX_VALUE),
                request.has("speed") ? request.decimal("speed", 0, ReplayRequest.MAX_SPEED) : 1,
                !request.flag("untagged"),
                request.flag("into_itself"));
    }

    /** One of them, or all if none is named. */
    static Call status(JsonObject request) {
        String id = request.text("id");
        return relay -> {
            if (!id.isEmpty()) {
                return one(relay, id, replay -> {});
            }
            List<Replay> all = relay.journal().replays();
            return CompletableFuture.completedFuture(
                    new Answer.Result(out -> out.list("replays", all, (each, replay) -> {
                        each.beginObject();
                        write(each, replay);
                        each.endObject();
                    })));
        };
    }

    static Call cancel(JsonObject request) {
        String id = given("id", request.text("id"));
        return relay -> one(relay, id, Replay::cancel);
    }

    private static CompletionStage<Answer> one(Relay relay, String id, Consumer<Replay> order) {
        Replay replay = relay.journal().replay(id);
        if (replay == null) {
            return CompletableFuture.completedFuture(
                    new Answer.Failed(ApiError.NOT_FOUND.saying("no replay has the id " + id)));
        }
        order.accept(replay);
        return CompletableFuture.completedFuture(answer(replay));
    }

    private static Answer answer(Replay replay) {
        return new Answer.Result(out -> write(out, replay));
    }

    private static void write(JsonOutput out, Replay replay) {
        Replay.Progress progress = replay.progress();
        out.text("id", replay.id())
                .text("channel", replay.request().source())
                .text("target", replay.request().target())
                .text("state", progress.state().name().toLowerCase(Locale.ROOT))
                .number("published", progress.published())
                .number("last_offset", progress.lastOffset());
        if (progress.total() >= 0) {
            out.number("total", progress.total());
        }
        out.textUnlessEmpty("detail", progress.detail());
    }
}
