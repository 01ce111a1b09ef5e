package dev.relay.standalone.console;

import java.util.UUID;

/**
 * Somebody who has logged in.
 *
 * <p><b>Threading.</b> Any thread; when it was last used is guarded by the {@link ConsoleSessions} it is one of.
 */
final class ConsoleSession {
    /** How users of the console begin; nobody else can have such a name. */
    static final String USER_PREFIX = "console:";

    private static final int SHORT_ID = 8;

    private final Role role;
    private final String user;
    final long beganNanos;
    long usedNanos;

    private ConsoleSession(Role role, String id, long nowNanos) {
        this.role = role;
        this.user = USER_PREFIX + role.text() + ":" + id;
        this.beganNanos = nowNanos;
        this.usedNanos = nowNanos;
    }

    static ConsoleSession begin(Role role, long nowNanos) {
        return new ConsoleSession(role, UUID.randomUUID().toString().substring(0, SHORT_ID), nowNanos);
    }

    /** Of everybody on this machine, where nobody has to log in. */
    static ConsoleSession ofThisMachine() {
        return new ConsoleSession(Role.ADMIN, "local", 0);
    }

    Role role() {
        return role;
    }

    /** Who its WebSocket connections are; says nothing about the cookie. */
    String user() {
        return user;
    }
}
