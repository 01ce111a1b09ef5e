package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** What one does with the console. */
@Timeout(300)
class ConsoleIT {
    private final ConsoleSite site;
    private final Chromium browser;

    ConsoleIT(@TempDir Path directory) {
        site = ConsoleSite.open(directory);
        browser = site.browser();
    }

    @BeforeEach
    void logIn() {
        browser.screen(1440, 900, "dark");
        site.logIn(ConsoleSite.ADMIN);
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** Publishes a message again and again until the browser shows something. */
    private void publishUntil(String channel, String data, String what, Chromium.Check shown) {
        browser.await(what, () -> {
            site.publish(channel, data);
            return shown.holds();
        });
    }

    @Test
    void script_in_a_payload_is_shown_as_text() {
        String name = "chat:<img src=x onerror=window.hacked=1>";
        String data = "{\"text\":\"<script>window.hacked=1</script><img src=x onerror='window.hacked=1'>\"}";
        site.open("#/traffic");
        publishUntil(name, data, "the message is shown", () -> !browser.texts("relay-traffic-page tr[data-row]")
                .isEmpty());
        browser.element("relay-traffic-page tr[data-row] td:nth-child(5)", "<script>window.hacked=1</script>")
                .click();

        assertThat(browser.element("relay-payload pre").getText()).contains("<script>window.hacked=1</script>");
        browser.open(site.url("#/journal"));
        browser.element("relay-journal-page tr[data-row] td:nth-child(5)", "<script>window.hacked=1</script>");
        browser.open(site.url("#/channels/" + "chat%3A%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E"));
        browser.element("relay-channel-page tr[data-row]");

        assertThat(browser.element("h1").getText()).isEqualTo(name);
        assertThat(browser.run("return document.querySelectorAll('main img, main script').length"))
                .isEqualTo(0L);
        assertThat(browser.run("return window.hacked ?? null")).isNull();
    }

    @Test
    void traffic_is_narrowed_by_channel_text_and_kind() {
        site.open("#/traffic");
        browser.type("input[name=channels]", "chat:*");
        browser.type("input[name=text]", "needle");
        browser.click("button[data-kind=connect]");
        browser.await("the address remembers the filters", () -> String.valueOf(browser.run("return location.hash"))
                .matches(".*channels=chat.*text=needle.*kinds=message%2Cdisconnect.*"));
        publishUntil("orders:1", "{\"text\":\"needle\"}", "the wanted one is shown", () -> {
            site.publish("chat:1", "{\"text\":\"hay\"}");
            site.publish("chat:2", "{\"text\":\"a needle\"}");
            return !browser.texts("tr[data-row]").isEmpty();
        });

        assertThat(browser.texts("tr[data-row] td:nth-child(3)")).isNotEmpty().containsOnly("chat:2");
        assertThat(browser.element("#share").getText()).contains("messages/s");
    }

    @Test
    void paused_traffic_stands_still() {
        site.open("#/traffic");
        publishUntil(
                "chat:1", "1", "it flows", () -> browser.texts("tr[data-row]").size() > 2);
        browser.element("body").sendKeys(Keys.SPACE);
        browser.element("#pause[aria-pressed=true]");
        int before = browser.texts("tr[data-row]").size();
        publishUntil("chat:1", "2", "it says what is new", () -> browser.texts(".page-head button").stream()
                .anyMatch(text -> text.matches("\\d+ new")));

        assertThat(browser.texts("tr[data-row]")).hasSize(before);

        browser.click("#pause");
        browser.await("it goes on", () -> browser.texts("tr[data-row]").size() > before);
    }

    @Test
    void what_the_form_publishes_is_in_the_history() {
        String mark = UUID.randomUUID().toString();
        site.open("#/channels/chat%3Aform");
        browser.element("relay-channel-page", "The journal has nothing of this channel");
        browser.type("relay-publish textarea", "{\"n\": 12345678901234567890, \"mark\": \"" + mark + "\"}");
        browser.type("relay-publish input[name=tags]", "lang=en");
        browser.click("relay-publish button.primary");
        browser.element("relay-publish [role=status]", "Published with offset 1.");
        browser.element("relay-channel-page tr[data-row]", mark).click();

        assertThat(browser.element("relay-message relay-payload pre").getText())
                .contains(mark)
                .contains("12345678901234567890");
        assertThat(browser.element("relay-message dl").getText())
                .contains("lang")
                .contains("en");
    }

    @Test
    void data_that_is_no_json_is_not_published() {
        site.open("#/channels/chat%3Aform");
        browser.type("relay-publish textarea", "{hello}");
        browser.click("relay-publish button.primary");

        browser.element("relay-publish [role=alert]", "That is not JSON");
    }

    @Test
    void a_cut_off_payload_is_loaded_in_full() {
        site.open("#/traffic");
        String end = "the very end";
        String data = "\"" + "x".repeat(100_000) + end + "\"";
        publishUntil("chat:large", data, "it is shown", () -> !browser.texts("tr[data-row]")
                .isEmpty());
        browser.click("#pause");
        browser.click("tr[data-row] td:nth-child(5)");

        assertThat(browser.element("relay-payload pre").getText()).doesNotContain(end);

        browser.element("relay-message button", "Load all").click();
        browser.await("all of it is there", () -> browser.texts("relay-payload pre").stream()
                .anyMatch(text -> text.contains(end)));
    }

    @Test
    void the_password_opens_and_leaving_closes() {
        site.logOut();
        browser.type("relay-login-page input", "wrong");
        browser.click("relay-login-page button");
        browser.element("[role=alert]", "That is not the password");
        assertThat(browser.accessibilityFaults()).isEmpty();

        browser.type("relay-login-page input", ConsoleSite.ADMIN);
        browser.click("relay-login-page button");
        browser.element("#connection-state", "Live");
        site.logOut();
        browser.open(site.url("#/journal"));
        browser.element("relay-login-page input");
    }

    @Test
    void who_may_only_look_cannot_change_anything() {
        site.logOut();
        site.logIn(ConsoleSite.VIEWER);
        site.open("#/channels/chat%3A1");
        browser.element("relay-publish [role=status]", "Your role may not publish");

        assertThat(browser.element("relay-publish button.primary").isEnabled()).isFalse();
        assertThat(browser.element(".page-head button.danger").isEnabled()).isFalse();
    }

    @Test
    void an_outage_is_shown_and_survived() {
        site.open("#/flow");
        site.outage();
        browser.element("#disconnected", "Next attempt in");
        site.recovery();
        browser.await(
                "it is connected, or asks who one is",
                () -> !browser.texts("relay-login-page").isEmpty()
                        || browser.texts("#connection-state").contains("Live"));
        if (browser.texts("#connection-state").isEmpty()) {
            site.logIn(ConsoleSite.ADMIN); // sessions are in memory
        }

        assertThat(browser.texts("#disconnected")).isEmpty();
    }

    @Test
    void a_connection_is_seen_and_sent_away() {
        try (ConsoleLoad load = ConsoleLoad.start(site.relay(), 3, 1)) {
            site.open("#/connections");
            browser.element("tr[data-row] td", "ada-1").click();
            browser.click("#disconnect");
            browser.click("#confirm-yes");
            browser.await("it is gone", () -> browser.texts("tr[data-row] td:first-child").stream()
                    .noneMatch("ada-1"::equals));

            assertThat(browser.texts("tr[data-row] td:first-child")).contains("grace-1", "edsger-1");
        }
    }

    @Test
    void a_connection_that_is_not_let_in_is_listed() {
        try (RawWebSocket stranger = RawWebSocket.open(site.relay().port())) {
            stranger.send("{\"id\":1,\"connect\":{\"token\":\"no token\"}}");
            browser.await("it is listed", () -> {
                site.open("#/connections?show=refusals");
                return browser.texts("tr[data-row]").stream().anyMatch(text -> text.contains("invalid token"));
            });
        }
    }

    @Test
    void the_first_message_is_explained_where_nothing_flows() {
        site.open("#/flow");

        browser.element(".empty", "Publish a first message");
        assertThat(browser.accessibilityFaults()).isEmpty();
    }

    @Test
    void the_keyboard_is_enough() {
        site.open("#/flow");
        browser.element("body").sendKeys("?");
        browser.element("relay-shortcuts dialog[open]");
        assertThat(browser.accessibilityFaults()).isEmpty();
        browser.element("relay-shortcuts dialog button").sendKeys(Keys.ENTER);
        browser.element("body").sendKeys("3");
        browser.element("relay-channels-page");
        browser.element("body").sendKeys("/");
        browser.await(
                "the filter has the focus", () -> "pattern".equals(browser.run("return document.activeElement.name")));
        browser.run("document.activeElement.blur()");
        browser.element("body").sendKeys("t");

        assertThat(browser.run("return document.documentElement.dataset.theme")).isEqualTo("light");
        browser.run("localStorage.clear()");
    }
}
