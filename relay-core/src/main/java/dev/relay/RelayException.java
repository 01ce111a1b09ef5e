package dev.relay;

import org.jspecify.annotations.Nullable;

/** A failure the caller could not have prevented by looking at a result: bad configuration, a journal, a socket. */
public class RelayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RelayException(String message) {
        this(message, null);
    }

    public RelayException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
