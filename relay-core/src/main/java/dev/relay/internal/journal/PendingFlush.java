package dev.relay.internal.journal;

/**
 * A mark behind the appends that were queued before.
 *
 * @param reached run on the writer's thread when none of them is under way any more; must not block or throw
 */
public record PendingFlush(Runnable reached) {}
