package dev.relay;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Asks another authorizer on the host's threads.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class AuthorizerOnExecutor implements Authorizer {
    private final Executor executor;
    private final Authorizer blocking;

    AuthorizerOnExecutor(Executor executor, Authorizer blocking) {
        this.executor = requireNonNull(executor, "executor");
        this.blocking = requireNonNull(blocking, "blocking");
    }

    @Override
    public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
        return ask(() -> blocking.connect(attempt));
    }

    @Override
    public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
        return ask(() -> blocking.subscribe(attempt));
    }

    @Override
    public CompletionStage<Connecting> refresh(Session session, String token) {
        return ask(() -> blocking.refresh(session, token));
    }

    @Override
    public CompletionStage<Subscribing> refreshSubscription(SubscribeAttempt attempt) {
        return ask(() -> blocking.refreshSubscription(attempt));
    }

    @Override
    public boolean decidesPublish() {
        return blocking.decidesPublish();
    }

    @Override
    public boolean decidesPublish(ClientInfo client, String channel) {
        return blocking.decidesPublish(client, channel);
    }

    @Override
    public CompletionStage<Publishing> publish(PublishAttempt attempt) {
        return ask(() -> blocking.publish(attempt));
    }

    private <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> question) {
        try {
            return CompletableFuture.supplyAsync(question, executor).thenCompose(stage -> stage);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
