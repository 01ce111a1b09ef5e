package dev.relay.standalone.api;

import static dev.relay.standalone.api.OpenApiSchemas.object;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.e2e.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The description is well-formed and complete; that it is true is checked by {@code OpenApiIT}. */
class OpenApiTest {
    private final Map<String, Object> document = Json.object(new String(OpenApi.DOCUMENT, UTF_8));

    @Test
    void it_describes_every_method_and_no_other() {
        Set<String> expected = new TreeSet<>(Set.of("/api", "/api/batch"));
        Operations.TABLE.keySet().forEach(method -> expected.add("/api/" + method));

        assertThat(document.get("openapi")).isEqualTo("3.1.0");
        assertThat(object(document.get("paths"))).containsOnlyKeys(expected);
        object(document.get("paths"))
                .forEach((path, item) -> assertThat(object(item)).as(path).containsOnlyKeys("post"));
    }

    @Test
    void a_batch_and_a_command_may_hold_every_method() {
        Map<String, Object> schemas = object(object(document.get("components")).get("schemas"));

        assertThat(object(at(schemas, "BatchRequest", "properties", "commands", "items", "properties")))
                .containsOnlyKeys(Operations.TABLE.keySet());
        Set<String> replies = new HashSet<>(Operations.TABLE.keySet());
        replies.add("error");
        assertThat(object(at(schemas, "BatchReply", "properties", "replies", "items", "properties")))
                .containsOnlyKeys(replies);
        assertThat(Set.copyOf((List<?>) at(schemas, "Command", "properties", "method", "enum")))
                .isEqualTo(Operations.TABLE.keySet());
    }

    @Test
    void every_reference_points_to_something_and_everything_is_pointed_to() {
        Set<String> used = new TreeSet<>();
        walk(document, (name, value) -> {
            if (name.equals("$ref")) {
                OpenApiSchemas.resolve(document, value);
                used.add(value.toString());
            }
        });
        Set<String> defined = new TreeSet<>();
        for (String kind : List.of("schemas", "responses", "parameters")) {
            object(object(document.get("components")).get(kind))
                    .keySet()
                    .forEach(name -> defined.add("#/components/" + kind + "/" + name));
        }
        assertThat(used).containsExactlyInAnyOrderElementsOf(defined);
    }

    @Test
    void what_must_be_there_is_described() {
        walk(document, (name, value) -> {
            if (value instanceof Map<?, ?> schema && schema.get("required") instanceof List<?> required) {
                assertThat(object(schema.get("properties")).keySet()).as(name).containsAll((List<String>) required);
            }
        });
    }

    @Test
    void every_example_is_a_request_as_described() {
        object(document.get("paths")).forEach((path, item) -> {
            Object content = at(object(item), "post", "requestBody", "content", "application/json");
            Map<String, Object> examples = object(object(content).get("examples"));
            assertThat(examples).as(path).isNotEmpty();
            if (path.equals("/api/batch")) {
                return; // one of its commands is unknown, to show what becomes of it
            }
            examples.forEach((name, example) -> assertThat(OpenApiSchemas.faults(
                            document,
                            object(content).get("schema"),
                            object(example).get("value")))
                    .as(path + " " + name)
                    .isEmpty());
        });
    }

    @Test
    void operations_have_names_of_their_own() {
        List<Object> names = object(document.get("paths")).values().stream()
                .map(item -> at(object(item), "post", "operationId"))
                .toList();

        assertThat(names).doesNotHaveDuplicates();
    }

    private static Object at(Object from, String... path) {
        Object at = from;
        for (String step : path) {
            at = requireNonNull(object(at).get(step), step);
        }
        return at;
    }

    private static void walk(@Nullable Object value, BiConsumer<String, Object> visit) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, member) -> {
                visit.accept(name.toString(), member);
                walk(member, visit);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(item -> walk(item, visit));
        }
    }
}
