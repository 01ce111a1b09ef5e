package dev.relay.standalone.http;

import static dev.relay.standalone.http.Answers.DONE;
import static dev.relay.standalone.http.Answers.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.api.OpenApiSchemas;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is there, and what is done to them. */
@Timeout(60)
class ApiConnectionsIT {
    private static final ApiServer SERVER = ApiServer.start();

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static String ask(String method, String body) {
        return SERVER.ask(method, body);
    }

    private static TestClient client(String user) {
        return TestClient.connect(SERVER.clientPort(), user);
    }

    @Test
    void presence_tells_users_from_connections() {
        try (TestClient one = client("p1").subscribed("chat:presence");
                TestClient same = client("p1").subscribed("chat:presence");
                TestClient anonymous = client("").subscribed("chat:presence")) {
            assertThat(ask("presence_stats", "{\"channel\":\"chat:presence\"}"))
                    .isEqualTo("{\"result\":{\"num_clients\":3,\"num_users\":2}}");
            assertThat(result(ask("presence", "{\"channel\":\"chat:presence\"}"))
                            .get("presence"))
                    .isEqualTo(Map.of(
                            one.id(), Map.of("user", "p1", "client", one.id()),
                            same.id(), Map.of("user", "p1", "client", same.id()),
                            anonymous.id(), Map.of("user", "", "client", anonymous.id())));
        }
    }

    @Test
    void the_server_subscribes_and_unsubscribes() {
        try (TestClient client = client("s1");
                TestClient other = client("s1")) {
            assertThat(ask(
                            "subscribe",
                            "{\"user\":\"s1\",\"client\":\"" + client.id()
                                    + "\",\"channel\":\"chat:server\",\"data\":{\"a\":1},\"info\":{\"i\":1}}"))
                    .isEqualTo(DONE);
            assertThat(client.next()).contains("\"subscribe\":{").contains("\"data\":{\"a\":1}");
            assertThat(result(ask("presence", "{\"channel\":\"chat:server\"}")).get("presence"))
                    .hasToString("{" + client.id() + "={user=s1, client=" + client.id() + ", chan_info={i=1}}}");

            assertThat(ask("subscribe", "{\"user\":\"s1\",\"channel\":\"chat:server\"}"))
                    .isEqualTo(DONE);
            assertThat(other.nextOf("subscribe")).contains("chat:server");

            assertThat(ask("unsubscribe", "{\"user\":\"s1\",\"channel\":\"chat:server\"}"))
                    .isEqualTo(DONE);
            assertThat(client.nextOf("unsubscribe")).contains("\"code\":2000");
            assertThat(other.nextOf("unsubscribe")).contains("\"code\":2000");
            assertThat(ask("presence", "{\"channel\":\"chat:server\"}")).isEqualTo("{\"result\":{\"presence\":{}}}");
        }
    }

    @Test
    void without_a_channel_all_subscriptions_end() {
        try (TestClient client = client("u1").subscribed("chat:u1").subscribed("live:u2")) {
            assertThat(ask("unsubscribe", "{\"user\":\"u1\"}")).isEqualTo(DONE);

            assertThat(client.nextOf("unsubscribe") + client.nextOf("unsubscribe"))
                    .contains("chat:u1")
                    .contains("live:u2");
        }
    }

    @Test
    void a_user_is_disconnected_as_told() {
        try (TestClient first = client("d1");
                TestClient second = client("d1");
                TestClient third = client("d1");
                TestClient stranger = client("d2")) {
            assertThat(ask("disconnect", "{\"user\":\"d1\",\"client\":\"" + first.id() + "\"}"))
                    .isEqualTo(DONE);
            assertThat(first.last()).isEqualTo("close 3503 force disconnect");

            assertThat(ask(
                            "disconnect",
                            "{\"user\":\"d1\",\"whitelist\":[\"" + second.id()
                                    + "\"],\"disconnect\":{\"code\":4000,\"reason\":\"elsewhere\"}}"))
                    .isEqualTo(DONE);
            assertThat(third.last()).isEqualTo("close 4000 elsewhere");
            assertThat(second.isAlive()).isTrue();

            assertThat(ask("disconnect", "{\"user\":\"d1\",\"session\":\"s\"}")).isEqualTo(DONE);
            assertThat(second.isAlive()).isTrue();

            assertThat(ask("disconnect", "{\"user\":\"d1\",\"disconnect\":{\"code\":3000,\"reason\":\"gone\"}}"))
                    .isEqualTo(DONE);
            assertThat(second.last()).isEqualTo("close 1006 ");
            assertThat(stranger.isAlive()).isTrue();
        }
    }

    @Test
    void without_a_user_it_is_the_anonymous_ones() {
        try (TestClient anonymous = client("");
                TestClient named = client("d3")) {
            assertThat(ask("disconnect", "{}")).isEqualTo(DONE);

            assertThat(anonymous.last()).isEqualTo("close 3503 force disconnect");
            assertThat(named.isAlive()).isTrue();
        }
    }

