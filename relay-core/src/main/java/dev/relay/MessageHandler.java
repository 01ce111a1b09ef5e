package dev.relay;

import org.jspecify.annotations.Nullable;

/** Takes messages of clients that expect no answer. Called as {@link SessionListener} is. */
@FunctionalInterface
public interface MessageHandler {
    /** @param data what the client sent, or {@code null} for nothing */
    void message(Session session, @Nullable Payload data);
}
