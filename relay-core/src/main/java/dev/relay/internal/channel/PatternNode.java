package dev.relay.internal.channel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a {@link PatternTrie}: what patterns have in common up to the end of one segment. Most places have one way on,
 * or none, so a table is made for the second. 40 bytes.
 */
final class PatternNode {
    private String text; // some pattern of the trie that leads here: its segment's name costs no memory of its own
    private final short start; // of the segment in that text
    private final short end;
    private @Nullable PatternNode only; // the next place for a literal segment, if there is one such
    private @Nullable Table many; // if there are more

    @Nullable
    PatternNode any; // for *

    PatternTrie.@Nullable Match here; // the pattern that ends here
    PatternTrie.@Nullable Match rest; // the one that ends behind this with **

    PatternNode(String text, int start, int end) {
        this.text = text;
        this.start = (short) start;
        this.end = (short) end;
    }

    /** The place behind a literal segment. */
    @Nullable
    PatternNode literal(String name, int from, int to, int hash) {
        if (only != null) {
            return only.isCalled(name, from, to) ? only : null;
        }
        return many == null ? null : many.find(name, from, to, hash);
    }

    /** @param seed of the hashes */
    void addLiteral(PatternNode child, int hash, PatternTrie.Seed seed) {
        if (many != null) {
            many.add(child, hash);
        } else if (only == null) {
            only = child;
        } else {
            many = new Table();
            many.add(only, seed.hash(only.text, only.start, only.end));
            many.add(child, hash);
            only = null;
        }
    }

    void removeLiteral(PatternNode child, int hash) {
        if (many == null) {
            only = null;
            return;
        }
        many.remove(child, hash);
        if (many.size == 1) {
            only = many.first();
            many = null;
        }
    }

    boolean isEmpty() {
        return only == null && many == null && any == null && here == null && rest == null;
    }

    /** Takes its name from another pattern than one that has gone, so that this one's text is not kept. */
    void forget(String gone) {
        if (text.equals(gone)) {
            text = here != null ? here.pattern() : rest != null ? rest.pattern() : next().text;
        }
    }

    private PatternNode next() {
        if (any != null) {
            return any;
        }
        if (only != null) {
            return only;
        }
        if (many != null) {
            return many.first();
        }
        throw new IllegalStateException("a place that leads nowhere is not forgotten");
    }

    private boolean isCalled(String name, int from, int to) {
        int length = end - start;
        return length == to - from && text.regionMatches(start, name, from, length);
    }

    /** Collects this place and all that lie behind it. */
    void collect(List<PatternNode> places) {
        places.add(this);
        if (any != null) {
            any.collect(places);
        }
        if (only != null) {
            only.collect(places);
        }
        if (many != null) {
            for (PatternNode node : many.nodes) {
                if (node != null) {
                    node.collect(places);
                }
            }
        }
    }

    /** The text it keeps in memory. */
    String text() {
        return text;
    }

    /** Length of its table. */
    int slots() {
        return many == null ? 0 : many.nodes.length;
    }

    /** Open addressing with linear probing; hashes are kept, so that a probe seldom touches a node in vain. */
    private static final class Table {
        private static final int MIN_SLOTS = 4;

        private @Nullable PatternNode[] nodes = new @Nullable PatternNode[MIN_SLOTS];
        private int[] hashes = new int[MIN_SLOTS];
        private int size;

        @Nullable
        PatternNode find(String name, int from, int to, int hash) {
            int mask = nodes.length - 1;
            for (int slot = hash & mask; ; slot = slot + 1 & mask) {
                PatternNode node = nodes[slot];
                if (node == null || (hashes[slot] == hash && node.isCalled(name, from, to))) {
                    return node;
                }
            }
        }

        PatternNode first() {
            for (PatternNode node : nodes) {
                if (node != null) {
                    return node;
                }
            }
            throw new IllegalStateException("a table is not empty");
        }

        void add(PatternNode node, int hash) {
            if (4 * (size + 1) > 3 * nodes.length) {
                resize(2 * nodes.length);
            }
            put(node, hash);
            size++;
        }

        void remove(PatternNode node, int hash) {
            int mask = nodes.length - 1;
            int hole = hash & mask;
            while (nodes[hole] != node) {
                hole = hole + 1 & mask;
            }
            // What comes behind moves up unless that would put it before its own slot; so there are no tombstones.
            for (int slot = hole + 1 & mask; nodes[slot] != null; slot = slot + 1 & mask) {
                if ((slot - hashes[slot] & mask) >= (slot - hole & mask)) {
                    nodes[hole] = nodes[slot];
                    hashes[hole] = hashes[slot];
                    hole = slot;
                }
            }
            nodes[hole] = null;
            size--;
            if (nodes.length > MIN_SLOTS && 8 * size <= nodes.length) {
                resize(nodes.length / 4);
            }
        }

        private void resize(int slots) {
            @Nullable PatternNode[] oldNodes = nodes;
            int[] oldHashes = hashes;
            nodes = new @Nullable PatternNode[Math.max(slots, MIN_SLOTS)];
            hashes = new int[nodes.length];
            for (int i = 0; i < oldNodes.length; i++) {
                PatternNode node = oldNodes[i];
                if (node != null) {
                    put(node, oldHashes[i]);
                }
            }
        }

        private void put(PatternNode node, int hash) {
            int mask = nodes.length - 1;
            int slot = hash & mask;
            while (nodes[slot] != null) {
                slot = slot + 1 & mask;
            }
            nodes[slot] = node;
            hashes[slot] = hash;
        }
    }
}
