package dev.relay.standalone.e2e;

import org.jspecify.annotations.Nullable;

/**
 * How an SDK client is made.
 *
 * @param token it begins with; {@code ""} for none
 * @param tokens where it gets others; {@code null} for nowhere
 */
record SdkOptions(String token, @Nullable TokenSource tokens) {
    /** Nobody in particular. */
    static SdkOptions anonymous() {
        return new SdkOptions("", null);
    }

    /** Somebody, as long as the token is good. */
    static SdkOptions with(Jwt token) {
        return new SdkOptions(token.signed(), null);
    }

    /** Somebody whose token has to be fetched. */
    static SdkOptions asking(TokenSource tokens) {
        return new SdkOptions("", tokens);
    }

    SdkOptions andAsking(TokenSource others) {
        return new SdkOptions(token, others);
    }
}
