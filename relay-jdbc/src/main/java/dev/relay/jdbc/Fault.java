package dev.relay.jdbc;

/** What a database's error means for the transaction it struck. */
enum Fault {
    /** A row with this key is there already. The connection is good. */
    DUPLICATE(true, true),
    /** Deadlock, lock timeout, busy: the same again may work. The connection is good. */
    CONTENDED(true, true),
    /** Read-only, disk full, no more memory: said by a database that has not done it. */
    UNUSABLE(false, true),
    /** The data or the statement can never be stored. */
    REFUSED(false, true),
    /** No connection, or not any more, or an error we do not know. In a commit its outcome is unknown. */
    UNCLEAR(false, false);

    private final boolean connectionGood;
    private final boolean rolledBack;

    Fault(boolean connectionGood, boolean rolledBack) {
        this.connectionGood = connectionGood;
        this.rolledBack = rolledBack;
    }

    /** Whether the connection may be used again after a rollback. */
    boolean connectionGood() {
        return connectionGood;
    }

    /** Whether a commit that ended so has certainly changed nothing. */
    boolean rolledBack() {
        return rolledBack;
    }
}
