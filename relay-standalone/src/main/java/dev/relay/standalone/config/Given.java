package dev.relay.standalone.config;

/**
 * A value as it was written, and where.
 *
 * @param origin for people: {@code flag --port}, {@code environment RELAY_PORT}, {@code file relay.yaml}
 */
record Given(String origin, Tree written) {
    /** For a fault: what was written, unless nobody may see it. */
    String shown(Option<?> option) {
        if (option.secret()) {
            return "***";
        }
        if (option == Option.DATABASE_URL && written instanceof Tree.Text text) {
            return new Tree.Text(DatabaseUrl.masked(text.value())).toString();
        }
        return written.toString();
    }
}
