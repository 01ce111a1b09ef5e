package dev.relay.watch;

import dev.relay.Publication;

/**
 * A publication, when it was sent to its subscribers.
 *
 * @param channel where it was published
 * @param publication as its subscribers get it
 * @param recipients subscribers of the channel at that time; who follows a pattern is not counted
 * @param latencyMicros from accepting it to sending it, in which the journal has committed it where the channel is that durable
 */
public record SeenPublication(String channel, Publication publication, int recipients, long latencyMicros) {}
