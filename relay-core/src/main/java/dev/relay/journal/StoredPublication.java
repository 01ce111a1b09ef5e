package dev.relay.journal;

/**
 * A stored publication, without what is in it.
 *
 * @param timeMicros when it was accepted, microseconds since 1970-01-01 UTC
 * @param bytes of its payload
 */
public record StoredPublication(long offset, long timeMicros, int bytes) {}
