package dev.relay.internal.watch;

import dev.relay.journal.ConnectionEvent;
import dev.relay.watch.ChannelTraffic;
import dev.relay.watch.PublisherTraffic;
import dev.relay.watch.SeenPublication;
import dev.relay.watch.WatchQuery;
import dev.relay.watch.WatchReport;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What a watch has seen on one shard since it was asked before. The shard has let go of it: what it takes to make a report of
 * it costs the shard nothing.
 *
 * @param tallies of channels; a channel has one home, so no other part has the same
 * @param publishers from whom what was asked for came: a sample
 */
public record Part(
        long fromMicros,
        long toMicros,
        long published,
        long bytes,
        long deliveries,
        long matching,
        long examined,
        Collection<Tally> tallies,
        List<Published> publishers,
        List<SeenPublication> publications,
        long eventsSeen,
        List<ConnectionEvent> events) {

    /** One publication of a publisher. */
    record Published(String user, String client, String channel) {}

    /** All shards together. */
    public static WatchReport report(List<Part> parts, WatchQuery query) {
        List<Tally> active = parts.stream()
                .flatMap(part -> part.tallies.stream())
                .filter(tally -> tally.published > 0)
                .toList();
        return new WatchReport(
                parts.stream().mapToLong(Part::fromMicros).min().orElse(0),
                parts.stream().mapToLong(Part::toMicros).max().orElse(0),
                sum(parts, Part::published),
                sum(parts, Part::bytes),
                sum(parts, Part::deliveries),
                sum(parts, Part::matching),
                sum(parts, Part::examined),
                active.size(),
                busiest(active, query.top()),
                busiestPublishers(parts, query.top()),
                sample(
                        parts,
                        Part::publications,
                        Part::matching,
                        query.samples(),
                        Comparator.comparingLong(seen -> seen.publication().timeMicros())),
                sum(parts, Part::eventsSeen),
                sample(
                        parts,
                        Part::events,
                        Part::eventsSeen,
                        query.samples(),
                        Comparator.comparingLong(ConnectionEvent::timeMicros)));
    }

    private static long sum(List<Part> parts, ToLongFunction<Part> figure) {
        return parts.stream().mapToLong(figure).sum();
    }

    private static List<ChannelTraffic> busiest(List<Tally> active, int top) {
        return active.stream()
                .sorted(Comparator.comparingLong(Tally::weight)
                        .reversed()
                        .thenComparing(
                                tally -> tally.channel)) // or equal ones would change places from report to report
                .limit(top)
                .map(Tally::traffic)
                .toList();
    }

    /** Each publication of a sample stands for as many as its shard has seen for each that it has kept. */
    private static List<PublisherTraffic> busiestPublishers(List<Part> parts, int top) {
        Map<Published, Double> estimates = new HashMap<>();
        for (Part part : parts) {
            double each = (double) part.matching / Math.max(1, part.publishers.size());
            part.publishers.forEach(one -> estimates.merge(one, each, Double::sum));
        }
        return estimates.entrySet().stream()
                .map(entry -> new PublisherTraffic(
                        entry.getKey().user(),
                        entry.getKey().client(),
                        entry.getKey().channel(),
                        Math.round(entry.getValue())))
                .sorted(Comparator.comparingLong(PublisherTraffic::published)
                        .reversed()
                        .thenComparing(PublisherTraffic::channel)
                        .thenComparing(PublisherTraffic::client))
                .limit(top)
                .toList();
    }

    /** From each shard in proportion to what it has seen, since the samples of all may be more than fit. */
    private static <T> List<T> sample(
            List<Part> parts,
            Function<Part, List<T>> sampled,
            ToLongFunction<Part> seen,
            int most,
            Comparator<T> order) {
        long all = sum(parts, seen);
        return parts.stream()
                .flatMap(part -> {
                    List<T> kept = sampled.apply(part);
                    long share = all <= most ? kept.size() : Math.round((double) most * seen.applyAsLong(part) / all);
                    return kept.stream().limit(share);
                })
                .sorted(order)
                .limit(most)
                .toList();
    }
}
