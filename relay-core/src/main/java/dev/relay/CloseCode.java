package dev.relay;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/**
 * Why Relay closes a connection. Clients decide by the number: 3000–3499 and 4000–4499 reconnect, 3500–3999 and
 * 4500–4999 are terminal; 4000–4999 belong to applications.
 *
 * @param code 1000–4999
 * @param reason 1 to 123 bytes of UTF-8, and not itself a JSON value: some clients would try to parse it
 */
public record CloseCode(int code, String reason) {
    /** The connection just ends: no close frame is sent, and clients report a plain transport close. */
    public static final CloseCode CONNECTION_CLOSED = new CloseCode(3000, "connection closed");
    /** This node stops; reconnect. */
    public static final CloseCode SHUTDOWN = new CloseCode(3001, "shutdown");
    /** Something failed after which the state of the connection is not known. */
    public static final CloseCode INTERNAL_ERROR = new CloseCode(3004, "internal server error");
    /** The connection's token expired and was not refreshed. */
    public static final CloseCode EXPIRED = new CloseCode(3005, "connection expired");
    /** A subscription made by the server expired and was not renewed. */
    public static final CloseCode SUBSCRIPTION_EXPIRED = new CloseCode(3006, "subscription expired");
    /** The client reads more slowly than its channels speak, and its outbox is full. */
    public static final CloseCode SLOW = new CloseCode(3008, "slow");
    /** The peer took no byte for too long. */
    public static final CloseCode WRITE_ERROR = new CloseCode(3009, "write error");
    /** The server lost track of what the client has seen. */
    public static final CloseCode INSUFFICIENT_STATE = new CloseCode(3010, "insufficient state");
    /** The application wants the client to reconnect. */
    public static final CloseCode FORCE_RECONNECT = new CloseCode(3011, "force reconnect");
    /** A ping was not answered in time. */
    public static final CloseCode NO_PONG = new CloseCode(3012, "no pong");
    /** More messages without an answer than the connection may send. */
    public static final CloseCode TOO_MANY_REQUESTS = new CloseCode(3013, "too many requests");
    /** What the client knows is void: it drops its token and positions, and reconnects. */
    public static final CloseCode STATE_INVALIDATED = new CloseCode(3014, "state invalidated");
    /** The token is not valid. */
    public static final CloseCode INVALID_TOKEN = new CloseCode(3500, "invalid token");
    /** The client broke the protocol. */
    public static final CloseCode BAD_REQUEST = new CloseCode(3501, "bad request");
    /** No connect command arrived in time. */
    public static final CloseCode STALE = new CloseCode(3502, "stale");
    /** An operator or the application ended the connection. */
    public static final CloseCode FORCE_DISCONNECT = new CloseCode(3503, "force disconnect");
    /** The user has as many connections as it may have. */
    public static final CloseCode CONNECTION_LIMIT = new CloseCode(3504, "connection limit");
    /** The connection would have more subscriptions than it may have. */
    public static final CloseCode CHANNEL_LIMIT = new CloseCode(3505, "channel limit");
    /** A payload cannot be carried by the encoding of this connection. */
    public static final CloseCode INAPPROPRIATE_PROTOCOL = new CloseCode(3506, "inappropriate protocol");
    /** This identity may not connect. */
    public static final CloseCode PERMISSION_DENIED = new CloseCode(3507, "permission denied");
    /** The client asked for a feature this server does not have. */
    public static final CloseCode NOT_AVAILABLE = new CloseCode(3508, "not available");
    /** The client made too many mistakes. */
    public static final CloseCode TOO_MANY_ERRORS = new CloseCode(3509, "too many errors");

    private static final int MAX_REASON_BYTES = 123; // RFC 6455 5.5: 125 bytes of control payload less the code

    public CloseCode {
        requireNonNull(reason, "reason");
        if (code < 1000 || code > 4999) {
            throw new IllegalArgumentException("close code must be 1000 to 4999: " + code);
        }
        int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_REASON_BYTES) {
            throw new IllegalArgumentException(
                    "close reason must have 1 to " + MAX_REASON_BYTES + " bytes, has " + bytes + ": " + reason);
        }
        char first = reason.charAt(0);
        if (first == '{'
                || first == '['
                || first == '"'
                || first == '-'
                || (first >= '0' && first <= '9')
                || reason.equals("true")
                || reason.equals("false")
                || reason.equals("null")) {
            throw new IllegalArgumentException("close reason must not look like JSON: " + reason);
        }
    }
}
