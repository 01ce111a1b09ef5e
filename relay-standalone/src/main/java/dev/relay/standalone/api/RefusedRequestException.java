package dev.relay.standalone.api;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The request has the right shape but a value that makes no sense. */
final class RefusedRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ApiError error;

    RefusedRequestException(ApiError error, String message) {
        super(message, null, false, false); // without a trace: the fault is the caller's
        this.error = error;
    }

    ApiError error() {
        return error;
    }

    /** The value, which must be given. */
    static <T> T given(String name, @Nullable T value) {
        if (value == null || value.equals("")) {
            throw new RefusedRequestException(ApiError.BAD_REQUEST, name + " is not given or empty");
        }
        return value;
    }

    /** Makes a value whose type says itself what is legal. */
    static <T> T unlessIllegal(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new RefusedRequestException(ApiError.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
