package dev.relay.standalone.api;

import dev.relay.Relay;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Carries out several calls. One that fails is answered with an internal error, and the others go on.
 *
 * <p><b>Threading.</b> {@link #next} runs on one thread at a time: the caller's, then, for each call that is not answered at
 * once, one of the executor's – not the shard's that answers, which has no time for those that follow.
 */
final class Sequence {
    private final Relay relay;
    private final List<Call> calls;
    private final Executor executor;
    private final List<Answer> answers = new ArrayList<>();
    private final CompletableFuture<List<Answer>> all = new CompletableFuture<>();

    private Sequence(Relay relay, List<Call> calls, Executor executor) {
        this.relay = relay;
        this.calls = calls;
        this.executor = executor;
    }

    /** One after the other. The stage fails only if the executor does. */
    static CompletionStage<List<Answer>> oneByOne(List<Call> calls, Relay relay, Executor executor) {
        Sequence sequence = new Sequence(relay, calls, executor);
        sequence.next();
        return sequence.all;
    }

    /** All at once. The stage does not fail. */
    static CompletionStage<List<Answer>> atOnce(List<Call> calls, Relay relay) {
        List<CompletableFuture<Answer>> answers =
                calls.stream().map(call -> answer(call, relay)).toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
    }

    /** Carries out one. The stage does not fail. */
    static CompletableFuture<Answer> answer(Call call, Relay relay) {
        CompletionStage<Answer> answer;
        try {
            answer = call.on(relay);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(Sequence::failed).toCompletableFuture();
    }

    /** A loop where a call is answered at once, so that many of them do not pile up on the stack. */
    private void next() {
        while (answers.size() < calls.size()) {
            CompletableFuture<Answer> answer = answer(calls.get(answers.size()), relay);
            if (!answer.isDone()) {
                answer.thenAcceptAsync(this::goOn, executor).exceptionally(this::giveUp);
                return;
            }
            answers.add(answer.join());
        }
        all.complete(answers);
    }

    private void goOn(Answer late) {
        answers.add(late);
        next();
    }

    private @Nullable Void giveUp(Throwable failure) {
        all.completeExceptionally(failure);
        return null;
    }

    private static Answer failed(Throwable failure) {
        ServerApi.FAULTS.note(failure);
        return new Answer.Failed(ApiError.INTERNAL);
    }
}
