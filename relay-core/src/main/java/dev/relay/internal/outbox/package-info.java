/**
 * ⑥ Bytes leave. A {@link dev.relay.internal.outbox.Chunk} is what one channel says in one turn, encoded once; an {@link
 * dev.relay.internal.outbox.Outbox} is what one connection still has to send. Invariant: bytes leave a connection in the
 * order in which they were added to its outbox, and whole frames only are ever dropped. Runs on the shard that owns the
 * connection.
 */
package dev.relay.internal.outbox;
