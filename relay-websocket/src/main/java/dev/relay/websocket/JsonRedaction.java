package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.relay.JsonRedactor;
import dev.relay.Payload;
import dev.relay.websocket.JsonCursor.Token;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a JSON text once and writes {@code null} over what pointers point to. Everything else keeps its bytes; a name
 * that an object has twice is found twice.
 *
 * <p><b>Threading.</b> Stateless; any thread.
 */
final class JsonRedaction implements JsonRedactor {
    private static final JsonRedaction REDACTOR = new JsonRedaction();
    private static final byte[] NULL = "null".getBytes(UTF_8);

    /** What is to be found behind a name or an index. */
    private static final class Node {
        final Map<String, Node> children = new HashMap<>(4);
        boolean redacted;

        static Node of(List<String> pointers) {
            Node root = new Node();
            for (String pointer : pointers) {
                Node node = root;
                for (String segment : pointer.substring(1).split("/", -1)) {
                    String name = segment.replace("~1", "/").replace("~0", "~");
                    node = node.children.computeIfAbsent(name, any -> new Node());
                }
                node.redacted = true;
            }
            return root;
        }
    }

    /** One text on its way through. */
    private static final class Pass {
        private final byte[] source;
        private final JsonCursor in = new JsonCursor();
        private final ByteArrayOutputStream out;
        private int copied;

        Pass(byte[] source) {
            this.source = source;
            this.out = new ByteArrayOutputStream(source.length);
            in.reset(source, 0, source.length);
        }

        /** Whether something was found. */
        boolean run(Node root) {
            in.next();
            value(root);
            out.write(source, copied, source.length - copied);
            return copied > 0;
        }

        /** The value that the cursor stands on. */
        private void value(@Nullable Node node) {
            if (node == null) {
                in.skipChildren();
            } else if (node.redacted) {
                out.write(source, copied, in.tokenStart() - copied);
                out.writeBytes(NULL);
                in.skipChildren();
                copied = in.position();
            } else if (in.token() == Token.BEGIN_OBJECT) {
                for (String name = in.nextName(); name != null; name = in.nextName()) {
                    in.next();
                    value(node.children.get(name));
                }
            } else if (in.token() == Token.BEGIN_ARRAY) {
                for (int i = 0; in.next() != Token.END_ARRAY; i++) {
                    value(node.children.get(Integer.toString(i)));
                }
            }
        }
    }

    private JsonRedaction() {}

    /** The redactor of every {@link WebSocketEdge}. */
    static JsonRedactor redactor() {
        return REDACTOR;
    }

    @Override
    public @Nullable Payload redact(Payload data, List<String> pointers) {
        Payload json = JsonPayloads.verifier().verify(requireNonNull(data, "data"));
        if (json == null) {
            return null;
        }
        Pass pass = new Pass(json.toByteArray());
        if (!pass.run(Node.of(pointers))) {
            return json;
        }
        return Payload.verifiedJson(pass.out.toByteArray(), 0, pass.out.size());
    }
}
