package dev.relay.tck;

/** The rules of {@link dev.relay.journal.Journal}, as tests. */
public abstract class JournalContract {}
