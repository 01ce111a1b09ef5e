package dev.relay.standalone.console;

/** What became of a login. */
public sealed interface LoginResult {
    /**
     * Let in.
     *
     * @param secret for the cookie, and nothing else
     */
    record Entered(String secret, Role role) implements LoginResult {}

    /** The password is nobody's. */
    enum Wrong implements LoginResult {
        /** The only one. */
        INSTANCE
    }

    /**
     * Too many attempts, by this address or by all together; the password has not been looked at.
     *
     * @param retryAfterSeconds when to try again, at least 1
     */
    record TooMany(long retryAfterSeconds) implements LoginResult {}
}
