package dev.relay.internal;

import dev.relay.Authorizer;
import dev.relay.ClientInfo;
import dev.relay.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * An authorizer that says what a test wants. By itself it takes the token of a connection as the name of its user, and
 * leaves the rest to the channel options.
 */
public final class Decisions implements Authorizer {
    public Function<ConnectAttempt, CompletionStage<Connecting>> connect =
            attempt -> now(Connecting.Accepted.of(attempt.token()));
    public Function<SubscribeAttempt, CompletionStage<Subscribing>> subscribe =
            attempt -> now(Subscribing.ByOptions.INSTANCE);
    public BiFunction<Session, String, CompletionStage<Connecting>> refresh =
            (session, token) -> now(Connecting.Accepted.of(session.user()));
    public Function<SubscribeAttempt, CompletionStage<Subscribing>> refreshSubscription =
            attempt -> now(Subscribing.Allowed.PLAIN);
    public Function<PublishAttempt, CompletionStage<Publishing>> publish =
            attempt -> now(Publishing.ByOptions.INSTANCE);

    /** Read when the world begins. */
    public boolean decidesPublish;

    /** About whose publishes, where, it wants to be asked. */
    public BiPredicate<ClientInfo, String> decidesPublishOf = (client, channel) -> true;

    /** A decision that is known at once. */
    public static <T> CompletionStage<T> now(T decision) {
        return CompletableFuture.completedFuture(decision);
    }

    @Override
    public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
        return connect.apply(attempt);
    }

    @Override
    public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
        return subscribe.apply(attempt);
    }

    @Override
    public CompletionStage<Connecting> refresh(Session session, String token) {
        return refresh.apply(session, token);
    }

    @Override
    public CompletionStage<Subscribing> refreshSubscription(SubscribeAttempt attempt) {
        return refreshSubscription.apply(attempt);
    }

    @Override
    public boolean decidesPublish() {
        return decidesPublish;
    }

    @Override
    public boolean decidesPublish(ClientInfo client, String channel) {
        return decidesPublishOf.test(client, channel);
    }

    @Override
    public CompletionStage<Publishing> publish(PublishAttempt attempt) {
        return publish.apply(attempt);
    }
}
