package dev.relay.standalone.console;

import dev.relay.BucketCounts;
import dev.relay.RelayMetric;
import dev.relay.standalone.api.JsonOutput;
import dev.relay.standalone.metrics.Figures;
import dev.relay.watch.ChannelTraffic;
import dev.relay.watch.PublisherTraffic;
import dev.relay.watch.WatchReport;
import dev.relay.watch.Watcher;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells all pages what flows through the node.
 *
 * <p><b>Threading.</b> As {@link Watcher}.
 */
final class FlowWatcher implements Watcher {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Figures figures;
    private final Consumer<byte[]> pages;
    private @Nullable BucketCounts batches;
    private @Nullable BucketCounts commits;

    FlowWatcher(Figures figures, Consumer<byte[]> pages) {
        this.figures = figures;
        this.pages = pages;
        batches = figures.counts(RelayMetric.JOURNAL_BATCH);
        commits = figures.counts(RelayMetric.JOURNAL_COMMIT);
    }

    @Override
    public void report(WatchReport report) {
        pages.accept(JsonOutput.document(out -> out.beginObject()
                .number("from", report.fromMicros())
                .number("to", report.toMicros())
                .number("published", report.published())
                .number("bytes", report.bytes())
                .number("deliveries", report.deliveries())
                .number("active_channels", report.activeChannels())
                .number("connections", (long) figures.number(RelayMetric.CONNECTIONS))
                .list("channels", report.channels(), FlowWatcher::write)
                .list("publishers", report.publishers(), FlowWatcher::write)
                .object("journal", this::journal)
                .endObject()));
    }

    private void journal(JsonOutput out) {
        BucketCounts batchesNow = figures.counts(RelayMetric.JOURNAL_BATCH);
        BucketCounts commitsNow = figures.counts(RelayMetric.JOURNAL_COMMIT);
        BucketCounts newBatches = since(batchesNow, batches);
        BucketCounts newCommits = since(commitsNow, commits);
        batches = batchesNow;
        commits = commitsNow;
        String state = figures.journalState();
        out.text("state", state == null ? "none" : state)
                .number("committed", newBatches == null ? 0 : newBatches.sum())
                .number("batches", newBatches == null ? 0 : newBatches.count())
                .number("commit_ms_p99", newCommits == null ? 0 : newCommits.quantile(0.99) / NANOS_PER_MILLI)
                .number("spool_publications", (long) figures.number(RelayMetric.SPOOL_PUBLICATIONS))
                .number("spool_bytes", (long) figures.number(RelayMetric.SPOOL_BYTES));
    }

    private static @Nullable BucketCounts since(@Nullable BucketCounts now, @Nullable BucketCounts before) {
        return now == null || before == null ? now : now.since(before);
    }

    private static void write(JsonOutput out, ChannelTraffic channel) {
        out.beginObject()
                .text("channel", channel.channel())
                .number("published", channel.published())
                .number("bytes", channel.bytes())
                .number("deliveries", channel.deliveries())
                .number("subscribers", channel.subscribers())
                .endObject();
    }

    private static void write(JsonOutput out, PublisherTraffic publisher) {
        out.beginObject()
                .text("user", publisher.user())
                .text("client", publisher.client())
                .text("channel", publisher.channel())
                .number("published", publisher.published())
                .endObject();
    }
}
