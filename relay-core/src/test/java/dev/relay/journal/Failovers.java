package dev.relay.journal;

/** Lets a journal in memory lose commits, as a failover to a replica that is late does. */
public final class Failovers {
    private Failovers() {}

    /** The last publications of a channel are gone. */
    public static void lose(MemoryJournal journal, String channel, long publications) {
        journal.lose(channel, publications);
    }

    /** The stream is gone, and its id is another channel's. */
    public static void loseStream(MemoryJournal journal, String channel, String heir) {
        journal.loseStream(channel, heir);
    }
}
