package dev.relay.internal.watch;

import dev.relay.ClientInfo;
import dev.relay.Publication;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import dev.relay.journal.Glob;
import dev.relay.watch.SeenPublication;
import dev.relay.watch.WatchQuery;
import dev.relay.watch.WatchReport;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one watch sees on one shard.
 *
 * <p>A publication costs a look into a table, and more only if it is sampled. Globs are asked once for each channel and
 * interval. Searching for a text is given so many bytes an interval; what comes later counts as not examined.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
public final class ShardWatch {
    private static final int PUBLISHERS_SAMPLED = 512;
    private static final long SEARCHED_BYTES_PER_SECOND = 4 << 20;
    private static final long SAMPLED_BYTES = 4 << 20; // what a report may hold in memory, for each shard

    private final WatchQuery query;
    private final Predicate<String> wantedChannel;
    private final Predicate<String> leftOut;
    private final TextSearch text;
    private final long searchedBytesPerInterval;
    private final Reservoir<SeenPublication> publications;
    private final Reservoir<Part.Published> publishers;
    private final Reservoir<ConnectionEvent> events;
    private Map<String, Tally> tallies = new HashMap<>();
    private long fromMicros;
    private long published;
    private long bytes;
    private long deliveries;
    private long matching;
    private long examined;
    private long searchedBytes;
    private long sampledBytes;

    /** @param seed of what is drawn for the samples */
    public ShardWatch(WatchQuery query, long nowMicros, long seed) {
        this.query = query;
        this.fromMicros = nowMicros;
        this.wantedChannel = query.channels().isEmpty() ? channel -> true : Glob.compile(query.channels())::matches;
        this.leftOut = query.except().isEmpty() ? channel -> false : Glob.compile(query.except())::matches;
        this.text = new TextSearch(query.text());
        this.searchedBytesPerInterval =
                SEARCHED_BYTES_PER_SECOND * query.interval().toMillis() / 1000;
        this.publications = new Reservoir<>(query.samples(), seed);
        this.publishers = new Reservoir<>(query.top() == 0 ? 0 : PUBLISHERS_SAMPLED, seed + 1);
        this.events = new Reservoir<>(query.samples(), seed + 2);
    }

    /** Kinds of events that it wants to see. */
    Set<EventKind> wanted() {
        return query.events();
    }

    void published(String channel, Publication publication, int recipients, long nowMicros) {
        Tally tally = tally(channel);
        if (tally.isLeftOut) {
            return;
        }
        int size = publication.data().size();
        published++;
        bytes += size;
        deliveries += recipients;
        if (!tally.isWanted) {
            examined++;
            return;
        }
        tally.published++;
        tally.bytes += size;
        tally.deliveries += recipients;
        tally.subscribers = recipients;
        if (isOfUser(publication.info()) && isExamined(size)) {
            examined++;
            if (text.isTrivial() || text.isIn(publication.data())) {
                matching++;
                sample(channel, publication, recipients, nowMicros);
            }
        }
    }

    /** That of a channel; beyond a limit, one that is thrown away. */
    private Tally tally(String channel) {
        Tally known = tallies.get(channel);
        if (known == null) {
            known = new Tally(channel, wantedChannel.test(channel), leftOut.test(channel));
            if (tallies.size() < WatchReport.MAX_COUNTED) {
                tallies.put(channel, known);
            }
        }
        return known;
    }

    private boolean isOfUser(@Nullable ClientInfo info) {
        if (query.user().isEmpty() || info != null && info.user().equals(query.user())) {
            return true;
        }
        examined++;
        return false;
    }

    private boolean isExamined(int size) {
        if (text.isTrivial()) {
            return true;
        }
        if (searchedBytes >= searchedBytesPerInterval) {
            return false;
        }
        searchedBytes += size;
        return true;
    }

    private void sample(String channel, Publication publication, int recipients, long nowMicros) {
        int place = publishers.place();
        if (place >= 0) {
            ClientInfo info = publication.info();
            publishers.put(
                    place,
                    new Part.Published(info == null ? "" : info.user(), info == null ? "" : info.client(), channel));
        }
        place = publications.place();
        int size = publication.data().size();
        if (place >= 0 && sampledBytes + size <= SAMPLED_BYTES) {
            long latency = Math.max(0, nowMicros - publication.timeMicros());
            SeenPublication before =
                    publications.put(place, new SeenPublication(channel, publication, recipients, latency));
            sampledBytes +=
                    size - (before == null ? 0 : before.publication().data().size());
        }
    }

    void event(ConnectionEvent event) {
        if (!query.events().contains(event.kind())
                || !query.user().isEmpty() && !event.user().equals(query.user())
                || !event.channel().isEmpty()
                        && (!wantedChannel.test(event.channel()) || leftOut.test(event.channel()))) {
            return;
        }
        int place = events.place();
        if (place >= 0) {
            events.put(place, event);
        }
    }

    /** What has been seen, which nobody here touches any more; from now on it is looked at anew. */
    public Part take(long nowMicros) {
        Part part = new Part(
                fromMicros,
                nowMicros,
                published,
                bytes,
                deliveries,
                matching,
                examined,
                tallies.values(),
                publishers.take(),
                publications.take(),
                events.seen(),
                events.take());
        tallies = new HashMap<>();
        fromMicros = nowMicros;
        published = bytes = deliveries = matching = examined = searchedBytes = sampledBytes = 0;
        return part;
    }
}
