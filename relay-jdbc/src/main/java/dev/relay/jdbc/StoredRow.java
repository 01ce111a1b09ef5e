package dev.relay.jdbc;

/**
 * What a check or a count of a stream needs to know of a row.
 *
 * @param timeMicros when the publication was accepted, microseconds since 1970-01-01 UTC
 * @param bytes of the payload
 */
public record StoredRow(long offset, long appendId, long timeMicros, long bytes) {}
