package dev.relay.internal;

import dev.relay.RelayException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Asks shards, and gathers what they answer.
 *
 * <p><b>Threading.</b> Any thread. Questions run on the shards; a full inbox is waited for on the executor.
 */
final class ShardQueries {
    private final List<ShardScope> scopes;
    private final Executor executor;

    ShardQueries(List<ShardScope> scopes, Executor executor) {
        this.scopes = scopes;
        this.executor = executor;
    }

    /** Asks one shard; the future fails with a {@link RelayException} if the engine is stopping. */
    <T> CompletableFuture<T> ask(int shard, BiConsumer<ShardScope, Consumer<T>> question) {
        ShardScope scope = scopes.get(shard);
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable task = () -> {
            try {
                question.accept(scope, answer::complete);
            } catch (RuntimeException e) { // a question costs who asks it, not the shard
                answer.completeExceptionally(e);
            }
        };
        if (!scope.shard().offer(task)) {
            try {
                executor.execute(() -> {
                    if (!scope.shard().put(task)) {
                        answer.completeExceptionally(stopping());
                    }
                });
            } catch (RejectedExecutionException e) {
                answer.completeExceptionally(stopping());
            }
        }
        return answer;
    }

    /** Asks all shards; the answers come in the order of shards. */
    <T> CompletableFuture<List<T>> askAll(BiConsumer<ShardScope, Consumer<T>> question) {
        List<CompletableFuture<T>> answers =
                scopes.stream().map(scope -> ask(scope.index(), question)).toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
    }

    private static RelayException stopping() {
        return new RelayException("the engine is stopping");
    }
}
