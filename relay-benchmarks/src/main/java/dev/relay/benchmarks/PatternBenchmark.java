package dev.relay.benchmarks;

import dev.relay.internal.channel.PatternTrie;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Finding the three patterns that match a channel, and finding that none does, among so many that do not; beside it, trying
 * one pattern after the other.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx3g")
public class PatternBenchmark {
    private static final String CHANNEL = "shop:eu.store-4711.orders.created";
    private static final String UNFOLLOWED = "shop:eu.store-4712.stock.counted";
    private static final List<String> MATCHING =
            List.of("shop:eu.store-4711.**", "shop:*.store-4711.orders.*", "shop:eu.*.orders.created");

    /** What finds them. */
    public enum Kind {
        TRIE,
        SCAN
    }

    @Param
    public Kind kind = Kind.TRIE;

    @Param({"10", "10000", "1000000"})
    public int patterns = 10;

    private final PatternTrie trie = new PatternTrie(4);
    private List<String> all = new ArrayList<>();

    @Setup
    public void setUp() {
        Random random = new Random(42);
        all = new ArrayList<>(MATCHING);
        while (all.size() < patterns) {
            all.add(random(random));
        }
        for (String pattern : all) {
            trie.add(pattern, random.nextInt(4));
        }
        if (match(CHANNEL) != MATCHING.size() || match(UNFOLLOWED) != 0) {
            throw new IllegalStateException("the random patterns must not match");
        }
    }

    @Benchmark
    public int three() {
        return match(CHANNEL);
    }

    @Benchmark
    public int none() {
        return match(UNFOLLOWED);
    }

    private int match(String channel) {
        return kind == Kind.TRIE ? trie.match(channel).size() : scan(channel);
    }

    private int scan(String channel) {
        int count = 0;
        for (int i = 0; i < all.size(); i++) {
            count += matches(all.get(i), channel) ? 1 : 0;
        }
        return count;
    }

    /** Of other stores, in the same regions and of the same kinds. */
    static String random(Random random) {
        String region = List.of("eu", "us", "asia", "africa", "oceania").get(random.nextInt(5));
        String store = "store-" + (5000 + random.nextInt(200_000));
        String subject = List.of("orders", "stock", "prices", "staff", "visits").get(random.nextInt(5));
        return switch (random.nextInt(6)) {
            case 0 -> "shop:" + region + "." + store + ".**";
            case 1 -> "shop:" + region + "." + store + "." + subject + ".*";
            case 2 -> "shop:*." + store + "." + subject + ".**";
            case 3 -> "shop:" + region + ".*." + subject + ".item-" + random.nextInt(200_000);
            case 4 -> "devices." + region + ".sensor-" + random.nextInt(1_000_000) + ".*";
            default -> "chat:" + region + "." + Integer.toHexString(random.nextInt()) + ".*.typing";
        };
    }

    /** One pattern against one channel, one segment after the other; nothing is allocated. */
    private static boolean matches(String pattern, String channel) {
        int colon = pattern.indexOf(':');
        if (colon != channel.indexOf(':') || !channel.regionMatches(0, pattern, 0, colon + 1)) {
            return false;
        }
        int p = colon + 1;
        int c = colon + 1;
        while (p <= pattern.length() && c <= channel.length()) {
            int patternEnd = end(pattern, p);
            int channelEnd = end(channel, c);
            if (pattern.startsWith("**", p)) {
                return channelEnd > c;
            }
            boolean fits = (patternEnd - p == 1 && pattern.charAt(p) == '*')
                    ? channelEnd > c
                    : patternEnd - p == channelEnd - c && pattern.regionMatches(p, channel, c, channelEnd - c);
            if (!fits) {
                return false;
            }
            p = patternEnd + 1;
            c = channelEnd + 1;
        }
        return p > pattern.length() && c > channel.length();
    }

    private static int end(String name, int from) {
        int dot = name.indexOf('.', from);
        return dot < 0 ? name.length() : dot;
    }
}
