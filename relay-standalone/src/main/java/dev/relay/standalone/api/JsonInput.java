package dev.relay.standalone.api;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** The bodies of requests as objects. Stateless; any thread. */
public final class JsonInput {
    /** Deepest nesting of a body, application data included; the same as for clients, to whom the data goes on. */
    static final int MAX_DEPTH = 500;

    /** Most objects in one body. */
    static final int MAX_OBJECTS = 10_000;

    private static final int DECODED_AT_ONCE = 4096;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION) // JSON between systems is UTF-8, RFC 8259 8.1
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonInput() {}

    /**
     * The body as the one object it is. The bytes must not change afterwards.
     *
     * @throws MalformedRequestException if it is anything else
     */
    public static JsonObject object(byte[] body) {
        List<JsonObject> objects = objects(body);
        if (objects.size() > 1) {
            throw new MalformedRequestException("the body goes on after its JSON object");
        }
        return objects.get(0);
    }

    /**
     * The body as the objects it is made of, from one to {@link #MAX_OBJECTS}, with white space or nothing between them.
     *
     * @throws MalformedRequestException if it is anything else
     */
    static List<JsonObject> objects(byte[] body) {
        if (!isUtf8(body)) {
            throw new MalformedRequestException("the body is not UTF-8");
        }
        List<JsonObject> objects = new ArrayList<>();
        try (JsonParser parser = parser(body, 0, body.length)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.START_OBJECT) {
                    throw new MalformedRequestException("the body must be a JSON object");
                }
                if (objects.size() == MAX_OBJECTS) {
                    throw new MalformedRequestException("the body holds more than " + MAX_OBJECTS + " JSON objects");
                }
                objects.add(JsonObject.read(parser, body, 0));
            }
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw new MalformedRequestException("the body is not JSON"
                    + (at == null ? "" : ": line " + at.getLineNr() + ", column " + at.getColumnNr())
                    + ", or nested more than " + MAX_DEPTH + " levels deep");
        }
        if (objects.isEmpty()) {
            throw new MalformedRequestException("the body is empty; it must be a JSON object");
        }
        return objects;
    }

    static JsonParser parser(byte[] source, int from, int to) {
        return JSON.createParser(ObjectReadContext.empty(), source, from, to - from);
    }

    /** Jackson reads some malformed sequences as if they were well-formed; what goes on to WebSocket clients must not be. */
    private static boolean isUtf8(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports by default
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(Math.min(bytes.length + 2, DECODED_AT_ONCE));
        while (true) {
            var step = decoder.decode(in, out, true);
            if (step.isError()) {
                return false;
            }
            if (step.isUnderflow()) {
                return true;
            }
            out.clear();
        }
    }
}
