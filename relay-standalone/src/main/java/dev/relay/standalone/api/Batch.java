package dev.relay.standalone.api;

import dev.relay.Relay;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/**
 * {@code batch}: several calls in one request. All are read before the first is carried out.
 *
 * @param methods what each command names; anything for one that cannot be carried out
 * @param calls what each command asks for
 * @param parallel whether they are carried out at once
 */
record Batch(List<String> methods, List<Call> calls, boolean parallel) {
    static Batch read(JsonObject request) {
        List<String> methods = new ArrayList<>();
        List<Call> calls = new ArrayList<>();
        boolean parallel = request.flag("parallel");
        for (JsonObject command : request.objectList("commands")) {
            String method = String.join(",", command.names());
            methods.add(method);
            calls.add(call(command, method));
        }
        return new Batch(methods, calls, parallel);
    }

    private static Call call(JsonObject command, String method) {
        if (command.names().size() > 1) {
            return Call.failed(ApiError.BAD_REQUEST.because("a command of a batch names " + method));
        }
        Operation operation = Operations.TABLE.get(method);
        JsonObject request = operation == null ? null : command.object(method);
        return operation == null || request == null ? Call.failed(ApiError.NOT_FOUND) : operation.readOrRefuse(request);
    }

    /** Carries them out. The stage completes on any thread, and fails only if the executor does. */
    CompletionStage<List<Answer>> on(Relay relay, Executor executor) {
        return parallel ? Sequence.atOnce(calls, relay) : Sequence.oneByOne(calls, relay, executor);
    }

    /** The answers, which have no result of their own around them. */
    byte[] replies(List<Answer> answers) {
        return JsonOutput.document(out -> out.beginObject()
                .list(
                        "replies",
                        IntStream.range(0, answers.size())::iterator,
                        (each, i) -> Envelope.write(each, methods.get(i), answers.get(i)))
                .endObject());
    }
}
