package dev.relay.standalone.api;

import static dev.relay.standalone.api.RefusedRequestException.given;
import static dev.relay.standalone.api.RefusedRequestException.unlessIllegal;

import dev.relay.Payload;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.PublishTracer;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code publish} and {@code broadcast}. Order, durability and what a repeated key does are the engine's. */
final class Publishing {
    private Publishing() {}

    static Call publish(JsonObject request) {
        String channel = request.text("channel");
        PublishOptions.Builder options = options(request);
        Payload data = given("data", data(request));
        PublishOptions how = unlessIllegal(options::build);
        given("channel", channel);
        return relay -> relay.publish(channel, data, how).thenApply(Publishing::answer);
    }

    static Call broadcast(JsonObject request) {
        List<String> channels = request.textList("channels");
        PublishOptions.Builder options = options(request);
        Payload data = given("data", data(request));
        PublishOptions how = unlessIllegal(options::build);
        given("channels", channels.isEmpty() ? null : channels);
        return relay -> relay.broadcast(channels, data, how).thenApply(Publishing::answers);
    }

    /** Nothing at all can only be given as bytes; whether the channel takes that, the engine knows. */
    private static @Nullable Payload data(JsonObject request) {
        Payload data = request.payload("data");
        return data == null && request.has("b64data") ? Payload.empty() : data;
    }

    private static PublishOptions.Builder options(JsonObject request) {
        return PublishOptions.builder()
                .skipHistory(request.flag("skip_history"))
                .tags(tags(request))
                .idempotencyKey(request.text("idempotency_key"))
                .version(request.unsigned("version"))
                .versionEpoch(request.text("version_epoch"));
    }

    /** The header says which trace the request belongs to, where its tags do not. */
    private static Map<String, String> tags(JsonObject request) {
        Map<String, String> tags = request.texts("tags");
        String traceparent = request.traceparent();
        if (traceparent == null
                || !PublishTracer.isTraceparent(traceparent)
                || tags.containsKey(PublishTracer.TRACEPARENT)) {
            return tags;
        }
        Map<String, String> all = new LinkedHashMap<>(tags);
        all.put(PublishTracer.TRACEPARENT, traceparent);
        return all;
    }

    private static Answer answer(PublishResult result) {
        if (result instanceof Refused refused) {
            return Answer.failed(refused);
        }
        StreamPosition position = ((PublishResult.Published) result).position();
        return new Answer.Result(out -> {
            if (!position.epoch().isEmpty()) {
                Histories.position(out, position);
            }
        });
    }

    private static Answer answers(List<PublishResult> results) {
        return new Answer.Result(
                out -> out.list("responses", results, (each, result) -> Envelope.write(each, answer(result))));
    }
}
