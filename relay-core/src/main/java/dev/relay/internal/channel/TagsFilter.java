package dev.relay.internal.channel;

import dev.relay.transport.FilterNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which publications of a channel a subscriber wants, told from their tags. {@code and} of nothing is true, {@code or} of
 * nothing is false, {@code in} nothing is false, {@code nin} nothing is true. Filters made from equal nodes are equal, so
 * that subscribers who want the same can be asked once.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
public final class TagsFilter {
    /** A node. Those that compare text allocate nothing. */
    private interface Condition {
        boolean holds(Map<String, String> tags);
    }

    private final FilterNode source;
    private final Condition root;
    private final int hash;

    private TagsFilter(FilterNode source, Condition root) {
        this.source = source;
        this.root = root;
        this.hash = source.hashCode();
    }

    /**
     * Checks a filter as a client sent it.
     *
     * <p>Well-formed is an inner node of {@code and}, {@code or} and any number of nodes or of {@code not} and one, with
     * nothing that belongs to a comparison; and a comparison with a key and with what it is compared with and nothing else:
     * {@code vals} of {@code in} and {@code nin}, nothing of {@code ex} and {@code nex}, {@code val} of all others, where it
     * may be empty. It is within the limits of {@link FilterNode}. A {@code val} that is no number is well-formed, and
     * neither less nor greater than anything.
     *
     * @return {@code null} iff it is malformed
     */
    public static @Nullable TagsFilter compile(FilterNode filter) {
        Condition root = new Compiler().compile(filter, 1);
        return root == null ? null : new TagsFilter(filter, root);
    }

    /** Whether the subscriber wants a publication with these tags. */
    public boolean matches(Map<String, String> tags) {
        return root.holds(tags);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TagsFilter that && hash == that.hash && source.equals(that.source);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    private static final class Compiler {
        private int nodes;

        @Nullable
        Condition compile(FilterNode node, int depth) {
            if (depth > FilterNode.MAX_DEPTH || ++nodes > FilterNode.MAX_NODES) {
                return null;
            }
            if (node.op().isEmpty()) {
                return node.key().isEmpty() || !node.nodes().isEmpty() ? null : comparison(node);
            }
            if (!node.key().isEmpty() || !node.cmp().isEmpty() || hasVal(node) || hasVals(node)) {
                return null;
            }
            List<Condition> inner = new ArrayList<>(node.nodes().size());
            for (FilterNode child : node.nodes()) {
                Condition condition = compile(child, depth + 1);
                if (condition == null) {
                    return null;
                }
                inner.add(condition);
            }
            return combine(node.op(), inner.toArray(Condition[]::new));
        }
    }

    private static @Nullable Condition combine(String op, Condition[] inner) {
        return switch (op) {
            case "and" ->
                tags -> {
                    for (Condition condition : inner) {
                        if (!condition.holds(tags)) {
                            return false;
                        }
                    }
                    return true;
                };
            case "or" ->
                tags -> {
                    for (Condition condition : inner) {
                        if (condition.holds(tags)) {
                            return true;
                        }
                    }
                    return false;
                };
            case "not" -> inner.length == 1 ? tags -> !inner[0].holds(tags) : null;
            default -> null;
        };
    }

    private static @Nullable Condition comparison(FilterNode leaf) {
        return switch (leaf.cmp()) {
            case "ex", "nex" -> hasVal(leaf) || hasVals(leaf) ? null : presence(leaf);
            case "in", "nin" -> hasVal(leaf) ? null : membership(leaf);
            case "eq", "neq", "sw", "ew", "ct" -> hasVals(leaf) ? null : text(leaf);
            case "lt", "lte", "gt", "gte" -> hasVals(leaf) ? null : number(leaf);
            default -> null;
        };
    }

    private static Condition presence(FilterNode leaf) {
        String key = leaf.key();
        return leaf.cmp().equals("ex") ? tags -> tags.containsKey(key) : tags -> !tags.containsKey(key);
    }

    /** Here an absent tag counts as empty. */
    private static Condition membership(FilterNode leaf) {
        String key = leaf.key();
        Set<String> vals = Set.copyOf(leaf.vals());
        return leaf.cmp().equals("in")
                ? tags -> vals.contains(tags.getOrDefault(key, ""))
                : tags -> !vals.contains(tags.getOrDefault(key, ""));
    }

    /** An absent tag is different from everything, and has no beginning, end or middle, not even the empty one. */
    private static Condition text(FilterNode leaf) {
        String key = leaf.key();
        String val = leaf.val();
        return switch (leaf.cmp()) {
            case "eq" -> tags -> val.equals(tags.get(key));
            case "neq" -> tags -> !val.equals(tags.get(key));
            case "sw" ->
                tags -> {
                    String tag = tags.get(key);
                    return tag != null && tag.startsWith(val);
                };
            case "ew" ->
                tags -> {
                    String tag = tags.get(key);
                    return tag != null && tag.endsWith(val);
                };
            default ->
                tags -> {
                    String tag = tags.get(key);
                    return tag != null && tag.contains(val);
                };
        };
    }

    private static Condition number(FilterNode leaf) {
        String key = leaf.key();
        Decimal val = Decimal.parse(leaf.val());
        if (val == null) {
            return tags -> false;
        }
        int wanted = leaf.cmp().startsWith("l") ? -1 : 1;
        boolean orEqual = leaf.cmp().endsWith("e");
        return tags -> {
            String tag = tags.get(key);
            Decimal number = tag == null ? null : Decimal.parse(tag);
            if (number == null) {
                return false;
            }
            int compared = number.compareTo(val);
            return compared == 0 ? orEqual : compared > 0 == wanted > 0;
        };
    }

    private static boolean hasVal(FilterNode node) {
        return !node.val().isEmpty();
    }

    private static boolean hasVals(FilterNode node) {
        return !node.vals().isEmpty();
    }
}
