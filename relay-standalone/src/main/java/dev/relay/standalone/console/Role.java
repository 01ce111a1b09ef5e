package dev.relay.standalone.console;

import java.util.Locale;

/** What somebody at the console may do. */
public enum Role {
    /** Everything. */
    ADMIN,
    /** Look. */
    VIEWER;

    /** As the page knows it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
