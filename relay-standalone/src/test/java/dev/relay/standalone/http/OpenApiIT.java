package dev.relay.standalone.http;

import static dev.relay.standalone.api.OpenApiSchemas.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.api.OpenApiSchemas;
import dev.relay.standalone.e2e.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** What the description says of the API is true: every example is answered as described. */
@Timeout(60)
class OpenApiIT {
    private static final ApiServer SERVER = ApiServer.start();
    private static final TestClient CLIENT =
            TestClient.connect(SERVER.clientPort(), "42").subscribed("chat:1");

    private final Map<String, Object> document =
            Json.object(SERVER.send(SERVER.request("/api/openapi.json").GET()).body());

    @AfterAll
    static void close() {
        CLIENT.close();
        SERVER.close();
    }

    @TestFactory
    List<DynamicTest> every_example_is_answered_as_described() {
        List<DynamicTest> tests = new ArrayList<>();
        object(document.get("paths")).forEach((path, item) -> {
            Map<String, Object> post = object(object(item).get("post"));
            object(json(object(post.get("requestBody"))).get("examples"))
                    .forEach((name, example) -> tests.add(DynamicTest.dynamicTest(
                            path + ", " + name,
                            () -> answered(path, post, object(example).get("value")))));
        });
        return tests;
    }

    private void answered(String path, Map<String, Object> post, @Nullable Object example) {
        Object schema = json(object(object(post.get("responses")).get("200"))).get("schema");

        var response = SERVER.post(path, written(example));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(OpenApiSchemas.faults(document, schema, Json.parse(response.body())))
                .as(response.body())
                .isEmpty();
    }

    @Test
    void errors_by_status_are_as_described() {
        Map<String, Object> error =
                object(object(object(document.get("components")).get("schemas")).get("Error"));
        object(document.get("paths")).keySet().stream()
                .filter(path -> !path.equals("/api"))
                .forEach(path -> {
                    var response = SERVER.post(
                            path,
                            "{\"channel\":\"nope:1\",\"channels\":[],\"data\":1}",
                            "X-Centrifugo-Error-Mode",
                            "transport");
                    if (response.statusCode() != 200) {
                        assertThat(OpenApiSchemas.faults(document, error, Json.parse(response.body())))
                                .as(path + ": " + response.body())
                                .isEmpty();
                    }
                });
    }

    private static Map<String, Object> json(Map<String, Object> message) {
        return object(object(message.get("content")).get("application/json"));
    }

    /** Enough of JSON for examples. */
    private static String written(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, String> members = new LinkedHashMap<>();
            map.forEach((name, member) -> members.put(name.toString(), written(member)));
            List<String> all = new ArrayList<>();
            members.forEach((name, member) -> all.add("\"" + name + "\":" + member));
            return "{" + String.join(",", all) + "}";
        }
        if (value instanceof List<?> list) {
            return "[" + String.join(",", list.stream().map(OpenApiIT::written).toList()) + "]";
        }
        return value instanceof String text ? "\"" + text + "\"" : String.valueOf(value);
    }
}
