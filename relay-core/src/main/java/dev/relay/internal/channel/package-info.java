/**
 * ④ ⑤ Order and routing. The home side of a channel ({@link dev.relay.internal.channel.Channel}) gives offsets and decides
 * who gets what; the shard side ({@link dev.relay.internal.channel.Subscribers}) hands it to the connections of its shard.
 * Invariant: what goes from a home to a shard arrives in the order sent, so that "attach at n" stands exactly between
 * publication n and n + 1. Each object runs on the one shard that owns it.
 */
package dev.relay.internal.channel;
