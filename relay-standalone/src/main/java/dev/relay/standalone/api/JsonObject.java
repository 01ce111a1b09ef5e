package dev.relay.standalone.api;

import dev.relay.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * An object of a request, with its fields by name. What nobody asks for is ignored; {@code null} is as if the field were
 * not there; of a field given twice the last one counts.
 *
 * <p>Values stay where they are in the body until somebody asks for them. Every accessor throws {@link
 * MalformedRequestException} if the field has another type than asked for.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
public final class JsonObject {
    /**
     * More fields of an object, and more elements of a list, than any request has; few enough that a body full of tiny ones
     * does not become a heap full of them, and a broadcast does not fill the engine's inboxes.
     */
    static final int MAX_PARTS = 10_000;

    private static final int MAX_DIGITS = 20;
    static final JsonObject EMPTY = new JsonObject(new byte[0], Map.of());

    /** A value in the body: {@code source[from, to)}. */
    private record Value(JsonToken type, int from, int to) {}

    private final byte[] source;
    private final Map<String, Value> fields;
    private final @Nullable String traceparent;

    private JsonObject(byte[] source, Map<String, Value> fields) {
        this(source, fields, null);
    }

    private JsonObject(byte[] source, Map<String, Value> fields, @Nullable String traceparent) {
        this.source = source;
        this.fields = fields;
        this.traceparent = traceparent;
    }

    /** The same with a trace that it belongs to; {@code null}: to none. */
    JsonObject inTrace(@Nullable String parent) {
        return new JsonObject(source, fields, parent);
    }

    /** Which trace it belongs to, as somebody says who may have made that up. */
    @Nullable
    String traceparent() {
        return traceparent;
    }

