package dev.relay.standalone.e2e;

/** The back end an SDK asks for tokens. Called on threads of the SDK. */
@FunctionalInterface
interface TokenSource {
    /** @param channel for which a subscription token is wanted; {@code ""} for the connection's */
    Answer token(String channel);

    /** What the back end says. */
    sealed interface Answer {
        /** Here it is. */
        record Token(String text) implements Answer {}

        /** There will never be one. */
        record Unauthorized() implements Answer {}

        /** There may be one later: the back end is out of order. */
        record Failed() implements Answer {}
    }

    /** A back end that has a token for everybody. */
    static Answer is(Jwt token) {
        return new Answer.Token(token.signed());
    }
}
