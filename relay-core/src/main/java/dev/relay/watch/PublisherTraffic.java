package dev.relay.watch;

/**
 * How much somebody published to a channel during an interval.
 *
 * @param user {@code ""} for an anonymous client, and for the application
 * @param client id of the connection; {@code ""} for the application
 * @param channel where
 * @param published publications; an estimate if there were more than a sample holds
 */
public record PublisherTraffic(String user, String client, String channel, long published) {}
