package dev.relay.watch;

import dev.relay.journal.ConnectionEvent;
import java.util.List;

/**
 * What a watch has seen in one interval, over all shards.
 *
 * <p>Totals are exact, and so are the figures of each channel. Publishers and publications are a sample, each publication
 * with the same chance, if there were more than fit.
 *
 * @param fromMicros begin of the interval, microseconds since 1970-01-01 UTC
 * @param toMicros its end
 * @param published publications to all channels that are not left out
 * @param bytes of their payloads
 * @param deliveries each of them times the subscribers of its channel; who follows a pattern is not counted
 * @param matching publications found to be what was asked for
 * @param examined publications that were looked at for that: less than {@code published} when looking for a text took too
 *     long
 * @param activeChannels channels with publications among those that were asked for; at least so many if that is more than
 *     {@value #MAX_COUNTED} for each shard
 * @param channels those of them with the most publications and deliveries, most first
 * @param publishers who published most of what was asked for, most first
 * @param publications some of what was asked for, oldest first
 * @param eventsSeen connection events of the kinds and of the user and channels that were asked for
 * @param events some of them, oldest first
 */
public record WatchReport(
        long fromMicros,
        long toMicros,
        long published,
        long bytes,
        long deliveries,
        long matching,
        long examined,
        long activeChannels,
        List<ChannelTraffic> channels,
        List<PublisherTraffic> publishers,
        List<SeenPublication> publications,
        long eventsSeen,
        List<ConnectionEvent> events) {
    /** Channels of one shard that are told apart in an interval. */
    public static final int MAX_COUNTED = 10_000;

    public WatchReport {
        channels = List.copyOf(channels);
        publishers = List.copyOf(publishers);
        publications = List.copyOf(publications);
        events = List.copyOf(events);
    }
}
