package dev.relay.standalone.console;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.relay.Health;
import dev.relay.RelayClock;
import dev.relay.RelayMetric;
import dev.relay.standalone.api.JsonOutput;
import dev.relay.standalone.api.ProcessFigures;
import dev.relay.standalone.metrics.Figures;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.OperatingSystemMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How the node is: its health, its figures, its process, its shards, and what an operator should do about it. What happens in a time
 * is counted from one report to the next.
 *
 * <p><b>Threading.</b> One thread.
 */
final class NodeReport {
    private static final double CROWDED = 0.8;

    private final Figures figures;
    private final Supplier<Health> health;
    private final RelayClock clock;
    private final List<String> standing;

    private long beforeNanos;
    private long cpuBefore;
    private double[] busyBefore = {};
    private double lostBefore;
    private double droppedBefore;
    private double slowBefore;

    /** @param standing what is to be said about the configuration, as long as it is so */
    NodeReport(Figures figures, Supplier<Health> health, RelayClock clock, List<String> standing) {
        this.figures = figures;
        this.health = health;
        this.clock = clock;
        this.standing = standing;
        read();
    }

    private record Warning(String what, String todo) {}

    private record Shard(int index, double load, long connections, long inbox) {}

    byte[] document() {
        Health now = health.get();
        double seconds = Math.max(1e-3, (clock.nanoTime() - beforeNanos) / 1e9);
        double cpu = (cpuNanos() - cpuBefore) / 1e9 / seconds;
        List<Shard> shards = shards(seconds);
        List<Warning> warnings = warnings(now);
        read();
        return JsonOutput.document(out -> out.beginObject()
                .number("time", clock.epochMicros())
                .object("health", each -> each.text("state", now.state().name().toLowerCase(Locale.ROOT))
                        .text("detail", now.detail()))
                .object("metrics", figures::write)
                .object("process", each -> process(each, cpu))
                .list("shards", shards, NodeReport::write)
                .list("warnings", warnings, NodeReport::write)
                .endObject());
    }

    private void read() {
        beforeNanos = clock.nanoTime();
        cpuBefore = cpuNanos();
        int shards = shardCount();
        busyBefore = new double[shards];
        for (int i = 0; i < shards; i++) {
            busyBefore[i] = figures.number(busy(i));
        }
        lostBefore = figures.number(RelayMetric.EVENTS_LOST);
        droppedBefore = figures.number(RelayMetric.OUTBOX_DROPPED);
        slowBefore = slow();
    }

    private int shardCount() {
        int count = 0;
        while (figures.has(busy(count))) {
            count++;
        }
        return count;
    }

    private static String busy(int shard) {
        return RelayMetric.SHARD_BUSY.metricName(Integer.toString(shard));
    }

    private double slow() {
        return figures.number(RelayMetric.CONNECTIONS_CLOSED.metricName("3008"));
    }

    private List<Shard> shards(double seconds) {
        List<Shard> shards = new ArrayList<>();
        for (int i = 0; i < busyBefore.length; i++) {
            String index = Integer.toString(i);
            double load = (figures.number(busy(i)) - busyBefore[i]) / 1e9 / seconds;
            shards.add(new Shard(
                    i,
                    Math.min(1, Math.max(0, load)),
                    (long) figures.number(RelayMetric.SHARD_CONNECTIONS.metricName(index)),
                    (long) figures.number(RelayMetric.SHARD_INBOX.metricName(index))));
        }
        return shards;
    }

    private static long cpuNanos() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.OperatingSystemMXBean process ? process.getProcessCpuTime() : 0;
    }

    private static void process(JsonOutput out, double cpu) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        out.number("cpu", Math.max(0, cpu))
                .number("rss", ProcessFigures.residentBytes())
                .number("heap_used", heap.getUsed())
                .number("heap_max", heap.getMax());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            out.number("open_files", unix.getOpenFileDescriptorCount())
                    .number("max_open_files", unix.getMaxFileDescriptorCount());
        }
        out.number("threads", ManagementFactory.getThreadMXBean().getThreadCount())
                .number(
                        "uptime_s",
                        TimeUnit.MILLISECONDS.toSeconds(
                                ManagementFactory.getRuntimeMXBean().getUptime()));
    }

    private List<Warning> warnings(Health now) {
        List<Warning> warnings = new ArrayList<>();
        standing.forEach(what -> warnings.add(new Warning(what, "")));
        if (!now.detail().isEmpty()) {
            warnings.add(new Warning(
                    now.detail(),
                    now.state() == Health.State.READY ? "see docs/outages.md" : "GET /health says so, too"));
        }
        warn(
                figures.number(RelayMetric.JOURNAL_WARNINGS) > 0,
                "the journal's database is not set up as it should be",
                "the log of the start says what to change",
                warnings);
        warn(
                figures.number(RelayMetric.SPOOL_BYTES) > CROWDED * figures.number(RelayMetric.SPOOL_MAX_BYTES),
                "the spool is nearly full: publications will be refused",
                "bring the database back, or raise spool_max_size",
                warnings);
        warn(
                figures.number(RelayMetric.EVENTS_LOST) > lostBefore,
                "connection events are lost: there are more than the journal takes",
                "log fewer kinds: log_events",
                warnings);
        warn(
                figures.number(RelayMetric.OUTBOX_DROPPED) > droppedBefore,
                "publications are dropped at subscribers that do not keep up",
                "see docs/slow-subscribers.md",
                warnings);
        warn(
                slow() > slowBefore,
                "subscribers are closed because they do not keep up (3008)",
                "see docs/slow-subscribers.md",
                warnings);
        process(warnings);
        return warnings;
    }

    private static void process(List<Warning> warnings) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        warn(
                heap.getMax() > 0 && heap.getUsed() > (1 - (1 - CROWDED) / 2) * heap.getMax(),
                "the heap is nearly full",
                "give the JVM more: -Xmx",
                warnings);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            warn(
                    unix.getOpenFileDescriptorCount() > CROWDED * unix.getMaxFileDescriptorCount(),
                    "most of the files that the process may open are open: new clients will be refused",
                    "raise the limit: ulimit -n, LimitNOFILE",
                    warnings);
        }
    }

    private static void warn(boolean holds, String what, String todo, List<Warning> warnings) {
        if (holds) {
            warnings.add(new Warning(what, todo));
        }
    }

    private static void write(JsonOutput out, Shard shard) {
        out.beginObject()
                .number("index", shard.index())
                .number("load", shard.load())
                .number("connections", shard.connections())
                .number("inbox", shard.inbox())
                .endObject();
    }

    private static void write(JsonOutput out, Warning warning) {
        out.beginObject()
                .text("what", warning.what())
                .text("todo", warning.todo())
                .endObject();
    }
}
