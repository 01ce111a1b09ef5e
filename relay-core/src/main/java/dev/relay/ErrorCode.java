package dev.relay;

import static java.util.Objects.requireNonNull;

/**
 * Why a request was refused, as clients and servers see it. The constants are the protocol's; an application may use
 * codes 400 to 1999 of its own.
 *
 * @param code the number clients decide by
 * @param message for people
 * @param temporary whether the same request may succeed later
 */
public record ErrorCode(int code, String message, boolean temporary) {
    /** Unexpected failure, or the journal cannot be reached: nothing is known to be stored. Try again later. */
    public static final ErrorCode INTERNAL = new ErrorCode(100, "internal server error", true);
    /** For application hooks. */
    public static final ErrorCode UNAUTHORIZED = new ErrorCode(101, "unauthorized", false);
    /** The channel's namespace is not configured. */
    public static final ErrorCode UNKNOWN_CHANNEL = new ErrorCode(102, "unknown channel", false);
    /** This client may not do this. */
    public static final ErrorCode PERMISSION_DENIED = new ErrorCode(103, "permission denied", false);
    /** No such RPC method. */
    public static final ErrorCode METHOD_NOT_FOUND = new ErrorCode(104, "method not found", false);
    /** The connection already has this subscription. */
    public static final ErrorCode ALREADY_SUBSCRIBED = new ErrorCode(105, "already subscribed", false);
    /** The connection has as many subscriptions as it may have. */
    public static final ErrorCode LIMIT_EXCEEDED = new ErrorCode(106, "limit exceeded", false);
    /** A parameter is malformed. */
    public static final ErrorCode BAD_REQUEST = new ErrorCode(107, "bad request", false);
    /** The feature is off for this channel or server. */
    public static final ErrorCode NOT_AVAILABLE = new ErrorCode(108, "not available", false);
    /** The token has expired; the client should fetch a new one. */
    public static final ErrorCode TOKEN_EXPIRED = new ErrorCode(109, "token expired", false);
    /** The same where the client keeps what it has for now, and should come back with a new token in a while. */
    public static final ErrorCode TOKEN_EXPIRED_TRY_AGAIN = new ErrorCode(109, "token expired", true);
    /** The identity has expired, no token involved. */
    public static final ErrorCode EXPIRED = new ErrorCode(110, "expired", false);
    /** Too many requests, or more publications in flight than Relay admits. */
    public static final ErrorCode TOO_MANY_REQUESTS = new ErrorCode(111, "too many requests", true);
    /** The position asked for cannot be served. */
    public static final ErrorCode UNRECOVERABLE_POSITION = new ErrorCode(112, "unrecoverable position", false);

    public ErrorCode {
        requireNonNull(message, "message");
    }
}
