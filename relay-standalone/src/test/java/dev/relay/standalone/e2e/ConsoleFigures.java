package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the console in a browser under load, and prints it; not part of the build:
 *
 * <pre>mvn -B verify -pl relay-standalone -am -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=ConsoleFigures
 *     -Dfailsafe.failIfNoSpecifiedTests=false -Drelay.console.minutes=10 -Drelay.console.rate=5000</pre>
 */
class ConsoleFigures {
    private static final int MINUTES = Integer.getInteger("relay.console.minutes", 1);
    private static final int PER_SECOND = Integer.getInteger("relay.console.rate", 5000);
    private static final int CLIENTS = Integer.getInteger("relay.console.clients", 200);
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final List<String> PAGES = List.of("flow", "traffic", "channels", "node");

    /** Milliseconds until the page shows what the server has told. */
    private static final String FIRST_VIEW = "const done = arguments[0]; const look = () => document.querySelector("
            + "'#connection-state .good') ? done(performance.now()) : requestAnimationFrame(look); look()";

    private static final String FRAMES =
            "const [millis, done] = arguments; let frames = 0, longest = 0, last = performance.now();"
                    + "const end = last + millis; const frame = now => { frames++; longest = Math.max(longest, now - last); last = now;"
                    + "now < end ? requestAnimationFrame(frame) : done([frames / millis * 1000, longest]) }; requestAnimationFrame(frame)";

    @Test
    void what_the_console_takes_of_a_browser(@TempDir Path directory) {
        try (ConsoleSite site = ConsoleSite.open(directory)) {
            Chromium browser = site.browser();
            browser.screen(1440, 900, "dark");
            site.logIn(ConsoleSite.ADMIN);
            firstViews(site);
            try (ConsoleLoad load = ConsoleLoad.start(site.relay(), CLIENTS, PER_SECOND)) {
                site.open("#/flow");
                long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
                long before = load.received();
                long beforeNanos = System.nanoTime();
                for (int i = 0; System.nanoTime() < end; i++) {
                    String page = PAGES.get(i % PAGES.size());
                    browser.run("location.hash = '#/" + page + "'");
                    List<?> frames = (List<?>) Objects.requireNonNull(browser.runLong(FRAMES, WINDOW.toMillis()));
                    double seconds = (System.nanoTime() - beforeNanos) / 1e9;
                    System.out.printf(
                            Locale.ROOT,
                            "%-8s %5.1f frames/s, longest %4.0f ms, heap %5.1f MiB after collection; %,.0f deliveries/s%n",
                            page,
                            ((Number) frames.get(0)).doubleValue(),
                            ((Number) frames.get(1)).doubleValue(),
                            heap(browser) / 1048576.0,
                            (load.received() - before) / seconds);
                }
                assertThat(load.received()).isPositive();
            }
        }
    }

    private static void firstViews(ConsoleSite site) {
        List<Long> cold = new ArrayList<>();
        List<Long> warm = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            site.browser().driver().executeCdpCommand("Network.clearBrowserCache", Map.of());
            cold.add(firstView(site));
            warm.add(firstView(site));
        }
        System.out.printf("first view, ms: without cache %s, with cache %s%n", sorted(cold), sorted(warm));
    }

    private static long firstView(ConsoleSite site) {
        site.browser().open(site.url("#/flow"));
        return ((Number) Objects.requireNonNull(site.browser().runLong(FIRST_VIEW))).longValue();
    }

    private static List<Long> sorted(List<Long> millis) {
        return millis.stream().sorted().toList();
    }

    private static double heap(Chromium browser) {
        browser.driver().executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
        Object bytes = browser.driver()
                .executeCdpCommand("Runtime.getHeapUsage", Map.of())
                .get("usedSize");
        return ((Number) Objects.requireNonNull(bytes)).doubleValue();
    }
}
