package dev.relay.benchmarks.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of it.
 *
 * @param attacks for each kind, its name, how many connections it opened and how many of them the server ended
 * @param ended good connections that the server ended
 * @param fault why it could not be finished, or null
 */
record AttackOutcome(
        AttackPlan plan,
        List<AttackPhase> phases,
        List<String> attacks,
        Tally tally,
        int ended,
        @Nullable String fault) {
    private static final double MIB = 1 << 20;

    boolean isClean() {
        return fault == null && ended == 0 && tally.isClean();
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%s: %s, %d hostile connections, %d s each phase.%n%n",
                plan.server(),
                plan.workload().title(),
                plan.hostile(),
                plan.seconds()));
        text.append("| phase | p50, µs | p99, µs | p99.9, µs | max, µs | p99 to before | server, cores "
                + "| resident, MiB | heap, MiB | threads | descriptors |\n");
        text.append("| --- |").append(" ---: |".repeat(10)).append('\n');
        for (AttackPhase phase : phases) {
            row(text, phase);
        }
        text.append("\nGood subscribers: lost/dup/reordered ")
                .append(tally)
                .append(", connections ended ")
                .append(ended);
        text.append(fault == null ? ".\n" : ". NOT FINISHED: " + fault + "\n");
        text.append("\n| attack | connections opened | ended by the server |\n| --- | ---: | ---: |\n");
        for (String attack : attacks) {
            text.append("| ").append(attack.replace(" ", " | ")).append(" |\n");
        }
        return text.toString();
    }

    /** A line for each phase. */
    String json() {
        StringBuilder lines = new StringBuilder();
        for (AttackPhase phase : phases) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("server", plan.server());
            fields.put("kinds", String.join(",", plan.kinds()));
            fields.put("hostile", plan.hostile());
            fields.put("good", plan.good());
            fields.put("phase", phase.name());
            fields.put(Figure.P50.field(), phase.latency().p50());
            fields.put(Figure.P99.field(), phase.latency().p99());
            fields.put(Figure.P999.field(), phase.latency().p999());
            fields.put(Figure.MAX.field(), phase.latency().max());
            fields.put("server_cores", phase.cores());
            fields.put("resident_bytes", phase.most().residentBytes());
            fields.put("heap_bytes", phase.most().heapBytes());
            fields.put("threads", phase.most().threads());
            fields.put("descriptors", phase.most().descriptors());
            fields.put("lost", tally.lost());
            fields.put("duplicated", tally.duplicated());
            fields.put("reordered", tally.reordered());
            fields.put("corrupted", tally.corrupted());
            fields.put("good_ended", ended);
            lines.append(Json.object(fields)).append('\n');
        }
        return lines.toString();
    }

    private void row(StringBuilder text, AttackPhase phase) {
        Meter.Latency latency = phase.latency();
        AttackPhase.Footprint most = phase.most();
        text.append(String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f | %,.0f | %,.0f | %.2f | %.2f | %.0f | %.0f | %d | %d |%n",
                phase.name(),
                latency.p50(),
                latency.p99(),
                latency.p999(),
                latency.max(),
                latency.p99() / phases.get(0).latency().p99(),
                phase.cores(),
                most.residentBytes() / MIB,
                most.heapBytes() / MIB,
                most.threads(),
                most.descriptors()));
    }
}
