/**
 * What shards see for those who watch. Where nobody does, a publication costs a look at the length of an array.
 *
 * <p><b>Threading.</b> A {@code ShardWatch} is used by its shard only; what it hands out is immutable.
 */
package dev.relay.internal.watch;
