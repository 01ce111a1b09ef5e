package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.relay.internal.channel.PatternTrie.Match;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternTrieTest {
    private static final int SHARDS = 5;

    private final PatternTrie trie = new PatternTrie(SHARDS);

    @ParameterizedTest
    @CsvSource({
        // pattern, channel, whether it matches
        "*,            a,            true",
        "*,            '',           false",
        "*,            a.b,          false",
        "*,            $a,           false",
        "*,            chat:a,       false",
        "*,            *,            true",
        "**,           a,            true",
        "**,           a.b.c,        true",
        "**,           a..c,         false",
        "**,           .a,           false",
        "**,           a.,           false",
        "**,           $a.b,         false",
        "**,           chat:a,       false",
        "orders.*,     orders.eu,    true",
        "orders.*,     orders,       false",
        "orders.*,     orders.,      false",
        "orders.*,     orders.eu.42, false",
        "orders.*,     orders2.eu,   false",
        "orders.*,     xorders.eu,   false",
        "orders.*,     Orders.eu,    false",
        "orders.*,     orders.eu#42, false",
        "orders.*,     orders.#,     false",
        "orders.**,    orders.eu,    true",
        "orders.**,    orders.eu.42, true",
        "orders.**,    orders,       false",
        "orders.**,    orders.,      false",
        "orders.**,    orders..eu,   false",
        "orders.**,    orders.eu.,   false",
        "orders.**,    orders.a#b.c, false",
        "*.eu,         orders.eu,    true",
        "*.eu,         .eu,          false",
        "*.eu,         $orders.eu,   false",
        "*.*,          $a.b,         false",
        "a.*.c,        a.b.c,        true",
        "a.*.c,        a.b.d,        false",
        "a.*.c,        a..c,         false",
        "a.*.c,        a.b.c.d,      false",
        "a..*,         a..b,         true",
        "a..*,         a.b,          false",
        ".*,           .a,           true",
        "'*.',         'a.',         true",
        "'*.',         a,            false",
        "$a.*,         $a.b,         true",
        "$a.*,         a.b,          false",
        "$a.**,        $a.b.c,       true",
        "$.*,          $.b,          true",
        "chat:*,       chat:a,       true",
        "chat:*,       chat:,        false",
        "chat:*,       chat:a.b,     false",
        "chat:*,       a,            false",
        "chat:*,       chat2:a,      false",
        "chat:*,       $chat:a,      false",
        "chat:*,       chat:$a,      true",
        "chat:*,       chat:a:b,     true",
        "chat:**,      chat:a.b,     true",
        "chat:a.*,     chat:a.b,     true",
        "$chat:*,      $chat:a,      true",
        "$chat:*,      chat:a,       false",
        "$chat:**,     $chat:a.b,    true",
        "a.b:*,        a.b:c,        true",
        "a.b:*,        a.x:c,        false"
    })
    void a_pattern_matches(String pattern, String channel, boolean matches) {
        trie.add(pattern, 0);
        assertThat(patterns(channel)).isEqualTo(matches ? List.of(pattern) : List.of());
    }

    @Test
    void a_channel_may_have_more_segments_than_any_pattern() {
        String most = "a.".repeat(ChannelPattern.MAX_SEGMENTS - 1);
        trie.add(most + "*", 0);
        trie.add(most + "**", 0);
        trie.add("a.**", 0);
        trie.add("*.**", 0);
        assertThat(patterns(most + "a")).containsExactly(most + "*", most + "**", "a.**", "*.**");
        assertThat(patterns(most + "a.a")).containsExactly(most + "**", "a.**", "*.**");
        assertThat(patterns(most + "a".concat(".a".repeat(90)))).containsExactly(most + "**", "a.**", "*.**");
        assertThat(patterns(most + "a".concat(".a".repeat(90)) + ".")).isEmpty();
        assertThat(trie.remove("a." + most + "*", 0)).isFalse();
    }

    @Test
    void the_more_literal_comes_first() {
        List<String> expected = List.of("a.b.*", "a.b.**", "a.*.c", "a.*.*", "a.*.**", "a.**", "*.b.c", "*.**", "**");
        List<String> shuffled = new ArrayList<>(expected);
        Collections.shuffle(shuffled, new Random(7));
        shuffled.forEach(pattern -> trie.add(pattern, 0));
        assertThat(patterns("a.b.c")).isEqualTo(expected);
    }

    @Test
    void a_match_tells_which_shards_follow_the_pattern_in_ascending_order() {
        for (int shard : new int[] {3, 0, 4, 1}) {
            assertThat(trie.add("a.*", shard)).isTrue();
        }
        assertThat(trie.match("a.b")).hasToString("[a.*[0, 1, 3, 4]]");
        assertThat(trie.remove("a.*", 1)).isTrue();
        assertThat(trie.remove("a.*", 4)).isTrue();
        assertThat(trie.match("a.b")).hasToString("[a.*[0, 3]]");
        assertThat(trie.remove("a.*", 0)).isTrue();
        assertThat(trie.match("a.b")).hasToString("[a.*[3]]");
        assertThat(trie.size()).isEqualTo(1);
        assertThat(trie.remove("a.*", 3)).isTrue();
        assertThat(trie.match("a.b")).isEmpty();
        assertThat(trie.size()).isZero();
    }

    @Test
    void what_was_matched_does_not_change_afterwards() {
        trie.add("a.*", 1);
        List<Match> before = trie.match("a.b");
        trie.add("a.*", 2);
        trie.add("*.b", 2);
        assertThat(before).hasToString("[a.*[1]]");
    }

    @Test
    void the_version_changes_iff_a_match_may() {
        long version = trie.version();
        trie.add("a.*", 1);
        assertThat(trie.version()).isNotEqualTo(version);
        version = trie.version();
        assertThat(trie.add("a.*", 1)).isFalse();
        assertThat(trie.remove("a.*", 2)).isFalse();
        assertThat(trie.remove("a.**", 1)).isFalse();
        assertThat(trie.remove("a", 1)).isFalse();
        assertThat(trie.remove("b.*", 1)).isFalse();
        trie.match("a.b");
        assertThat(trie.version()).isEqualTo(version);
        trie.add("a.*", 2);
        assertThat(trie.version()).isNotEqualTo(version);
        version = trie.version();
        trie.remove("a.*", 2);
        assertThat(trie.version()).isNotEqualTo(version);
    }

    @Test
    void what_is_no_pattern_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trie.add("a.**.b", 0))
                .withMessage("not a pattern: a.**.b: ** stands at the end only");
        assertThatIllegalArgumentException().isThrownBy(() -> trie.add("a.b", 0));
        assertThat(trie.size()).isZero();
        assertThat(trie.version()).isZero();
    }

    @Test
    void nothing_is_left_of_patterns_that_have_gone() {
        Random random = new Random(11);
        List<String> patterns = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            patterns.add("shop:" + random.nextInt(30) + "." + i + (i % 2 == 0 ? ".*" : ".x.**"));
        }
        trie.add("shop:1.*", 0);
        patterns.forEach(pattern -> trie.add(pattern, 1));
        assertThat(trie.places()).hasSizeGreaterThan(10_000);
        Collections.shuffle(patterns, random);
        for (int i = 0; i < patterns.size(); i++) {
            assertThat(trie.remove(patterns.get(i), 1)).isTrue();
            if (i % 500 == 0) {
                assertThatNothingIsKeptInVain();
            }
        }
        assertThat(trie.size()).isEqualTo(1);
        // root, namespace, segment, wildcard
        assertThat(trie.places()).hasSize(4).allSatisfy(place -> assertThat(place.slots())
                .isZero());
    }

    @Test
    void patterns_are_found_in_any_mixture_of_coming_and_going() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TreeSet<Integer> followed = new TreeSet<>();
        for (int round = 0; round < 40; round++) {
            boolean grows = random.nextBoolean();
            for (int step = 0; step < 500; step++) {
                int store = random.nextInt(3000);
                if (grows == random.nextInt(10) > 0) {
                    assertThat(trie.add("shop:" + store + ".*", 0)).isEqualTo(followed.add(store));
                } else {
                    assertThat(trie.remove("shop:" + store + ".*", 0)).isEqualTo(followed.remove(store));
                }
            }
            for (int store = 0; store < 3000; store++) {
                assertThat(trie.match("shop:" + store + ".x"))
                        .as("seed %d, store %d", seed, store)
                        .hasSize(followed.contains(store) ? 1 : 0);
            }
            assertThatNothingIsKeptInVain();
        }
    }

    @Test
    void a_place_does_not_keep_the_text_of_the_pattern_that_made_it() {
        trie.add("shop:eu.a.*", 0);
        trie.add("shop:eu.a.**", 0);
        trie.add("shop:eu.*.b", 0);
        trie.remove("shop:eu.a.*", 0);
        assertThatNothingIsKeptInVain();
        trie.remove("shop:eu.a.**", 0);
        assertThatNothingIsKeptInVain();
        assertThat(patterns("shop:eu.x.b")).containsExactly("shop:eu.*.b");
    }

    /** Random patterns, subscribers that come and go, and channels, against a plain reading of the rules. */
    @Test
    void random_patterns_match_what_the_rules_say() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int found = 0;
        for (int round = 0; round < 50; round++) {
            PatternTrie other = new PatternTrie(SHARDS);
            Map<String, TreeSet<Integer>> model = new TreeMap<>();
            for (int step = 0; step < 400; step++) {
                String pattern = randomPattern(random);
                int shard = random.nextInt(SHARDS);
                TreeSet<Integer> shards = model.computeIfAbsent(pattern, p -> new TreeSet<>());
                if (random.nextInt(5) < 3) {
                    assertThat(other.add(pattern, shard)).isEqualTo(shards.add(shard));
                } else {
                    assertThat(other.remove(pattern, shard)).isEqualTo(shards.remove(shard));
                }
                if (shards.isEmpty()) {
                    model.remove(pattern);
                }
                String channel = randomName(random, false);
                List<String> expected = new ArrayList<>();
                model.forEach((p, s) -> {
                    if (plainlyMatches(p, channel)) {
                        expected.add(p + s);
                    }
                });
                assertThat(other.match(channel))
                        .as("seed %d, channel '%s', patterns %s", seed, channel, model)
                        .extracting(Match::toString)
                        .containsExactlyInAnyOrderElementsOf(expected);
                found += expected.size();
            }
            assertThat(other.size()).isEqualTo(model.size());
            model.forEach((pattern, shards) -> shards.forEach(shard -> other.remove(pattern, shard)));
            assertThat(other.places()).as("seed %d", seed).hasSize(1);
        }
        assertThat(found).as("seed %d", seed).isGreaterThan(10_000);
    }

    @Test
    void the_order_of_matches_does_not_depend_on_how_the_patterns_came() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> patterns = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            patterns.add(randomPattern(random));
        }
        patterns.forEach(pattern -> trie.add(pattern, 0));
        Collections.shuffle(patterns, random);
        PatternTrie other = new PatternTrie(1);
        patterns.forEach(pattern -> other.add(pattern, 0));
        for (int i = 0; i < 1000; i++) {
            String channel = randomName(random, false);
            assertThat(other.match(channel))
                    .as("seed %d, channel '%s'", seed, channel)
                    .hasToString(trie.match(channel).toString());
        }
    }

    @Test
    void hashes_do_not_collide_more_than_chance_has_it() {
        PatternTrie.Seed seed = new PatternTrie.Seed(new SplittableRandom(5));
        // In the usual polynomial hash all of these are one.
        List<String> alike = List.of("");
        for (int i = 0; i < 12; i++) {
            alike = alike.stream()
                    .flatMap(text -> Stream.of(text + "Aa", text + "BB"))
                    .toList();
        }
        assertThat(alike.stream().map(String::hashCode).distinct()).hasSize(1);
        int slots = 1 << 13;
        long used = alike.stream()
                .map(text -> seed.hash(text, 0, text.length()) & slots - 1)
                .distinct()
                .count();
        // 4096 in 8192 slots at random: 3223 ± 30
        assertThat(used).isBetween(3000L, 3400L);
    }

    private void assertThatNothingIsKeptInVain() {
        for (PatternNode place : trie.places()) {
            assertThat(place.text().isEmpty() || isFollowed(place.text()))
                    .as(place.text())
                    .isTrue();
            List<PatternNode> behind = new ArrayList<>();
            place.collect(behind);
            assertThat(place.slots()).isLessThanOrEqualTo(8 * behind.size());
        }
    }

    private boolean isFollowed(String pattern) {
        String channel = pattern.replaceAll("\\*+", "any");
        return trie.match(channel).stream().anyMatch(match -> match.pattern().equals(pattern));
    }

    private List<String> patterns(String channel) {
        return trie.match(channel).stream().map(Match::pattern).toList();
    }

    private static boolean plainlyMatches(String pattern, String channel) {
        if (channel.contains("#") || (channel.startsWith("$") && !pattern.startsWith("$"))) {
            return false;
        }
        int colon = pattern.indexOf(':');
        if (colon != channel.indexOf(':') || !pattern.substring(0, colon + 1).equals(channel.substring(0, colon + 1))) {
            return false;
        }
        List<String> wanted = List.of(pattern.substring(colon + 1).split("\\.", -1));
        List<String> given = List.of(channel.substring(colon + 1).split("\\.", -1));
        for (int i = 0; i < wanted.size(); i++) {
            if (wanted.get(i).equals("**")) {
                return i < given.size() && !given.subList(i, given.size()).contains("");
            }
            boolean fits = i < given.size()
                    && (wanted.get(i).equals("*")
                            ? !given.get(i).isEmpty()
                            : wanted.get(i).equals(given.get(i)));
            if (!fits) {
                return false;
            }
        }
        return wanted.size() == given.size();
    }

    private static String randomPattern(Random random) {
        while (true) {
            String name = randomName(random, true);
            if (ChannelPattern.fault(name) == null) {
                return name;
            }
        }
    }

    private static String randomName(Random random, boolean wild) {
        StringBuilder name = new StringBuilder(random.nextInt(6) == 0 ? "$" : "");
        name.append(new String[] {"", "", "n:", "m:"}[random.nextInt(4)]);
        int segments = 1 + random.nextInt(4);
        for (int i = 0; i < segments; i++) {
            name.append(i == 0 ? "" : ".");
            int kind = random.nextInt(20);
            if (wild && kind < 8) {
                name.append(i == segments - 1 && random.nextBoolean() ? "**" : "*");
            } else {
                name.append(
                        kind == 19
                                ? ""
                                : kind == 18
                                        ? "c:d"
                                        : kind == 17 ? "$" : kind == 16 && !wild ? "#1" : "abc".charAt(kind % 3));
            }
        }
        return name.toString();
    }
}
