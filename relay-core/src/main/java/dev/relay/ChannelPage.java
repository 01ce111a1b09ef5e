package dev.relay;

import java.util.SortedMap;

/**
 * Channels that have subscribers.
 *
 * @param subscribers how many, by name, in the order of names
 * @param nextCursor asks for what follows; {@code ""} if nothing does
 */
public record ChannelPage(SortedMap<String, Integer> subscribers, String nextCursor) {}
