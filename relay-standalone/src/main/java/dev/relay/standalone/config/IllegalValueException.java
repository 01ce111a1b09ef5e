package dev.relay.standalone.config;

/** Something written by the operator cannot be used; the message says why and what would be legal, for one line. */
final class IllegalValueException extends Exception {
    private static final long serialVersionUID = 1L;

    IllegalValueException(String problem) {
        super(problem, null, false, false);
    }

    /** Why, and what would be legal. */
    String problem() {
        return String.valueOf(getMessage());
    }
}
