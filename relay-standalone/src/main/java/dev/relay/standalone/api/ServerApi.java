package dev.relay.standalone.api;

import dev.relay.Health;
import dev.relay.Relay;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests of an application's back end. Who asks has been found entitled to by {@link ApiAccess} before.
 *
 * <p><b>Threading.</b> Any thread. Nothing blocks; answers are written on the executor that the caller brings, because the
 * engine answers on its shards, which have better things to do.
 */
public final class ServerApi {
    static final FaultLog FAULTS = new FaultLog();

    private static final String BATCH = "batch";

    private final Supplier<@Nullable Relay> relay;

    /** @param relay the engine; {@code null} as long as there is none */
    public ServerApi(Supplier<@Nullable Relay> relay) {
        this.relay = relay;
    }

    /** How errors are told. */
    public enum ErrorMode {
        /** In the body of a response with status 200. */
        DEFAULT,
        /** By the status of the response; its body is the bare error. */
        TRANSPORT
    }

    /** Whether there is such a method. */
    public static boolean knows(String method) {
        return Operations.TABLE.containsKey(method) || method.equals(BATCH);
    }

    /** What the API looks like: an OpenAPI document. Not to be changed. */
    public static byte[] description() {
        return OpenApi.DOCUMENT;
    }

    /**
     * Answers a request.
     *
     * @param method one that is {@linkplain #knows known}
     * @param body must not change afterwards
     * @param traceparent the trace that it belongs to, as its header says; {@code null} for none
     */
    public CompletionStage<ApiResponse> answer(
            String method, byte[] body, ErrorMode mode, @Nullable String traceparent, Executor executor) {
        if (method.equals(BATCH)) {
            return withEngine(mode, engine -> {
                Batch batch = Batch.read(JsonInput.object(body));
                return batch.on(engine, executor)
                        .thenApplyAsync(answers -> ApiResponse.json(200, batch.replies(answers)), executor);
            });
        }
        Operation operation = Operations.TABLE.get(method);
        if (operation == null) {
            throw new IllegalArgumentException("unknown method: " + method);
        }
        return withEngine(mode, engine -> Sequence.answer(
                        operation.readOrRefuse(JsonInput.object(body).inTrace(traceparent)), engine)
                .thenApplyAsync(answer -> response(answer, mode, engine), executor));
    }

    /**
     * Answers the commands in a body, in the form of old libraries.
     *
     * @param body must not change afterwards
     */
    public CompletionStage<ApiResponse> answerCommands(byte[] body, Executor executor) {
        return withEngine(ErrorMode.DEFAULT, engine -> {
            Commands commands = Commands.read(body);
            return commands.on(engine, executor)
                    .thenApplyAsync(answers -> ApiResponse.json(200, commands.replies(answers)), executor);
        });
    }

    @FunctionalInterface
    private interface Answering {
        CompletionStage<ApiResponse> by(Relay engine);
    }

    private CompletionStage<ApiResponse> withEngine(ErrorMode mode, Answering answering) {
        Relay engine = relay.get();
        if (engine == null || isEnding(engine)) {
            return CompletableFuture.completedFuture(ApiResponse.unavailable());
        }
        try {
            return answering.by(engine).whenComplete((response, failure) -> {
                if (failure != null) {
                    FAULTS.note(failure);
                }
            });
        } catch (MalformedRequestException e) {
            return CompletableFuture.completedFuture(ApiResponse.malformed(String.valueOf(e.getMessage())));
        } catch (RefusedRequestException e) {
            Answer answer = new Answer.Failed(e.error().because(e.getMessage()));
            return CompletableFuture.completedFuture(response(answer, mode, engine));
        }
    }

    private static boolean isEnding(Relay engine) {
        Health.State state = engine.health().state();
        return state == Health.State.STOPPING || state == Health.State.FAILED;
    }

    private static ApiResponse response(Answer answer, ErrorMode mode, Relay engine) {
        if (answer instanceof Answer.Failed && isEnding(engine)) {
            return ApiResponse.unavailable(); // and that is why
        }
        if (mode == ErrorMode.TRANSPORT && answer instanceof Answer.Failed failed) {
            return ApiResponse.json(failed.error().httpStatus(), JsonOutput.document(failed.error()::write));
        }
        return ApiResponse.json(200, JsonOutput.document(out -> Envelope.write(out, answer)));
    }
}
