package dev.relay.internal.channel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The {@link ChannelPattern patterns} that connections follow, and which shards have some that do: a tree by segments, so
 * that finding the patterns of a channel does not depend on how many others there are.
 *
 * <p>A channel can have more than one way through the tree: at each segment to its name and to {@code *}. A way to depth
 * {@code i} is told by which of the {@code i} segments it took as {@code *}, at most {@value ChannelPattern#MAX_WILDCARDS}
 * of them. So a channel of {@code n} segments passes at most the sum over {@code i <= n}, {@code k <= 4} of {@code C(i, k)},
 * which is the sum over {@code k <= 4} of {@code C(n + 1, k + 1)}, places: 62 for 5 segments, 1,023 for 10, 284,273 for
 * {@value ChannelPattern#MAX_SEGMENTS} and more – and no more than there are.
 *
 * <p><b>Threading.</b> One shard's thread only.
 */
public final class PatternTrie {
    /** A pattern and who follows it. Immutable. */
    public static final class Match {
        private final String pattern;
        private final int[] shards;

        private Match(String pattern, int[] shards) {
            this.pattern = pattern;
            this.shards = shards;
        }

        public String pattern() {
            return pattern;
        }

        /** How many shards have subscribers of the pattern; at least one. */
        public int shardCount() {
            return shards.length;
        }

        /** Index of one of those shards, in ascending order. */
        public int shard(int i) {
            return shards[i];
        }

        @Override
        public String toString() {
            return pattern + Arrays.toString(shards);
        }
    }

    /**
     * Names are hashed with numbers of this trie's own, so that nobody can prepare many that collide.
     *
     * <p>Every step multiplies, so the upper half of the product depends on all characters and on the numbers.
     */
    static final class Seed {
        private final long start;
        private final long factor;

        Seed(SplittableRandom random) {
            start = random.nextLong();
            factor = random.nextLong() | 1;
        }

        int hash(String name, int from, int to) {
            long hash = start;
            for (int i = from; i < to; i++) {
                hash = (Long.rotateLeft(hash, 25) ^ name.charAt(i)) * factor;
            }
            return (int) (hash >>> 32);
        }
    }

    private static final int PARTS =
            1 + ChannelPattern.MAX_SEGMENTS; // a namespace with its colon, maybe empty, comes first

    private final int[][] single; // for each shard the array of patterns that only this one follows, which most are
    private final PatternNode root = new PatternNode("", 0, 0);
    private final Seed seed = new Seed(new SplittableRandom());
    private int size;
    private long version;

    // The name that is being worked on, in parts; those behind the longest pattern are only counted.
    private final int[] starts = new int[PARTS];
    private final int[] ends = new int[PARTS];
    private final int[] hashes = new int[PARTS];
    private int parts;
    private int lastEmpty; // index of the last empty segment; 0 if there is none
    private int firstOpen; // index of the first part that may be taken as a wildcard
    private @Nullable List<Match> found;

    public PatternTrie(int shards) {
        single = new int[shards][];
        for (int i = 0; i < shards; i++) {
            single[i] = new int[] {i};
        }
    }

    /** Patterns that somebody follows. */
    public int size() {
        return size;
    }

    /** Changes whenever what {@link #match} says may change. */
    public long version() {
        return version;
    }

    /**
     * A shard has a subscriber of a pattern.
     *
     * @return {@code false} iff that is nothing new
     * @throws IllegalArgumentException if the pattern has a {@link ChannelPattern#fault}
     */
    public boolean add(String pattern, int shard) {
        String fault = ChannelPattern.fault(pattern);
        if (fault != null) {
            throw new IllegalArgumentException("not a pattern: " + pattern + ": " + fault);
        }
        split(pattern);
        int[] alone = single[shard];
        PatternNode node = root;
        for (int part = 0; part < depth(pattern); part++) {
            PatternNode next = child(node, pattern, part);
            node = next == null ? newChild(node, pattern, part) : next;
        }
        Match before = match(node, pattern);
        if (before == null) {
            size++;
            put(node, new Match(pattern, alone), pattern);
        } else {
            int at = Arrays.binarySearch(before.shards, shard);
            if (at >= 0) {
                return false;
            }
            int[] shards = Arrays.copyOf(before.shards, before.shards.length + 1);
            System.arraycopy(before.shards, -at - 1, shards, -at, before.shards.length + at + 1);
            shards[-at - 1] = shard;
            put(node, new Match(before.pattern, shards), pattern);
        }
        version++;
        return true;
    }

    /**
     * A shard has no subscriber of a pattern any more.
     *
     * @return {@code false} iff it had none
     */
    public boolean remove(String pattern, int shard) {
        split(pattern);
        PatternNode node = find(pattern);
        Match before = node == null ? null : match(node, pattern);
        int at = before == null ? -1 : Arrays.binarySearch(before.shards, shard);
        if (node == null || before == null || at < 0) {
            return false;
        }
        if (before.shards.length == 1) {
            size--;
            prune(root, pattern, 0);
        } else {
            int[] shards = Arrays.copyOf(before.shards, before.shards.length - 1);
            System.arraycopy(before.shards, at + 1, shards, at, shards.length - at);
            put(node, new Match(before.pattern, shards.length == 1 ? single[shards[0]] : shards), pattern);
        }
        version++;
        return true;
    }

    /**
     * The patterns that match a channel: the more literal first, from left to right, with {@code **} after {@code *}. Valid
     * until {@link #version} changes.
     */
    public List<Match> match(String channel) {
        if (size == 0 || channel.indexOf('#') >= 0) {
            return List.of();
        }
        split(channel);
        walk(root, channel, 0);
        List<Match> matches = found;
        found = null;
        return matches == null ? List.of() : matches;
    }

    private void walk(PatternNode node, String channel, int part) {
        if (part == parts) {
            found(node.here);
            return;
        }
        if (part >= PARTS) {
            return; // nothing is that deep
        }
        PatternNode literal = node.literal(channel, starts[part], ends[part], hashes[part]);
        if (literal != null) {
            walk(literal, channel, part + 1);
        }
        if (part < firstOpen) {
            return;
        }
        if (node.any != null && starts[part] < ends[part]) {
            walk(node.any, channel, part + 1);
        }
        if (lastEmpty < part) {
            found(node.rest);
        }
    }

    private void found(@Nullable Match match) {
        if (match != null) {
            if (found == null) {
                found = new ArrayList<>(4);
            }
            found.add(match);
        }
    }

    /** Takes a pattern that nobody follows any more out of the places on its way, and those that nothing leads through. */
    private void prune(PatternNode node, String pattern, int part) {
        if (part == depth(pattern)) {
            put(node, null, pattern);
            return;
        }
        PatternNode child = child(node, pattern, part);
        if (child == null) {
            throw new IllegalStateException("pattern is not there: " + pattern);
        }
        prune(child, pattern, part + 1);
        if (!child.isEmpty()) {
            child.forget(pattern);
        } else if (ChannelPattern.isAny(pattern, starts[part], ends[part])) {
            node.any = null;
        } else {
            node.removeLiteral(child, hashes[part]);
        }
    }

    private @Nullable PatternNode find(String pattern) {
        if (parts > PARTS) {
            return null;
        }
        PatternNode node = root;
        for (int part = 0; part < depth(pattern) && node != null; part++) {
            node = child(node, pattern, part);
        }
        return node;
    }

    private @Nullable PatternNode child(PatternNode node, String pattern, int part) {
        return ChannelPattern.isAny(pattern, starts[part], ends[part])
                ? node.any
                : node.literal(pattern, starts[part], ends[part], hashes[part]);
    }

    private PatternNode newChild(PatternNode node, String pattern, int part) {
        PatternNode child = new PatternNode(pattern, starts[part], ends[part]);
        if (ChannelPattern.isAny(pattern, starts[part], ends[part])) {
            node.any = child;
        } else {
            node.addLiteral(child, hashes[part], seed);
        }
        return child;
    }

    private @Nullable Match match(PatternNode node, String pattern) {
        return endsWithRest(pattern) ? node.rest : node.here;
    }

    private void put(PatternNode node, @Nullable Match match, String pattern) {
        if (endsWithRest(pattern)) {
            node.rest = match;
        } else {
            node.here = match;
        }
    }

    /** Parts of the pattern that have a place of their own; {@code **} has none. */
    private int depth(String pattern) {
        return endsWithRest(pattern) ? parts - 1 : parts;
    }

    private boolean endsWithRest(String pattern) {
        return ChannelPattern.isRest(pattern, starts[parts - 1], ends[parts - 1]);
    }

    private void split(String name) {
        int start = name.indexOf(':') + 1;
        parts = 0;
        part(name, 0, start);
        lastEmpty = 0;
        // Without a namespace the $ of a private channel is in the first segment, which no wildcard may stand for.
        firstOpen = start == 0 && !name.isEmpty() && name.charAt(0) == '$' ? 2 : 1;
        int end;
        do {
            end = ChannelPattern.endOfSegment(name, start);
            if (end == start) {
                lastEmpty = parts;
            }
            part(name, start, end);
            start = end + 1;
        } while (end < name.length());
    }

    private void part(String name, int start, int end) {
        if (parts < PARTS) {
            starts[parts] = start;
            ends[parts] = end;
            hashes[parts] = seed.hash(name, start, end);
        }
        parts++;
    }

    /** All places in memory. */
    List<PatternNode> places() {
        List<PatternNode> places = new ArrayList<>();
        root.collect(places);
        return places;
    }
}