    /**
     * Reads the object that the parser stands at the beginning of, to its end.
     *
     * @param offset where in {@code source} the parser began
     */
    static JsonObject read(JsonParser parser, byte[] source, int offset) {
        Map<String, Value> fields = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            Value value = value(parser, offset);
            if (value.type != JsonToken.VALUE_NULL) {
                fields.put(name, value);
            }
            if (fields.size() > MAX_PARTS) {
                throw new MalformedRequestException("an object has more than " + MAX_PARTS + " fields");
            }
        }
        return new JsonObject(source, fields);
    }

    private static Value value(JsonParser parser, int offset) {
        JsonToken type = parser.nextToken();
        int from = offset + (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken(); // strings are checked no earlier
        return new Value(type, from, offset + (int) parser.currentLocation().getByteOffset());
    }

    /** The names of the fields that are not {@code null}. */
    Set<String> names() {
        return fields.keySet();
    }

    public boolean has(String name) {
        return fields.containsKey(name);
    }

    /** Text; {@code ""} if absent. */
    public String text(String name) {
        Value value = find(name, "a string", JsonToken.VALUE_STRING);
        return value == null ? "" : text(value);
    }

    /** {@code false} if absent. */
    public boolean flag(String name) {
        Value value = find(name, "true or false", JsonToken.VALUE_TRUE, JsonToken.VALUE_FALSE);
        return value != null && value.type == JsonToken.VALUE_TRUE;
    }

    /** A whole number within the limits; 0 if absent. */
    public long number(String name, long least, long most) {
        String legal = "a whole number from " + least + " to " + most;
        Value value = find(name, legal, JsonToken.VALUE_NUMBER_INT);
        if (value == null) {
            return 0;
        }
        // Go by the text: more digits than a long has must not wrap around.
        if (value.to - value.from <= MAX_DIGITS) {
            try {
                long number = Long.parseLong(literal(value));
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw wrong(name, legal);
            }
        }
        throw wrong(name, legal);
    }

    /** A number within the limits; 0 if absent. */
    double decimal(String name, double least, double most) {
        String legal = "a number from " + least + " to " + most;
        Value value = find(name, legal, JsonToken.VALUE_NUMBER_INT, JsonToken.VALUE_NUMBER_FLOAT);
        if (value == null) {
            return 0;
        }
        double number = Double.parseDouble(literal(value)); // of JSON's form
        if (number >= least && number <= most) {
            return number;
        }
        throw wrong(name, legal);
    }

    /** A whole number from 0 on; 0 if absent. */
    long unsigned(String name) {
        return number(name, 0, Long.MAX_VALUE);
    }

    /** Another object; {@code null} if absent. */
    @Nullable
    JsonObject object(String name) {
        Value value = find(name, "an object", JsonToken.START_OBJECT);
        return value == null ? null : object(value);
    }

    /** Texts by name; empty if absent. */
    Map<String, String> texts(String name) {
        JsonObject object = object(name);
        if (object == null) {
            return Map.of();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        object.fields.forEach((key, value) ->
                texts.put(key, text(typed(value, JsonToken.VALUE_STRING, name, "an object of strings"))));
        return texts;
    }

    /** A list of texts, an empty one for each {@code null}; empty if absent. */
    public List<String> textList(String name) {
        List<String> texts = new ArrayList<>();
        for (Value element : elements(name)) {
            boolean nothing = element.type == JsonToken.VALUE_NULL;
            texts.add(nothing ? "" : text(typed(element, JsonToken.VALUE_STRING, name, "a list of strings")));
        }
        return texts;
    }

    /** A list of objects; empty if absent. */
    List<JsonObject> objectList(String name) {
        List<JsonObject> objects = new ArrayList<>();
        for (Value element : elements(name)) {
            objects.add(object(typed(element, JsonToken.START_OBJECT, name, "a list of objects")));
        }
        return objects;
    }

    /**
     * Application data: any JSON value, as it stands in the body less its raw line breaks, unless the sibling {@code
     * b64<name>} holds bytes in Base64. {@code null} if both are absent.
     *
     * @throws RefusedRequestException if the sibling is not Base64
     */
    @Nullable
    Payload payload(String name) {
        String encoded = text("b64" + name);
        if (encoded.isEmpty()) {
            return json(name);
        }
        return RefusedRequestException.unlessIllegal(
                () -> Payload.of(Base64.getDecoder().decode(encoded)));
    }

    /** Any JSON value, as it stands in the body less its raw line breaks; {@code null} if absent. */
    @Nullable
    Payload json(String name) {
        Value value = fields.get(name);
        if (value == null) {
            return null;
        }
        byte[] bytes = new byte[value.to - value.from];
        int length = 0;
        for (int i = value.from; i < value.to; i++) {
            if (source[i] != '\n' && source[i] != '\r') { // in a JSON value these are always white space
                bytes[length++] = source[i];
            }
        }
        return Payload.verifiedJson(bytes, 0, length);
    }

    private List<Value> elements(String name) {
        Value list = find(name, "a list", JsonToken.START_ARRAY);
        if (list == null) {
            return List.of();
        }
        List<Value> elements = new ArrayList<>();
        try (JsonParser parser = JsonInput.parser(source, list.from, list.to)) {
            parser.nextToken();
            for (Value element = value(parser, list.from);
                    element.type != JsonToken.END_ARRAY;
                    element = value(parser, list.from)) {
                if (elements.size() == MAX_PARTS) {
                    throw new RefusedRequestException(
                            ApiError.BAD_REQUEST, name + " has more than " + MAX_PARTS + " elements");
                }
                elements.add(element);
            }
        }
        return elements;
    }

    private JsonObject object(Value value) {
        try (JsonParser parser = JsonInput.parser(source, value.from, value.to)) {
            parser.nextToken();
            return read(parser, source, value.from);
        }
    }

    private String text(Value value) {
        try (JsonParser parser = JsonInput.parser(source, value.from, value.to)) {
            parser.nextToken();
            return parser.getString();
        }
    }

    private String literal(Value value) {
        return new String(source, value.from, value.to - value.from, StandardCharsets.US_ASCII);
    }

    private @Nullable Value find(String name, String legal, JsonToken... types) {
        Value value = fields.get(name);
        if (value != null && !List.of(types).contains(value.type)) {
            throw wrong(name, legal);
        }
        return value;
    }

    private static Value typed(Value value, JsonToken type, String name, String legal) {
        if (value.type != type) {
            throw wrong(name, legal);
        }
        return value;
    }

    private static MalformedRequestException wrong(String name, String legal) {
        return new MalformedRequestException(name + " must be " + legal);
    }
}
