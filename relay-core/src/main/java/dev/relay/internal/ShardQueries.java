package dev.relay.internal;

import dev.relay.RelayException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Asks shards, and gathers what they answer.
 *
 * <p><b>Threading.</b> Any thread. Questions run on the shards.
 */
final class ShardQueries {
    private final List<ShardScope> scopes;

    ShardQueries(List<ShardScope> scopes) {
        this.scopes = scopes;
    }

    /** Asks one shard; the future fails with a {@link RelayException} if it is overloaded or stopping. */
    <T> CompletableFuture<T> ask(int shard, BiConsumer<ShardScope, Consumer<T>> question) {
        ShardScope scope = scopes.get(shard);
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable task = () -> {
            try {
                question.accept(scope, answer::complete);
            } catch (Throwable e) { // an Error too: a question costs who asks it, not the shard
                answer.completeExceptionally(e);
            }
        };
        if (!scope.shard().offer(task)) {
            answer.completeExceptionally(new RelayException("the engine is stopping or overloaded"));
        }
        return answer;
    }

    /** Asks all shards; the answers come in the order of shards. */
    <T> CompletableFuture<List<T>> askAll(BiConsumer<ShardScope, Consumer<T>> question) {
        return gathered(asked(question));
    }

    /** The same of those that answer: one that is overloaded or stopping is left out. */
    <T> CompletableFuture<List<T>> askAvailable(BiConsumer<ShardScope, Consumer<T>> question) {
        List<CompletableFuture<Optional<T>>> answers = this.<T>asked(question).stream()
                .map(answer -> answer.handle((given, failure) -> Optional.ofNullable(given)))
                .toList();
        return gathered(answers)
                .thenApply(all -> all.stream().flatMap(Optional::stream).toList());
    }

    private <T> List<CompletableFuture<T>> asked(BiConsumer<ShardScope, Consumer<T>> question) {
        return scopes.stream().map(scope -> ask(scope.index(), question)).toList();
    }

    private static <T> CompletableFuture<List<T>> gathered(List<CompletableFuture<T>> answers) {
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
    }
}
