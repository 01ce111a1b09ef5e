package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets into the console, by HTTP. */
@Timeout(120)
class ConsoleLoginIT {
    private static String[] with(String[] session, String... more) {
        return Stream.concat(Stream.of(session), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void each_password_opens_its_role() {
        try (ConsoleServer server = ConsoleServer.start()) {
            assertThat(server.get("/console/session").body()).contains("\"login\":true", "\"role\":null");

            HttpResponse<String> admin = server.login(ConsoleServer.ADMIN);
            assertThat(admin.statusCode()).isEqualTo(200);
            assertThat(admin.body()).isEqualTo("{\"role\":\"admin\"}");
            assertThat(admin.headers().firstValue("Set-Cookie").orElseThrow())
                    .matches("relay_session=[-_A-Za-z0-9]{43}; Path=/; HttpOnly; SameSite=Strict");
            assertThat(admin.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(server.get("/console/session", "Cookie", ConsoleServer.cookie(admin))
                            .body())
                    .contains("\"role\":\"admin\"", "\"version\":\"0.1.0\"", "\"node\":\"node-1\"")
                    .contains("\"websocket\":\"ws://127.0.0.1:" + server.clientPort() + "/connection/websocket\"");

            assertThat(server.login(ConsoleServer.VIEWER).body()).isEqualTo("{\"role\":\"viewer\"}");
        }
    }

    @Test
    void a_wrong_password_opens_nothing() {
        try (ConsoleServer server = ConsoleServer.start()) {
            for (String wrong : List.of("", "x", ConsoleServer.ADMIN + " ", "x".repeat(2000))) {
                HttpResponse<String> response = server.login(wrong);
                assertThat(response.statusCode()).isEqualTo(401);
                assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
            }
        }
        try (ConsoleServer server = ConsoleServer.start()) {
            assertThat(server.post("/console/login", "not JSON").statusCode()).isEqualTo(400);
            assertThat(server.post("/console/login", "{\"password\":1}").statusCode())
                    .isEqualTo(400);
            assertThat(server.post("/console/login", "x".repeat(10_000)).statusCode())
                    .isEqualTo(413);
            assertThat(server.get("/console/login").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void a_storm_of_passwords_is_turned_away_and_others_are_served() {
        try (ConsoleServer server = ConsoleServer.start()) {
            String[] session = server.session(ConsoleServer.ADMIN);
            List<CompletableFuture<Integer>> storm = IntStream.range(0, 300)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> server.login("guess " + i, "X-Forwarded-For", "198.51.100.7")
                                    .statusCode()))
                    .toList();
            HttpResponse<String> meanwhile = server.post("/api/info", "{}", session);
            List<Integer> answers = storm.stream().map(CompletableFuture::join).toList();

            assertThat(meanwhile.statusCode()).isEqualTo(200);
            assertThat(answers).containsOnly(401, 429);
            assertThat(Collections.frequency(answers, 401)).isLessThanOrEqualTo(30);
            HttpResponse<String> refused = server.login(ConsoleServer.ADMIN, "X-Forwarded-For", "198.51.100.7");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Long.parseLong(
                            refused.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(1L, 20L);
            assertThat(server.login(ConsoleServer.ADMIN, "X-Forwarded-For", "198.51.100.8")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_forged_cookie_is_nobodys() {
        try (ConsoleServer server = ConsoleServer.start()) {
            String real = server.session(ConsoleServer.ADMIN)[1];
            String random = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
            for (String forged : List.of(
                    "relay_session=" + random, "relay_session=", "relay_session", "=;;,\"", real + "A", "x" + real)) {
                String[] cookie = {"Cookie", forged};
                assertThat(server.post("/api/info", "{}", cookie).statusCode())
                        .as(forged)
                        .isEqualTo(401);
                assertThat(server.post("/console/ticket", "{}", cookie).statusCode())
                        .isEqualTo(401);
                assertThat(server.get("/console/configuration", cookie).statusCode())
                        .isEqualTo(401);
                assertThat(server.get("/console/session", cookie).body()).contains("\"role\":null");
            }
        }
    }

    @Test
    void a_page_of_another_site_cannot_use_the_cookie() {
        try (ConsoleServer server = ConsoleServer.start()) {
            String[] session = server.session(ConsoleServer.ADMIN);
            String own = "http://127.0.0.1:" + server.port();
            for (String path : List.of("/api/info", "/api/disconnect", "/console/ticket", "/console/logout")) {
                assertThat(server.post(path, "{}", with(session, "Origin", "https://evil.example"))
                                .statusCode())
                        .as(path)
                        .isEqualTo(403);
                assertThat(server.post(path, "{}", with(session, "Origin", "null"))
                                .statusCode())
                        .isEqualTo(403);
                // a form, or a request that needs no preflight, bears no mark
                assertThat(server.unmarked(path, "{}", with(session, "Origin", "https://evil.example"))
                                .statusCode())
                        .isIn(401, 403);
                assertThat(server.unmarked(path, "{}", session).statusCode()).isIn(401, 403);
            }
            assertThat(server.unmarked("/console/login", "{\"password\":\"" + ConsoleServer.ADMIN + "\"}")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(server.post("/api/info", "{}", with(session, "Origin", own))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.preflight("/api/publish", "https://evil.example")
                            .headers()
                            .map())
                    .doesNotContainKey("access-control-allow-origin");
            assertThat(server.get("/console/session", with(session, "Origin", "https://evil.example"))
                            .headers()
                            .map())
                    .doesNotContainKey("access-control-allow-origin");
        }
    }

    @Test
    void a_listed_page_is_served_from_elsewhere() {
        String ops = "https://ops.example.org";
        try (ConsoleServer server = ConsoleServer.start("--console-origins=" + ops)) {
            for (String path : List.of("/api/publish", "/console/login", "/console/session")) {
                HttpResponse<String> preflight = server.preflight(path, ops);
                assertThat(preflight.statusCode()).isEqualTo(204);
                assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                        .hasValue(ops);
                assertThat(preflight.headers().firstValue("Access-Control-Allow-Credentials"))
                        .hasValue("true");
                assertThat(preflight
                                .headers()
                                .firstValue("Access-Control-Allow-Headers")
                                .orElseThrow())
                        .contains("X-Relay-Console");
            }
            String[] session = server.session(ConsoleServer.ADMIN);
            HttpResponse<String> answer = server.post("/api/info", "{}", with(session, "Origin", ops));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue(ops);
            assertThat(answer.headers().firstValue("Vary").orElseThrow()).contains("Origin");
            assertThat(server.get("/console/session", with(session, "Origin", ops))
                            .body())
                    .doesNotContain("hint");
            assertThat(server.login("wrong", "Origin", ops).headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue(ops);
        }
    }

    @Test
    void the_cookie_is_for_tls_where_a_trusted_proxy_speaks_it() {
        try (ConsoleServer server = ConsoleServer.start("--console-endpoint=/ws")) {
            HttpResponse<String> login = server.login(ConsoleServer.ADMIN, "X-Forwarded-Proto", "https");
            assertThat(login.headers().firstValue("Set-Cookie").orElseThrow()).endsWith("; Secure");
            assertThat(server.get(
                                    "/console/session",
                                    "Cookie",
                                    ConsoleServer.cookie(login),
                                    "X-Forwarded-Proto",
                                    "https")
                            .body())
                    .contains("\"websocket\":\"wss://127.0.0.1:" + server.port() + "/ws\"");
        }
    }

    @Test
    void who_logs_out_is_out() {
        try (ConsoleServer server = ConsoleServer.start()) {
            String[] session = server.session(ConsoleServer.ADMIN);
            String[] other = server.session(ConsoleServer.ADMIN);

            HttpResponse<String> logout = server.post("/console/logout", "", session);

            assertThat(logout.statusCode()).isEqualTo(204);
            assertThat(logout.headers().firstValue("Set-Cookie").orElseThrow())
                    .contains("relay_session=;", "Max-Age=0");
            assertThat(server.post("/api/info", "{}", session).statusCode()).isEqualTo(401);
            assertThat(server.post("/console/ticket", "{}", session).statusCode())
                    .isEqualTo(401);
            assertThat(server.post("/api/info", "{}", other).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_viewer_looks_and_changes_nothing() {
        try (ConsoleServer server = ConsoleServer.start()) {
            String[] viewer = server.session(ConsoleServer.VIEWER);
            String[] admin = server.session(ConsoleServer.ADMIN);
            for (String method : List.of("info", "channels", "connections", "presence", "presence_stats", "history")) {
                assertThat(server.post("/api/" + method, "{\"channel\":\"a\"}", viewer)
                                .statusCode())
                        .as(method)
                        .isEqualTo(200);
            }
            for (String method : List.of(
                    "publish",
                    "broadcast",
                    "subscribe",
                    "unsubscribe",
                    "disconnect",
                    "refresh",
                    "history_remove",
                    "rpc",
                    "journal_replay",
                    "journal_replay_cancel",
                    "drain",
                    "batch")) {
                assertThat(server.post("/api/" + method, "{}", viewer).statusCode())
                        .as(method)
                        .isEqualTo(403);
            }
            assertThat(server.post("/api", "{\"method\":\"publish\",\"params\":{}}", viewer)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(server.post("/api/publish", "{\"channel\":\"a\",\"data\":1}", admin)
                            .body())
                    .isEqualTo("{\"result\":{}}");
        }
    }

    @Test
    void the_key_of_the_api_goes_on_working_and_is_none_of_the_consoles() {
        try (ConsoleServer server = ConsoleServer.start()) {
            assertThat(server.unmarked("/api/info", "{}", "X-API-Key", "k").statusCode())
                    .isEqualTo(200);
            assertThat(server.post("/api/info", "{}", "X-API-Key", "k").statusCode())
                    .isEqualTo(401);
            assertThat(server.get("/console/configuration", "X-API-Key", "k").statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void the_configuration_is_shown_without_its_secrets() {
        try (ConsoleServer server = ConsoleServer.start(
                "--api-key=very secret",
                "--database-url=jdbc:mysql://u:pw1@db/relay?password=pw2",
                "--ping-interval=20s")) {
            String shown = server.get("/console/configuration", server.session(ConsoleServer.VIEWER))
                    .body();

            assertThat(shown)
                    .contains("\"name\":\"ping_interval\",\"group\":\"Clients\",\"value\":\"20s\",\"default\":false")
                    .contains(
                            "\"name\":\"api_key\",\"group\":\"Access\",\"value\":\"***\",\"default\":false,\"secret\":true")
                    .contains("\"value\":\"jdbc:mysql://db/relay?…\"")
                    .contains("\"namespaces\":[{\"name\":\"\",\"durability\":\"none\"")
                    .doesNotContain("very secret", "pw1", "pw2", ConsoleServer.ADMIN, ConsoleServer.VIEWER);
            assertThat(server.get("/console/configuration").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void without_a_password_it_says_so_and_gives_nothing() {
        for (String mode : List.of("--api-key=k", "--insecure")) {
            try (ConsoleServer server = ConsoleServer.unlocked(mode)) {
                assertThat(server.get("/console/session").body())
                        .contains(
                                "\"login\":true,\"role\":null",
                                "\"hint\":\"the console has no password: set admin_pass");
                assertThat(server.login("").statusCode()).isEqualTo(401);
                assertThat(server.post("/api/info", "{}").statusCode()).isEqualTo(401);
                assertThat(server.post("/console/ticket", "{}").statusCode()).isEqualTo(401);
                assertThat(server.get("/console/configuration").statusCode()).isEqualTo(401);
            }
        }
    }

    @Test
    void in_development_nobody_logs_in_and_only_this_machine_gets_in() {
        try (ConsoleServer server = ConsoleServer.unlocked()) {
            assertThat(server.get("/console/session").body())
                    .contains("\"login\":false,\"role\":\"admin\"")
                    .doesNotContain("hint");
            assertThat(server.post("/console/ticket", "{}").statusCode()).isEqualTo(200);
            assertThat(server.post("/api/info", "{}").statusCode()).isEqualTo(200);
            assertThat(server.get("/console/configuration").statusCode()).isEqualTo(200);
            assertThat(server.unmarked("/console/ticket", "{}").statusCode()).isEqualTo(403);
            assertThat(server.post("/console/ticket", "{}", "Origin", "https://evil.example")
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void a_page_whose_origin_may_not_connect_is_told_what_to_do() {
        try (ConsoleServer server = ConsoleServer.start()) {
            assertThat(server.get("/console/session").body())
                    .contains("pages of http://127.0.0.1:" + server.port()
                            + " may not connect: add it to allowed_origins");
        }
        try (ConsoleServer server = ConsoleServer.start("--allowed-origins=http://127.0.0.1:*")) {
            assertThat(server.get("/console/session").body()).doesNotContain("hint");
        }
    }

    @Test
    void the_page_may_connect_where_the_endpoint_is() {
        try (ConsoleServer server =
                ConsoleServer.start("--console-endpoint=wss://ws.example.org/connection/websocket")) {
            assertThat(server.get("/console/")
                            .headers()
                            .firstValue("Content-Security-Policy")
                            .orElseThrow())
                    .contains("connect-src 'self' wss://ws.example.org;");
        }
    }
}
