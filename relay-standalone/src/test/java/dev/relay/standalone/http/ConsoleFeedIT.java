package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.PublishOptions;
import dev.relay.standalone.api.OpenApiSchemas;
import dev.relay.standalone.e2e.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What pages of the console hear, over their WebSocket connections, and who else does not. */
@Timeout(120)
class ConsoleFeedIT {
    private static String traffic() {
        return "console:traffic:" + UUID.randomUUID();
    }

    private static Map<String, Object> subscribe(TestClient client, String channel, String data) {
        return client.ask("\"subscribe\":{\"channel\":\"" + channel + "\",\"data\":" + data + "}");
    }

    private static String error(Map<String, Object> reply) {
        return reply.containsKey("error")
                ? String.valueOf(OpenApiSchemas.object(reply.get("error")).get("code"))
                : "none: " + reply;
    }

    /** The data of the next publication that is as wanted. */
    private static String heard(TestClient page, Predicate<String> wanted) {
        List<String> others = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String publication = page.nextOf("pub");
            if (wanted.test(publication)) {
                return publication;
            }
            others.add(publication);
        }
        throw new AssertionError(String.join("\n", others));
    }

    /** With "token expired", upon which a page gets another ticket. */
    private static void assertRefused(ConsoleServer server, String ticket) {
        try (TestClient client = TestClient.unknown(server.clientPort())) {
            assertThat(error(client.ask("\"connect\":{\"token\":\"" + ticket + "\"}")))
                    .isEqualTo("109");
        }
    }

    @Test
    void a_ticket_connects_once() {
        try (ConsoleServer server = ConsoleServer.start()) {
            String ticket = server.ticket(server.session(ConsoleServer.ADMIN));
            try (TestClient page = TestClient.connect(server.clientPort(), ticket)) {
                assertThat(page.isAlive()).isTrue();
                assertThat(page.subscribed("console:node").nextOf("pub")).contains("\"health\":{\"state\":\"ready\"");
                assertRefused(server, ticket);
                assertRefused(server, "console.forged");
                assertRefused(server, "console.");
            }
        }
    }

    @Test
    void nobody_else_subscribes_to_the_consoles_channels() {
        try (ConsoleServer server = ConsoleServer.start();
                TestClient other = TestClient.connect(server.clientPort(), "")) {
            for (String channel :
                    List.of("console:flow", "console:node", traffic(), "console:", "console:x", "$console:flow")) {
                assertThat(error(subscribe(other, channel, "{}"))).as(channel).isEqualTo("103");
            }
            assertThat(error(other.published("console:flow", "1"))).isEqualTo("103");
            assertThat(error(other.ask("\"history\":{\"channel\":\"console:flow\",\"limit\":10}")))
                    .isEqualTo("108");
            assertThat(error(other.ask("\"presence\":{\"channel\":\"console:flow\"}")))
                    .isEqualTo("108");
        }
    }

    @Test
    void a_page_does_nothing_on_its_connection_but_follow_the_console() {
        try (ConsoleServer server = ConsoleServer.start();
                TestClient page = server.page(server.session(ConsoleServer.VIEWER))) {
            assertThat(error(page.published("news", "1"))).isEqualTo("103");
            assertThat(error(page.published("console:flow", "1"))).isEqualTo("103");
            assertThat(error(subscribe(page, "news", "{}"))).isEqualTo("103");
            assertThat(error(subscribe(page, "console:other", "{}"))).isEqualTo("102");
        }
    }

    @Test
    void logging_out_closes_the_connections_of_the_session_and_of_no_other() {
        try (ConsoleServer server = ConsoleServer.start()) {
            String[] leaving = server.session(ConsoleServer.ADMIN);
            String[] staying = server.session(ConsoleServer.ADMIN);
            try (TestClient first = server.page(leaving);
                    TestClient second = server.page(leaving);
                    TestClient other = server.page(staying)) {
                first.subscribed("console:flow");
                String unused = server.ticket(leaving);

                assertThat(server.post("/console/logout", "", leaving).statusCode())
                        .isEqualTo(204);

                assertThat(first.last()).isEqualTo("close 3503 force disconnect");
                assertThat(second.last()).isEqualTo("close 3503 force disconnect");
                assertThat(other.isAlive()).isTrue();
                assertRefused(server, unused);
            }
        }
    }

    @Test
    void the_flow_shows_what_is_published_and_nothing_of_the_console() {
        try (ConsoleServer server = ConsoleServer.start();
                TestClient page = server.page(server.session(ConsoleServer.VIEWER));
                TestClient reader = TestClient.connect(server.clientPort(), "");
                TestClient writer = TestClient.connect(server.clientPort(), "")) {
            reader.subscribed("news");
            page.subscribed("console:flow").subscribed("console:node");
            page.nextOf("pub");
            writer.published("news", "\"hello\"");

            String flow = heard(page, one -> one.contains("\"channel\":\"news\""));

            assertThat(flow)
                    .contains("\"published\":1,\"bytes\":7,\"deliveries\":1,\"active_channels\":1,\"connections\":3")
                    .contains("{\"channel\":\"news\",\"published\":1,\"bytes\":7,\"deliveries\":1,\"subscribers\":1}")
                    .contains("{\"user\":\"\",\"client\":\"" + writer.id() + "\",\"channel\":\"news\",\"published\":1}")
                    .contains("\"journal\":{\"state\":\"none\",\"committed\":0");
            assertThat(flow.replaceFirst("\"channel\":\"console:flow\"", "")).doesNotContain("console:");
        }
    }

    @Test
    void the_node_shows_its_figures() {
        try (ConsoleServer server = ConsoleServer.start();
                TestClient page = server.page(server.session(ConsoleServer.VIEWER))) {
            page.subscribed("console:node");
            Map<String, Object> push =
                    OpenApiSchemas.object(Json.object(page.nextOf("pub")).get("push"));
            Map<String, Object> node =
                    OpenApiSchemas.object(OpenApiSchemas.object(push.get("pub")).get("data"));

            assertThat(node).containsOnlyKeys("time", "health", "metrics", "process", "shards", "warnings");
            assertThat(OpenApiSchemas.object(node.get("metrics"))).containsKeys("relay.connections", "relay.fanout");
            assertThat(OpenApiSchemas.object(node.get("process")))
                    .containsKeys("cpu", "heap_used", "threads", "uptime_s");
            assertThat((List<?>) node.get("shards")).hasSize(2);
        }
    }

    @Test
    void messages_are_seen_as_they_pass() {
        try (ConsoleServer server = ConsoleServer.start();
                TestClient page = server.page(server.session(ConsoleServer.ADMIN));
                TestClient writer = TestClient.connect(server.clientPort(), "")) {
            String channel = traffic();
            assertThat(subscribe(page, channel, "{\"channels\":\"news*\",\"kinds\":[\"message\",\"disconnect\"]}"))
                    .containsKey("subscribe");
            writer.published("other", "\"not this\"");
            writer.published("news1", "{\"text\":\"hello\"}");

            String seen = heard(page, one -> one.contains("\"channel\":\"news1\""));

            assertThat(seen)
                    .contains("\"user\":\"\",\"client\":\"" + writer.id() + "\",\"tags\":{},\"size\":16")
                    .contains("\"text\":\"{\\\"text\\\":\\\"hello\\\"}\",\"truncated\":false,\"recipients\":0")
                    .doesNotContain("not this");
            writer.close();
            assertThat(heard(page, one -> one.contains("\"kind\":\"disconnect\"")))
                    .contains("\"client\":\"" + writer.id() + "\"");
        }
    }

    @Test
    void of_large_payloads_the_beginning_is_shown() {
        try (ConsoleServer server = ConsoleServer.start();
                TestClient page = server.page(server.session(ConsoleServer.ADMIN))) {
            subscribe(page, traffic(), "{}");
            String large = "\"" + "x".repeat(PublishOptions.MAX_PAYLOAD_BYTES - 2) + "\"";
            server.publish("news", large);

            String seen = heard(page, one -> one.contains("\"channel\":\"news\""));

            assertThat(seen)
                    .contains("\"size\":" + PublishOptions.MAX_PAYLOAD_BYTES, "\"truncated\":true")
                    .hasSizeLessThan(4096);
        }
    }

    @Test
    void a_wish_that_makes_no_sense_is_refused() {
        try (ConsoleServer server = ConsoleServer.start();
                TestClient page = server.page(server.session(ConsoleServer.ADMIN))) {
            for (String wish : List.of(
                    "{\"channels\":\"[\"}",
                    "{\"kinds\":[\"everything\"]}",
                    "{\"per_second\":0}",
                    "{\"per_second\":101}",
                    "{\"text\":1}",
                    "{\"text\":\"" + "x".repeat(1000) + "\"}",
                    "[1]")) {
                assertThat(error(subscribe(page, traffic(), wish))).as(wish).isEqualTo("107");
            }
        }
    }

    @Test
    void a_watch_ends_with_its_subscription_and_there_are_so_many() {
        try (ConsoleServer server = ConsoleServer.start();
                TestClient page = server.page(server.session(ConsoleServer.ADMIN));
                TestClient other = server.page(server.session(ConsoleServer.ADMIN))) {
            List<String> channels = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                channels.add(traffic());
                assertThat(subscribe(page, channels.get(i), "{}")).containsKey("subscribe");
            }
            assertThat(error(subscribe(other, channels.get(0), "{}"))).isEqualTo("103");
            assertThat(error(subscribe(other, traffic(), "{}"))).isEqualTo("106");
            assertThat(server.watches()).isEqualTo(8);

            assertThat(page.ask("\"unsubscribe\":{\"channel\":\"" + channels.get(0) + "\"}"))
                    .containsKey("unsubscribe");
            assertThat(server.watches()).isEqualTo(7);
            assertThat(subscribe(other, traffic(), "{}")).containsKey("subscribe");

            page.close();
            server.await(() -> server.watches() == 1);
            other.close();
            server.await(() -> server.watches() == 0);
        }
    }
}
