package dev.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.transport.Push;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CodesTest {
    /** Clients decide by the number and by the word temporary; people read the rest. */
    @Test
    void codes_are_those_of_the_protocol() {
        assertThat(Stream.of(
                                ErrorCode.INTERNAL,
                                ErrorCode.UNAUTHORIZED,
                                ErrorCode.UNKNOWN_CHANNEL,
                                ErrorCode.PERMISSION_DENIED,
                                ErrorCode.METHOD_NOT_FOUND,
                                ErrorCode.ALREADY_SUBSCRIBED,
                                ErrorCode.LIMIT_EXCEEDED,
                                ErrorCode.BAD_REQUEST,
                                ErrorCode.NOT_AVAILABLE,
                                ErrorCode.TOKEN_EXPIRED,
                                ErrorCode.TOKEN_EXPIRED_TRY_AGAIN,
                                ErrorCode.EXPIRED,
                                ErrorCode.TOO_MANY_REQUESTS,
                                ErrorCode.UNRECOVERABLE_POSITION)
                        .map(code -> code.code() + " " + code.message() + (code.temporary() ? " (temporary)" : "")))
                .containsExactly(
                        "100 internal server error (temporary)",
                        "101 unauthorized",
                        "102 unknown channel",
                        "103 permission denied",
                        "104 method not found",
                        "105 already subscribed",
                        "106 limit exceeded",
                        "107 bad request",
                        "108 not available",
                        "109 token expired",
                        "109 token expired (temporary)",
                        "110 expired",
                        "111 too many requests (temporary)",
                        "112 unrecoverable position");
        assertThat(Stream.of(
                                CloseCode.CONNECTION_CLOSED,
                                CloseCode.SHUTDOWN,
                                CloseCode.INTERNAL_ERROR,
                                CloseCode.EXPIRED,
                                CloseCode.SUBSCRIPTION_EXPIRED,
                                CloseCode.SLOW,
                                CloseCode.WRITE_ERROR,
                                CloseCode.INSUFFICIENT_STATE,
                                CloseCode.FORCE_RECONNECT,
                                CloseCode.NO_PONG,
                                CloseCode.TOO_MANY_REQUESTS,
                                CloseCode.STATE_INVALIDATED,
                                CloseCode.INVALID_TOKEN,
                                CloseCode.BAD_REQUEST,
                                CloseCode.STALE,
                                CloseCode.FORCE_DISCONNECT,
                                CloseCode.CONNECTION_LIMIT,
                                CloseCode.CHANNEL_LIMIT,
                                CloseCode.INAPPROPRIATE_PROTOCOL,
                                CloseCode.PERMISSION_DENIED,
                                CloseCode.NOT_AVAILABLE,
                                CloseCode.TOO_MANY_ERRORS)
                        .map(code -> code.code() + " " + code.reason()))
                .containsExactly(
                        "3000 connection closed",
                        "3001 shutdown",
                        "3004 internal server error",
                        "3005 connection expired",
                        "3006 subscription expired",
                        "3008 slow",
                        "3009 write error",
                        "3010 insufficient state",
                        "3011 force reconnect",
                        "3012 no pong",
                        "3013 too many requests",
                        "3014 state invalidated",
                        "3500 invalid token",
                        "3501 bad request",
                        "3502 stale",
                        "3503 force disconnect",
                        "3504 connection limit",
                        "3505 channel limit",
                        "3506 inappropriate protocol",
                        "3507 permission denied",
                        "3508 not available",
                        "3509 too many errors");
        assertThat(Stream.of(
                                Push.Unsubscribed.BY_SERVER,
                                Push.Unsubscribed.INSUFFICIENT_STATE,
                                Push.Unsubscribed.EXPIRED)
                        .map(push -> push.code() + " " + push.reason()))
                .containsExactly("2000 server unsubscribe", "2500 insufficient state", "2501 subscription expired");
    }
}
