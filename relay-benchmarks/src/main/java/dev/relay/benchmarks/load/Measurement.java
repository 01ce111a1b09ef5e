package dev.relay.benchmarks.load;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a workload against one server gave. Figures that a workload does not have are absent.
 *
 * @param tally what went wrong; only a clean one counts
 * @param fault why the run could not be finished, or null
 */
record Measurement(
        String server,
        String workload,
        int repetition,
        String java,
        Map<Figure, Double> figures,
        Tally tally,
        @Nullable String fault) {

    boolean isClean() {
        return fault == null && tally.isClean();
    }

    /** One line of JSON. */
    String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("server", server);
        fields.put("workload", workload);
        fields.put("repetition", repetition);
        fields.put("java", java);
        figures.forEach((figure, value) -> fields.put(figure.field(), value));
        fields.put("lost", tally.lost());
        fields.put("duplicated", tally.duplicated());
        fields.put("reordered", tally.reordered());
        fields.put("corrupted", tally.corrupted());
        if (fault != null) {
            fields.put("fault", fault);
        }
        return Json.object(fields);
    }
}
