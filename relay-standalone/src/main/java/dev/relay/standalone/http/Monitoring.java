package dev.relay.standalone.http;

import dev.relay.Health;
import dev.relay.standalone.metrics.Scrape;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the HTTP side tells those who look after a node.
 *
 * @param health asked for every health request, from any thread; must not block
 * @param details what {@code GET /health} says besides: JSON fields, each behind a comma; must not block
 * @param scrape what {@code GET /metrics} gives; {@code null}: there is none
 * @param metricsKey whoever wants to have that must know it; {@code null}: nobody must
 */
public record Monitoring(
        Supplier<Health> health,
        Supplier<String> details,
        @Nullable Scrape scrape,
        @Nullable String metricsKey) {
    /** Health and nothing else. */
    public static Monitoring of(Supplier<Health> health) {
        return new Monitoring(health, () -> "", null, null);
    }
}
