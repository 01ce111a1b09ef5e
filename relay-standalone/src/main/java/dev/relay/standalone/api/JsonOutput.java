package dev.relay.standalone.api;

import dev.relay.Payload;
import dev.relay.websocket.JsonPayloads;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes one JSON document. Application data goes in as it is, not rebuilt. Not thread-safe. */
public final class JsonOutput {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator out;

    private JsonOutput(JsonGenerator out) {
        this.out = out;
    }

    /** The document that {@code content} writes, in UTF-8. */
    public static byte[] document(Consumer<JsonOutput> content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            content.accept(new JsonOutput(generator));
        }
        return bytes.toByteArray();
    }

    /** So many documents with a line break between two; {@code content} writes the one of an index. */
    static byte[] lines(int count, ObjIntConsumer<JsonOutput> content) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            int index = i;
            lines.writeBytes(document(out -> content.accept(out, index)));
            if (i < count - 1) {
                lines.write('\n');
            }
        }
        return lines.toByteArray();
    }

    public JsonOutput beginObject() {
        out.writeStartObject();
        return this;
    }

    public JsonOutput endObject() {
        out.writeEndObject();
        return this;
    }

    public JsonOutput name(String name) {
        out.writeName(wellFormed(name));
        return this;
    }

    public JsonOutput text(String name, String value) {
        name(name).out.writeString(wellFormed(value));
        return this;
    }

    JsonOutput textUnlessEmpty(String name, String value) {
        return value.isEmpty() ? this : text(name, value);
    }

    public JsonOutput number(String name, long value) {
        out.writeNumberProperty(name, value);
        return this;
    }

    public JsonOutput number(String name, double value) {
        out.writeNumberProperty(name, value);
        return this;
    }

    /** The name, and no value. */
    public JsonOutput nothing(String name) {
        out.writeNullProperty(name);
        return this;
    }

    public JsonOutput flag(String name, boolean value) {
        out.writeBooleanProperty(name, value);
        return this;
    }

    /** An object with these members. */
    public JsonOutput object(String name, Consumer<JsonOutput> members) {
        name(name).beginObject();
        members.accept(this);
        return endObject();
    }

    /** An object with a member for each entry, whose value {@code write} writes. */
    public <T> JsonOutput map(String name, Map<String, T> entries, BiConsumer<JsonOutput, T> write) {
        return object(name, object -> entries.forEach((key, value) -> write.accept(object.name(key), value)));
    }

    /** An array, each of whose elements {@code write} writes. */
    public <T> JsonOutput list(String name, Iterable<T> elements, BiConsumer<JsonOutput, T> write) {
        name(name).out.writeStartArray();
        elements.forEach(element -> write.accept(this, element));
        out.writeEndArray();
        return this;
    }

    /** Application data: as it is if it is JSON, else {@code b64<name>} in Base64; nothing for {@code null}. */
    JsonOutput payload(String name, @Nullable Payload payload) {
        if (payload == null) {
            return this;
        }
        Payload json = JsonPayloads.verifier().verify(payload);
        if (json != null) {
            name(name).out.writeRawValue(json.text());
        } else {
            out.writeBinaryProperty("b64" + name, payload.toByteArray());
        }
        return this;
    }

    public JsonOutput bytes(String name, Payload payload) {
        out.writeBinaryProperty(name, payload.toByteArray());
        return this;
    }

    public void element(String text) {
        out.writeString(wellFormed(text));
    }

    /** Half a surrogate pair, which a JSON string may have escaped, would make some callers refuse the whole document. */
    private static String wellFormed(String text) {
        return text.chars().anyMatch(c -> Character.isSurrogate((char) c))
                ? new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                : text;
    }
}
