package dev.relay.standalone.console;

import dev.relay.ClientInfo;
import dev.relay.Publication;
import dev.relay.journal.ConnectionEvent;
import dev.relay.standalone.api.JsonOutput;
import dev.relay.watch.SeenPublication;
import dev.relay.watch.WatchReport;
import dev.relay.watch.Watcher;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells a page what it has asked to see: at once when there is something, else once a second that there was nothing.
 *
 * <p><b>Threading.</b> As {@link Watcher}.
 */
final class TrafficWatcher implements Watcher {
    private static final long QUIET_MICROS = TimeUnit.SECONDS.toMicros(1);

    private final boolean messages;
    private final Consumer<byte[]> page;

    // since the page was told last
    private long fromMicros;
    private long published;
    private long examined;
    private long matching;
    private long eventsSeen;

    TrafficWatcher(boolean messages, Consumer<byte[]> page) {
        this.messages = messages;
        this.page = page;
    }

    @Override
    public void report(WatchReport report) {
        if (fromMicros == 0) {
            fromMicros = report.fromMicros();
        }
        published += report.published();
        examined += report.examined();
        matching += report.matching();
        eventsSeen += report.eventsSeen();
        List<SeenPublication> seen = messages ? report.publications() : List.of();
        if (seen.isEmpty() && report.events().isEmpty() && report.toMicros() - fromMicros < QUIET_MICROS) {
            return;
        }
        page.accept(JsonOutput.document(out -> out.beginObject()
                .number("from", fromMicros)
                .number("to", report.toMicros())
                .number("published", published)
                .number("examined", examined)
                .number("matching", matching)
                .list("messages", seen, TrafficWatcher::write)
                .number("events_seen", eventsSeen)
                .list("events", report.events(), TrafficWatcher::write)
                .endObject()));
        fromMicros = report.toMicros();
        published = 0;
        examined = 0;
        matching = 0;
        eventsSeen = 0;
    }

    private static void write(JsonOutput out, SeenPublication seen) {
        Publication publication = seen.publication();
        ClientInfo info = publication.info();
        out.beginObject()
                .text("channel", seen.channel())
                .number("offset", publication.offset())
                .text("epoch", publication.position().epoch())
                .number("time", publication.timeMicros())
                .text("user", info == null ? "" : info.user())
                .text("client", info == null ? "" : info.client())
                .map("tags", Preview.tags(publication.tags()), JsonOutput::element)
                .number("size", publication.data().size());
        Preview.of(publication.data()).write(out);
        out.number("recipients", seen.recipients())
                .number("latency_us", seen.latencyMicros())
                .endObject();
    }

    private static void write(JsonOutput out, ConnectionEvent event) {
        out.beginObject()
                .number("time", event.timeMicros())
                .text("kind", event.kind().text())
                .text("user", event.user())
                .text("client", event.client())
                .text("channel", event.channel())
                .text("address", event.address())
                .text("sdk", event.sdk())
                .text("sdk_version", event.sdkVersion())
                .number("code", event.code())
                .text("reason", event.reason())
                .endObject();
    }
}
