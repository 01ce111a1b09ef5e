package dev.relay.transport;

import java.util.List;

/**
 * A node of a tags filter as the client sent it; nobody has checked yet what it says. Absent text is {@code ""}.
 *
 * @param op {@code and}, {@code or}, {@code not}, or {@code ""} for a comparison
 * @param key the tag that is compared
 * @param cmp how
 * @param val with what
 * @param vals with which
 * @param nodes of {@code and}, {@code or}, {@code not}
 */
public record FilterNode(String op, String key, String cmp, String val, List<String> vals, List<FilterNode> nodes) {
    /** Deepest nesting an encoding hands on, the outermost node being 1; a deeper filter is malformed. */
    public static final int MAX_DEPTH = 32;

    /** Most nodes of one filter that an encoding hands on; a larger one is malformed. */
    public static final int MAX_NODES = 256;

    public FilterNode {
        vals = List.copyOf(vals);
        nodes = List.copyOf(nodes);
    }
}
