package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.relay.Payload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON value, read strictly: no field twice, no {@code null}.
 *
 * @param raw as it stands in the text
 * @param value a map, a list, a text, a number or a truth value
 */
record JsonTree(byte[] raw, Object value) {
    private static final JsonFactory JSON = new JsonFactory();

    static JsonTree read(byte[] text) {
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), text)) {
            in.nextToken();
            JsonTree tree = read(in, text);
            if (in.nextToken() != null) {
                throw new AssertionError("two values in " + new String(text, UTF_8));
            }
            return tree;
        }
    }

    private static JsonTree read(JsonParser in, byte[] text) {
        int start = (int) in.currentTokenLocation().getByteOffset();
        Object value =
                switch (in.currentToken()) {
                    case START_OBJECT -> {
                        Map<String, JsonTree> map = new LinkedHashMap<>();
                        for (String field = in.nextName(); field != null; field = in.nextName()) {
                            in.nextToken();
                            if (map.put(field, read(in, text)) != null) {
                                throw new AssertionError("field twice: " + field);
                            }
                        }
                        yield map;
                    }
                    case START_ARRAY -> {
                        List<JsonTree> list = new ArrayList<>();
                        while (in.nextToken() != JsonToken.END_ARRAY) {
                            list.add(read(in, text));
                        }
                        yield list;
                    }
                    case VALUE_STRING -> in.getString();
                    case VALUE_NUMBER_INT -> in.getNumberValue();
                    case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
                    case VALUE_TRUE -> true;
                    case VALUE_FALSE -> false;
                    default -> throw new AssertionError("unexpected " + in.currentToken());
                };
        in.finishToken();
        int end = (int) in.currentLocation().getByteOffset();
        return new JsonTree(Arrays.copyOfRange(text, start, end), value);
    }

    @SuppressWarnings("unchecked")
    Map<String, JsonTree> map() {
        return (Map<String, JsonTree>) value;
    }

    <T> Map<String, T> map(Function<JsonTree, T> of) {
        Map<String, T> map = new LinkedHashMap<>();
        map().forEach((key, each) -> map.put(key, of.apply(each)));
        return map;
    }

    @SuppressWarnings("unchecked")
    <T> List<T> list(Function<JsonTree, T> of) {
        return ((List<JsonTree>) value).stream().map(of).toList();
    }

    /** This object, which has no fields but these. */
    JsonTree only(String... fields) {
        if (!Set.of(fields).containsAll(map().keySet())) {
            throw new AssertionError("unknown field in " + map().keySet());
        }
        return this;
    }

    boolean has(String field) {
        return map().containsKey(field);
    }

    JsonTree get(String field) {
        return requireNonNull(map().get(field), field);
    }

    String text(String field) {
        return has(field) ? (String) get(field).value : "";
    }

    long number(String field) {
        return has(field) ? ((Number) get(field).value).longValue() : 0;
    }

    boolean truth(String field) {
        return has(field) && (Boolean) get(field).value;
    }

    @Nullable
    Payload payload(String field) {
        return has(field) ? Payload.of(get(field).raw) : null;
    }
}
