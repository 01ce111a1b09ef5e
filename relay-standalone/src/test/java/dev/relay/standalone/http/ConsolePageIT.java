package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Health;
import dev.relay.RelayClock;
import dev.relay.standalone.api.ApiAccess;
import dev.relay.standalone.api.ServerApi;
import dev.relay.standalone.config.Arguments;
import dev.relay.standalone.config.ConfigurationReader;
import dev.relay.standalone.console.Console;
import dev.relay.websocket.TrustedProxies;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console's files as they go over the wire; what they do in a browser is tested in {@code e2e}. */
class ConsolePageIT {
    private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"\\./(assets/[^\"]+)\"");
    private static final Pattern IMPORT = Pattern.compile("\\b(?:from|import)\\s*\"([./@\\w-]+)\"");

    private final Console console = new Console(
            ConfigurationReader.read(Arguments.parse(), Map.of(), Path.of("target")), "0.1.0", RelayClock.system());
    private final HttpSide side = HttpSide.open(
            "127.0.0.1",
            0,
            64,
            Monitoring.of(() -> new Health(Health.State.READY, "")),
            new ApiOptions(new ServerApi(() -> null), ApiAccess.open(), 1024, ServerApi.ErrorMode.DEFAULT),
            new ConsoleOptions(console, TrustedProxies.of(List.of())));
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @AfterEach
    void close() {
        side.close();
        console.close();
    }

    private HttpResponse<byte[]> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + side.port() + path))
                .method(method, BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private String text(String path) throws Exception {
        HttpResponse<byte[]> response = send("GET", path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console"})
    void whoever_comes_to_the_front_door_is_led_to_the_console(String path) throws Exception {
        HttpResponse<byte[]> response = send("GET", path);

        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(URI.create("http://h" + path).resolve(header(response, "Location")))
                .isEqualTo(URI.create("http://h/console/"));
    }

    @Test
    void the_page_names_files_that_are_there_and_so_do_they() throws Exception {
        List<String> assets = ASSET.matcher(text("/console/"))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();

        assertThat(assets).hasSizeGreaterThan(20);
        for (String asset : assets) {
            String content = text("/console/" + asset);
            if (asset.endsWith(".js")) {
                assertThat(IMPORT.matcher(content).results().map(found -> found.group(1)))
                        .as(asset)
                        .allSatisfy(module -> assertThat(assets).contains(module.replace("./", "assets/")));
            }
        }
    }

    @Test
    void the_page_may_do_nothing_but_what_it_needs() throws Exception {
        HttpResponse<byte[]> response = send("GET", "/console/");

        assertThat(header(response, "Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                        + "connect-src 'self' ws://127.0.0.1:* wss://127.0.0.1:*; base-uri 'none'; form-action 'none'; "
                        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html");
        assertThat(header(response, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(response, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(response, "Permissions-Policy")).contains("camera=()");
        assertThat(header(response, "X-Frame-Options")).isEqualTo("DENY");
        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .doesNotContain("<style", "style=", "<script>", " onload", "http://", "https://");
    }

    /** The JDK's client does not let its caller choose the host. */
    @Test
    void what_a_client_says_for_a_host_does_not_come_into_the_policy_as_it_is() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", side.port())) {
            socket.setSoTimeout(20_000);
            String request = "GET /console/ HTTP/1.1\r\nHost: evil'*;script-src\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("evil");
        }
    }

    @Test
    void files_with_their_hash_in_the_name_are_kept_for_ever_and_the_page_is_asked_for_again() throws Exception {
        assertThat(header(send("GET", "/console/" + oneScript()), "Cache-Control"))
                .isEqualTo("public, max-age=31536000, immutable");

        HttpResponse<byte[]> page = send("GET", "/console/");
        HttpResponse<byte[]> again = send("GET", "/console/", "If-None-Match", header(page, "ETag"));
        HttpResponse<byte[]> other = send("GET", "/console/", "If-None-Match", "\"other\"");

        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(other.statusCode()).isEqualTo(200);
    }

    @Test
    void whoever_takes_gzip_gets_the_same_compressed() throws Exception {
        String script = oneScript();
        HttpResponse<byte[]> plain = send("GET", "/console/" + script);
        HttpResponse<byte[]> compressed = send("GET", "/console/" + script, "Accept-Encoding", "br, gzip");

        assertThat(header(plain, "Content-Encoding")).isEmpty();
        assertThat(header(compressed, "Content-Encoding")).isEqualTo("gzip");
        assertThat(header(compressed, "Vary")).isEqualTo("Accept-Encoding");
        assertThat(header(compressed, "ETag")).isNotEqualTo(header(plain, "ETag"));
        assertThat(header(plain, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(unzipped(compressed.body())).isEqualTo(plain.body());
    }

    @Test
    void head_says_the_same_without_the_content() throws Exception {
        HttpResponse<byte[]> head = send("HEAD", "/console/");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "Content-Length")).isEqualTo(header(send("GET", "/console/"), "Content-Length"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/nope",
                "/console/files",
                "/console/assets",
                "/console/../health2",
                "/console/%2e%2e/x",
                "/console/index.html.gz"
            })
    void there_is_nothing_else(String path) throws Exception {
        assertThat(send("GET", path).statusCode()).isBetween(400, 404);
    }

    @Test
    void it_is_there_to_be_read_only() throws Exception {
        HttpResponse<byte[]> response = send("POST", "/console/");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(header(response, "Allow")).isEqualTo("GET, HEAD");
        assertThat(send("DELETE", "/").statusCode()).isEqualTo(405);
    }

    private String oneScript() throws Exception {
        return ASSET.matcher(text("/console/"))
                .results()
                .map(found -> found.group(1))
                .filter(name -> name.startsWith("assets/app-"))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] unzipped(byte[] content) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return in.readAllBytes();
        }
    }
}
