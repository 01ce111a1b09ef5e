/**
 * ② ③ What a client may do, and in which order. A session is one connection's state; one small class for each command.
 * Invariant: commands of one connection that name the same channel take effect and are answered in the order received. Runs
 * on the connection's shard.
 */
package dev.relay.internal.session;
