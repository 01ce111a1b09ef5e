package dev.relay.websocket;

import dev.relay.transport.FilterNode;
import dev.relay.websocket.JsonCursor.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a tags filter. A filter that is none is read to its end all the same: it costs the command, not the connection. */
final class JsonFilter {
    private static final FilterNode NONE = new FilterNode("", "", "", "", List.of(), List.of());

    private final JsonCursor in;
    private int nodes;
    private boolean bad;

    private JsonFilter(JsonCursor in) {
        this.in = in;
    }

    /** The filter that begins at the current token; {@code null} if a value has the wrong type, or there is too much of it. */
    static @Nullable FilterNode read(JsonCursor in) {
        JsonFilter filter = new JsonFilter(in);
        FilterNode root = filter.node(1);
        return filter.bad ? null : root;
    }

    private FilterNode node(int depth) {
        if (in.token() != Token.BEGIN_OBJECT || depth > FilterNode.MAX_DEPTH || ++nodes > FilterNode.MAX_NODES) {
            wrong();
            return NONE;
        }
        String op = "";
        String key = "";
        String cmp = "";
        String val = "";
        List<String> vals = List.of();
        List<FilterNode> inner = List.of();
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            in.next();
            switch (field) {
                case "op" -> op = text();
                case "key" -> key = text();
                case "cmp" -> cmp = text();
                case "val" -> val = text();
                case "vals" -> vals = texts();
                case "nodes" -> inner = nodes(depth + 1);
                default -> in.skipChildren();
            }
        }
        return new FilterNode(op, key, cmp, val, vals, inner);
    }

    private String text() {
        if (in.token() == Token.STRING) {
            return in.text();
        }
        if (in.token() != Token.NULL) {
            wrong();
        }
        return "";
    }

    private List<String> texts() {
        if (!beginsList()) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        while (in.next() != Token.END_ARRAY) {
            if (in.token() == Token.STRING) {
                texts.add(in.text());
            } else {
                wrong();
            }
        }
        return texts;
    }

    private List<FilterNode> nodes(int depth) {
        if (!beginsList()) {
            return List.of();
        }
        List<FilterNode> inner = new ArrayList<>();
        while (in.next() != Token.END_ARRAY) {
            FilterNode node = node(depth);
            if (!bad) {
                inner.add(node);
            }
        }
        return inner;
    }

    /** Whether the current token begins a list; where it does not, and is not absent, that is a fault. */
    private boolean beginsList() {
        if (in.token() == Token.BEGIN_ARRAY) {
            return true;
        }
        if (in.token() != Token.NULL) {
            wrong();
        }
        return false;
    }

    private void wrong() {
        bad = true;
        in.skipChildren();
    }
}
