package dev.relay.standalone.e2e;

import java.nio.file.Path;
import java.util.stream.Collectors;

/** A Relay with passwords, tokens and namespaces, and a browser to look at its console with. */
final class ConsoleSite implements AutoCloseable {
    static final String ADMIN = "correct horse battery staple";
    static final String VIEWER = "only looking around here";
    static final String API_KEY = "the key of the server API";

    private static final String OPTIONS = "\"durability\":\"sync\",\"history_size\":10000,\"presence\":true,"
            + "\"allow_subscribe_for_client\":true,\"allow_publish_for_client\":true";

    private final RelaySettings settings;
    private RelayProcess relay;
    private final Chromium browser;

    private ConsoleSite(RelaySettings settings, RelayProcess relay, Chromium browser) {
        this.settings = settings;
        this.relay = relay;
        this.browser = browser;
    }

    static ConsoleSite open(Path directory) {
        Chromium browser = Chromium.started();
        try {
            RelaySettings settings = RelaySettings.in(directory)
                    .without("RELAY_INSECURE")
                    .with("RELAY_TOKEN_HMAC_SECRET", Jwt.SECRET)
                    .with("RELAY_API_KEY", API_KEY)
                    .with("RELAY_ADMIN_PASSWORD", ADMIN)
                    .with("RELAY_VIEWER_PASSWORD", VIEWER)
                    .with("RELAY_CHANNEL_DEFAULTS", "{" + OPTIONS + "}")
                    .with("RELAY_NAMESPACES", namespaces());
            settings = settings.with("RELAY_ALLOWED_ORIGINS", "http://127.0.0.1:" + settings.httpPort());
            return new ConsoleSite(settings, RelayProcess.ready(settings), browser);
        } catch (Throwable e) {
            browser.close();
            throw e;
        }
    }

    private static String namespaces() {
        return ConsoleLoad.NAMESPACES.stream()
                .map(name -> "{\"name\":\"" + name + "\"," + OPTIONS + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    RelayProcess relay() {
        return relay;
    }

    Chromium browser() {
        return browser;
    }

    String url(String hash) {
        return "http://127.0.0.1:" + settings.httpPort() + "/console/" + hash;
    }

    void logIn(String password) {
        browser.open(url(""));
        browser.type("relay-login-page input", password);
        browser.click("relay-login-page button");
        browser.element("#connection-state", "Live");
    }

    void logOut() {
        browser.click("#logout");
        browser.element("relay-login-page input");
    }

    /** Opens a page of the console and waits until it is connected. */
    void open(String hash) {
        browser.open(url(hash));
        browser.element("#connection-state", "Live");
    }

    void publish(String channel, String data) {
        RelayProcess.Answer answer = relay.post(
                "/api/publish?api_key=" + API_KEY.replace(" ", "%20"),
                "{\"channel\":\"" + channel + "\",\"data\":" + data + "}");
        if (answer.status() != 200 || answer.body().contains("\"error\"")) {
            throw new AssertionError(answer);
        }
    }

    /** Kills the server. */
    void outage() {
        relay.kill();
    }

    /** Starts it again in its old place. */
    void recovery() {
        relay = RelayProcess.ready(settings);
    }

    @Override
    public void close() {
        try {
            browser.close();
        } finally {
            relay.close();
        }
    }
}
