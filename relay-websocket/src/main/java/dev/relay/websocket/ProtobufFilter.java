package dev.relay.websocket;

import com.google.protobuf.WireFormat;
import dev.relay.transport.FilterNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a tags filter. One that is too deep or too large costs the command, not the connection: what is beyond is skipped. */
final class ProtobufFilter {
    private static final FilterNode NONE = new FilterNode("", "", "", "", List.of(), List.of());

    private final ProtobufInput in;
    private int nodes;
    private boolean bad;

    private ProtobufFilter(ProtobufInput in) {
        this.in = in;
    }

    /** The filter that begins with its length; {@code null} if there is too much of it. */
    static @Nullable FilterNode read(ProtobufInput in) throws IOException {
        ProtobufFilter filter = new ProtobufFilter(in);
        FilterNode root = filter.node(1);
        return filter.bad ? null : root;
    }

    private FilterNode node(int depth) throws IOException {
        int begun = in.begin();
        if (depth > FilterNode.MAX_DEPTH || ++nodes > FilterNode.MAX_NODES) {
            bad = true;
            in.skipToEnd(begun);
            return NONE;
        }
        String op = "";
        String key = "";
        String cmp = "";
        String val = "";
        List<String> vals = new ArrayList<>(0);
        List<FilterNode> inner = new ArrayList<>(0);
        for (int tag = in.nextTag(); tag != 0; tag = in.nextTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case dev.relay.websocket.proto.ClientProtocol.FilterNode.OP_FIELD_NUMBER -> op = in.text(tag, op);
                case dev.relay.websocket.proto.ClientProtocol.FilterNode.KEY_FIELD_NUMBER -> key = in.text(tag, key);
                case dev.relay.websocket.proto.ClientProtocol.FilterNode.CMP_FIELD_NUMBER -> cmp = in.text(tag, cmp);
                case dev.relay.websocket.proto.ClientProtocol.FilterNode.VAL_FIELD_NUMBER -> val = in.text(tag, val);
                case dev.relay.websocket.proto.ClientProtocol.FilterNode.VALS_FIELD_NUMBER -> {
                    if (in.isDelimited(tag)) {
                        vals.add(in.text(tag, ""));
                    }
                }
                case dev.relay.websocket.proto.ClientProtocol.FilterNode.NODES_FIELD_NUMBER -> {
                    if (in.isDelimited(tag)) {
                        FilterNode node = node(depth + 1);
                        if (!bad) {
                            inner.add(node);
                        }
                    }
                }
                default -> in.skip(tag);
            }
        }
        in.end(begun);
        return new FilterNode(op, key, cmp, val, vals, inner);
    }
}