    @Test
    void an_expiry_is_moved_or_made_true() {
        try (TestClient client = client("r1")) {
            assertThat(ask("refresh", "{\"user\":\"r1\",\"expire_at\":4102444800}"))
                    .isEqualTo(DONE);
            assertThat(client.nextOf("refresh")).contains("\"expires\":true,\"ttl\":");

            assertThat(ask("refresh", "{\"user\":\"r1\"}")).isEqualTo(DONE);
            assertThat(client.nextOf("refresh")).isEqualTo("{\"push\":{\"refresh\":{}}}");

            assertThat(ask("refresh", "{\"user\":\"r1\",\"expired\":true}")).isEqualTo(DONE);
            assertThat(client.last()).isEqualTo("close 3005 connection expired");
        }
    }

    @Test
    void connections_are_listed_in_pages() {
        try (TestClient one = client("c1").subscribed("chat:c").subscribed("live:c");
                TestClient two = client("c1")) {
            Map<String, Object> all = result(ask("connections", "{\"user\":\"c1\"}"));
            assertThat(OpenApiSchemas.object(all.get("connections"))).containsOnlyKeys(one.id(), two.id());
            assertThat(all).doesNotContainKey("next_cursor");
            Map<String, Object> shown = OpenApiSchemas.object(
                    OpenApiSchemas.object(all.get("connections")).get(one.id()));
            assertThat(shown)
                    .containsEntry("app_name", "test")
                    .containsEntry("app_version", "1.2")
                    .containsEntry("transport", "websocket")
                    .containsEntry("protocol", "json")
                    .containsEntry("user", "c1")
                    .containsEntry("state", Map.of("channels", Map.of("chat:c", Map.of(), "live:c", Map.of())));
            assertThat(shown.get("address")).asString().matches("127\\.0\\.0\\.1(:\\d+)?");
            assertThat(shown.get("outbox_bytes")).asString().isEqualTo("0");
            assertThat(Long.parseLong(String.valueOf(shown.get("last_command_at_ms"))))
                    .isBetween(
                            Long.parseLong(String.valueOf(shown.get("connected_at_ms"))), System.currentTimeMillis());
            assertThat(Long.parseLong(String.valueOf(shown.get("connected_at_ms"))))
                    .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis());

            Map<String, Object> first = result(ask("connections", "{\"user\":\"c1\",\"limit\":1}"));
            Map<String, Object> second = result(ask(
                    "connections", "{\"user\":\"c1\",\"limit\":1,\"cursor\":\"" + first.get("next_cursor") + "\"}"));
            assertThat(OpenApiSchemas.object(first.get("connections"))).hasSize(1);
            assertThat(OpenApiSchemas.object(second.get("connections")))
                    .hasSize(1)
                    .isNotEqualTo(first.get("connections"));
            assertThat(second).doesNotContainKey("next_cursor");
            assertThat(ask("connections", "{\"user\":\"nobody\"}")).isEqualTo("{\"result\":{\"connections\":{}}}");
            assertThat(OpenApiSchemas.object(result(ask("connections", "{}")).get("connections")))
                    .containsKeys(one.id(), two.id());
        }
    }

    @Test
    void channels_are_listed_by_pattern_and_in_pages() {
        try (TestClient one = client("l1")
                        .subscribed("chat:list.a")
                        .subscribed("chat:list.b")
                        .subscribed("live:list.c");
                TestClient two = client("l2").subscribed("chat:list.a")) {
            assertThat(SERVER.ask("channels", "{\"pattern\":\"*:list.*\"}"))
                    .isEqualTo("{\"result\":{\"channels\":{\"chat:list.a\":{\"num_clients\":2},"
                            + "\"chat:list.b\":{\"num_clients\":1},\"live:list.c\":{\"num_clients\":1}}}}");
            assertThat(SERVER.ask("channels", "{\"pattern\":\"{chat,live}:list.[bc]\"}"))
                    .isEqualTo("{\"result\":{\"channels\":{\"chat:list.b\":{\"num_clients\":1},"
                            + "\"live:list.c\":{\"num_clients\":1}}}}");
            assertThat(SERVER.ask("channels", "{\"pattern\":\"*:list.?\",\"limit\":2}"))
                    .isEqualTo("{\"result\":{\"channels\":{\"chat:list.a\":{\"num_clients\":2},"
                            + "\"chat:list.b\":{\"num_clients\":1}},\"next_cursor\":\"chat:list.b\"}}");
            assertThat(SERVER.ask("channels", "{\"pattern\":\"*:list.?\",\"limit\":2,\"cursor\":\"chat:list.b\"}"))
                    .isEqualTo("{\"result\":{\"channels\":{\"live:list.c\":{\"num_clients\":1}}}}");
            assertThat(SERVER.ask("channels", "{\"pattern\":\"chat\"}")).isEqualTo("{\"result\":{\"channels\":{}}}");
            assertThat(SERVER.ask("channels", "{\"pattern\":\"[a\"}")).isEqualTo(Answers.BAD_REQUEST);
        }
    }
}
