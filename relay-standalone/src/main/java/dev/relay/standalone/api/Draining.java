package dev.relay.standalone.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** {@code drain}: the server sends its clients away and ends. */
final class Draining {
    private static final long MAX_WINDOW_SECONDS = 86_400;

    private Draining() {}

    static Call drain(JsonObject request) {
        boolean given = request.has("window");
        Duration window = Duration.ofSeconds(request.number("window", 0, MAX_WINDOW_SECONDS));
        return relay -> {
            if (given) {
                relay.drain(window);
            } else {
                relay.drain();
            }
            return CompletableFuture.completedFuture(Answer.DONE);
        };
    }
}
