package dev.relay.journal;

/**
 * The row of an outbox table that a publication is made from; see J14 of {@link Journal}.
 *
 * @param id of the row
 * @param mustStand whether the append is refused if the row is gone: then it has been published already, or withdrawn
 */
public record OutboxRow(long id, boolean mustStand) {}
