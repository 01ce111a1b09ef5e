package dev.relay.standalone.config;

/**
 * A value as it was written, and where.
 *
 * @param origin for people: {@code flag --port}, {@code environment RELAY_PORT}, {@code file relay.yaml}
 */
record Given(String origin, Tree written) {
    /** For a fault: what was written, as far as it may be seen. */
    String shown(Option<?> option) {
        return option.shown(written);
    }
}
