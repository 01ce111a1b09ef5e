package dev.relay.standalone.api;

import dev.relay.Relay;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The endpoint of old libraries: commands {@code {"id":1,"method":"publish","params":{…}}}, one after the other in one body.
 * All are read before the first is carried out.
 *
 * @param ids what each command is called; 0 for nothing
 * @param calls what each command asks for
 */
record Commands(List<Long> ids, List<Call> calls) {
    private static final long MAX_UINT32 = 0xffff_ffffL;

    /** @throws MalformedRequestException if the body is anything else, empty, or too many commands */
    static Commands read(byte[] body) {
        List<Long> ids = new ArrayList<>();
        List<Call> calls = new ArrayList<>();
        for (JsonObject command : JsonInput.objects(body)) {
            ids.add(command.number("id", 0, MAX_UINT32));
            Operation operation = Operations.TABLE.get(command.text("method"));
            JsonObject parameters = command.object("params");
            calls.add(
                    operation == null
                            ? Call.failed(ApiError.NOT_FOUND)
                            : operation.readOrRefuse(parameters == null ? JsonObject.EMPTY : parameters));
        }
        return new Commands(ids, calls);
    }

    /** Carries them out, one after the other. */
    CompletionStage<List<Answer>> on(Relay relay, Executor executor) {
        return Sequence.oneByOne(calls, relay, executor);
    }

    /** The answers, one a line. */
    byte[] replies(List<Answer> answers) {
        return JsonOutput.lines(answers.size(), (out, i) -> Envelope.write(out, ids.get(i), answers.get(i)));
    }
}
