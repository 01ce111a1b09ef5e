/**
 * The threads. A shard owns everything it touches – connections, sessions, channels – so nothing above this package needs
 * a lock. Invariant: other threads reach a shard only through its {@link dev.relay.internal.shard.Inbox}. Everything runs
 * on the shard's own thread unless a method says otherwise.
 */
package dev.relay.internal.shard;
