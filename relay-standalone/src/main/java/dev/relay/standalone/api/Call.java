package dev.relay.standalone.api;

import dev.relay.Relay;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A request that has been read and can be carried out, once. */
@FunctionalInterface
interface Call {
    /** Carries it out. The stage completes on any thread; it fails only if the engine could not answer at all. */
    CompletionStage<Answer> on(Relay relay);

    /** One whose answer is known already. */
    static Call failed(ApiError error) {
        return relay -> CompletableFuture.completedFuture(new Answer.Failed(error));
    }
}
