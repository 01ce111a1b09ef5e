package dev.relay.journal;

import java.util.Locale;

/** What happened to a connection. */
public enum EventKind {
    /** A client was accepted. */
    CONNECT,
    /** A client that had been accepted is gone: {@code code} and {@code reason} of {@link dev.relay.CloseCode}. */
    DISCONNECT,
    /** A client has begun to follow a channel. */
    SUBSCRIBE,
    /** It follows it no longer: {@code code} of {@link dev.relay.SessionListener#unsubscribed}. */
    UNSUBSCRIBE,
    /** A client was denied something: {@code code} of {@link dev.relay.ErrorCode} or {@link dev.relay.CloseCode}. */
    REFUSAL,
    /** Events that could not be written: {@code count} of them, before this one. Written whenever any kind is. */
    LOST;

    /** Its name in tables, options and the server API: in small letters. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static EventKind of(String text) {
        for (EventKind kind : values()) {
            if (kind.text().equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of event is called '" + text + "'");
    }
}
