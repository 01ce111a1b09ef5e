package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every page of the console while two hundred clients talk. Pictures of the pages are in {@code target/console-pictures}; with
 * {@code -Drelay.console.rate=5000 -Drelay.console.watch=20000} they are those of the manual.
 */
@Timeout(300)
class ConsolePagesIT {
    private static final int CLIENTS = 200;
    private static final int PER_SECOND = Integer.getInteger("relay.console.rate", 300);
    private static final int WATCHED_MILLIS = Integer.getInteger("relay.console.watch", 1500);
    private static final Path PICTURES = Path.of("target", "console-pictures");

    /** What is on a page once it has its figures. */
    private static final Map<String, String> SIGNS = Map.of(
            "flow", "relay-picture canvas[aria-label*='delivered']",
            "flow?view=table", "relay-flow-page td a[href*='chat%3A1']",
            "traffic", "relay-traffic-page tr[data-row] a",
            "channels", "relay-channels-page tr[data-row] a",
            "channels/chat%3A1", "relay-channel-page tr[data-row]",
            "connections", "relay-connections-page tr[data-row]",
            "journal", "relay-journal-page tr[data-row] a",
            "node", "relay-node-page meter");

    private static ConsoleSite site;
    private static ConsoleLoad load;

    @BeforeAll
    static void open(@TempDir Path directory) {
        site = ConsoleSite.open(directory);
        site.logIn(ConsoleSite.ADMIN);
        load = ConsoleLoad.start(site.relay(), CLIENTS, PER_SECOND);
    }

    @AfterAll
    static void close() {
        if (load != null) {
            load.close();
        }
        if (site != null) {
            site.close();
        }
    }

    private static void show(String page, int width, int height, String theme) {
        site.browser().screen(width, height, theme);
        site.open("#/" + page);
        site.browser().element(Objects.requireNonNull(SIGNS.get(page)));
    }

    /** Lets time go by on the page, so that charts have something to show. */
    private static void watch() {
        site.browser()
                .await(
                        "the page was looked at for a while",
                        () -> Boolean.TRUE.equals(site.browser().run("return performance.now() > " + WATCHED_MILLIS)));
    }

    @ParameterizedTest
    @CsvSource({
        "flow, dark",
        "flow, light",
        "flow?view=table, dark",
        "flow?view=table, light",
        "traffic, dark",
        "traffic, light",
        "channels, dark",
        "channels, light",
        "channels/chat%3A1, dark",
        "channels/chat%3A1, light",
        "connections, dark",
        "connections, light",
        "journal, dark",
        "journal, light",
        "node, dark",
        "node, light"
    })
    void a_page_opens_under_load_fits_and_is_for_everybody(String page, String theme) {
        site.browser().errors();
        show(page, 1440, 900, theme);

        assertThat(site.browser().accessibilityFaults()).isEmpty();
        watch();
        assertThat(site.browser().overflow()).isZero();
        assertThat(site.browser().errors()).isEmpty();
        site.browser()
                .picture(PICTURES.resolve(page.replaceAll("[^a-z]+.*", "") + (page.contains("/") ? "-one" : "")
                        + (page.contains("?") ? "-table" : "") + "-" + theme + ".png"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flow",
                "flow?view=table",
                "traffic",
                "channels",
                "channels/chat%3A1",
                "connections",
                "journal",
                "node"
            })
    void a_page_fits_on_a_phone(String page) {
        site.browser().errors();
        show(page, 390, 844, "dark");

        assertThat(site.browser().overflow()).isZero();
        assertThat(site.browser().accessibilityFaults()).isEmpty();
        assertThat(site.browser().errors()).isEmpty();
        site.browser().picture(PICTURES.resolve(page.replaceAll("[^a-z]+", "-") + "-phone.png"));
    }
}
