package dev.relay.watch;

/**
 * What happened in a channel during an interval.
 *
 * @param channel its name
 * @param published publications
 * @param bytes of their payloads
 * @param deliveries each publication times the subscribers at that time
 * @param subscribers when the last one was published
 */
public record ChannelTraffic(String channel, long published, long bytes, long deliveries, int subscribers) {}
