package dev.relay.internal.channel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.transport.FilterNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TagsFilterTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "absent",
            value = {
                // comparison, with what, the tag, wanted
                "eq,  a,   a,      true",
                "eq,  a,   b,      false",
                "eq,  a,   A,      false",
                "eq,  a,   '',     false",
                "eq,  a,   absent, false",
                "eq,  '',  '',     true",
                "eq,  '',  a,      false",
                "eq,  '',  absent, false",
                "neq, a,   a,      false",
                "neq, a,   b,      true",
                "neq, a,   '',     true",
                "neq, a,   absent, true",
                "neq, '',  '',     false",
                "neq, '',  absent, true",
                "ex,  '',  a,      true",
                "ex,  '',  '',     true",
                "ex,  '',  absent, false",
                "nex, '',  a,      false",
                "nex, '',  '',     false",
                "nex, '',  absent, true",
                "sw,  ab,  abc,    true",
                "sw,  ab,  ab,     true",
                "sw,  bc,  abc,    false",
                "sw,  ab,  a,      false",
                "sw,  ab,  absent, false",
                "sw,  '',  abc,    true",
                "sw,  '',  '',     true",
                "sw,  '',  absent, false",
                "ew,  bc,  abc,    true",
                "ew,  bc,  bc,     true",
                "ew,  ab,  abc,    false",
                "ew,  bc,  c,      false",
                "ew,  bc,  absent, false",
                "ew,  '',  absent, false",
                "ct,  b,   abc,    true",
                "ct,  abc, abc,    true",
                "ct,  ac,  abc,    false",
                "ct,  b,   '',     false",
                "ct,  b,   absent, false",
                "ct,  '',  '',     true",
                "ct,  '',  absent, false",
                "lt,  10,  9,      true",
                "lt,  10,  10,     false",
                "lt,  10,  10.0,   false",
                "lt,  10,  9.99,   true",
                "lt,  10,  -11,    true",
                "lt,  10,  1e1,    false",
                "lt,  10,  nine,   false",
                "lt,  10,  '',     false",
                "lt,  10,  absent, false",
                "lt,  ten, 9,      false",
                "lt,  '',  9,      false",
                "lte, 10,  10.0,   true",
                "lte, 10,  9,      true",
                "lte, 10,  10.01,  false",
                "lte, 10,  absent, false",
                "lte, ten, ten,    false",
                "gt,  10,  10.01,  true",
                "gt,  10,  10,     false",
                "gt,  10,  9,      false",
                "gt,  10,  1e1000, true",
                "gt,  10,  nine,   false",
                "gt,  10,  absent, false",
                "gt,  ten, 11,     false",
                "gte, 10,  10,     true",
                "gte, 10,  11,     true",
                "gte, 10,  9.99,   false",
                "gte, 10,  absent, false",
                "gte, '',  '',     false"
            })
    void a_comparison_with_one_value(String cmp, String val, @Nullable String tag, boolean wanted) {
        assertThat(matches(leaf("key", cmp, val), tag)).isEqualTo(wanted);
        assertThat(matches(inner("not", leaf("key", cmp, val)), tag)).isNotEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "absent",
            value = {
                // with which, the tag, is in
                "a|b,  a,      true",
                "a|b,  b,      true",
                "a|b,  c,      false",
                "a|b,  '',     false",
                "a|b,  absent, false",
                "a|,   '',     true",
                "a|,   absent, true",
                "a|a,  a,      true",
                "none, a,      false",
                "none, absent, false"
            })
    void a_comparison_with_many_values(String vals, @Nullable String tag, boolean isIn) {
        List<String> list = vals.equals("none") ? List.of() : List.of(vals.split("\\|", -1));
        assertThat(matches(new FilterNode("", "key", "in", "", list, List.of()), tag))
                .isEqualTo(isIn);
        assertThat(matches(new FilterNode("", "key", "nin", "", list, List.of()), tag))
                .isNotEqualTo(isIn);
    }

    @Test
    void nodes_combine_comparisons() {
        FilterNode a = leaf("a", "eq", "1");
        FilterNode b = leaf("b", "eq", "1");
        Map<String, String> both = Map.of("a", "1", "b", "1");
        Map<String, String> one = Map.of("a", "1");
        assertThat(filter(inner("and", a, b)).matches(both)).isTrue();
        assertThat(filter(inner("and", a, b)).matches(one)).isFalse();
        assertThat(filter(inner("or", a, b)).matches(one)).isTrue();
        assertThat(filter(inner("or", a, b)).matches(Map.of())).isFalse();
        assertThat(filter(inner("not", inner("or", a, b))).matches(Map.of())).isTrue();
        assertThat(filter(inner("and", a, inner("not", b))).matches(one)).isTrue();
        assertThat(filter(inner("and", a, inner("not", b))).matches(both)).isFalse();
    }

    @Test
    void all_of_nothing_is_true_and_one_of_nothing_is_false() {
        assertThat(filter(inner("and")).matches(Map.of())).isTrue();
        assertThat(filter(inner("or")).matches(Map.of("a", "1"))).isFalse();
    }

    static Stream<FilterNode> malformed() {
        FilterNode fine = leaf("key", "eq", "1");
        FilterNode unknown = leaf("key", "like", "1");
        List<String> vals = List.of("1");
        return Stream.of(
                unknown,
                leaf("key", "", "1"),
                leaf("key", "EQ", "1"),
                leaf("", "eq", "1"),
                leaf("", "ex", ""),
                leaf("", "", ""),
                new FilterNode("", "key", "eq", "1", List.of(), List.of(fine)),
                new FilterNode("", "key", "eq", "1", vals, List.of()),
                new FilterNode("", "key", "gt", "", vals, List.of()),
                new FilterNode("", "key", "in", "1", List.of(), List.of()),
                new FilterNode("", "key", "nin", "1", vals, List.of()),
                new FilterNode("", "key", "ex", "1", List.of(), List.of()),
                new FilterNode("", "key", "nex", "", vals, List.of()),
                inner("xor", fine, fine),
                inner("AND", fine),
                inner("not"),
                inner("not", fine, fine),
                inner("and", fine, unknown),
                inner("or", fine, inner("not", unknown)),
                new FilterNode("and", "key", "", "", List.of(), List.of(fine)),
                new FilterNode("or", "", "eq", "", List.of(), List.of(fine)),
                new FilterNode("or", "", "", "1", List.of(), List.of(fine)),
                new FilterNode("not", "", "", "", vals, List.of(fine)));
    }

    @ParameterizedTest
    @MethodSource
    void malformed(FilterNode filter) {
        assertThat(TagsFilter.compile(filter)).isNull();
    }

    @Test
    void depth_is_limited() {
        FilterNode filter = leaf("key", "ex", "");
        for (int depth = 1; depth < FilterNode.MAX_DEPTH; depth++) {
            filter = inner("not", filter);
        }
        assertThat(filter(filter).matches(Map.of("key", ""))).isFalse(); // 31 times not
        assertThat(TagsFilter.compile(inner("not", filter))).isNull();
    }

    @Test
    void the_number_of_nodes_is_limited() {
        FilterNode leaf = leaf("key", "ex", "");
        FilterNode[] most =
                Stream.generate(() -> leaf).limit(FilterNode.MAX_NODES - 1).toArray(FilterNode[]::new);
        assertThat(filter(inner("and", most)).matches(Map.of("key", ""))).isTrue();
        assertThat(TagsFilter.compile(inner("or", inner("and", most)))).isNull();
    }

    @Test
    void who_wants_the_same_has_an_equal_filter() {
        FilterNode filter = inner("and", leaf("a", "eq", "1"), leaf("b", "sw", "x"));
        FilterNode same = inner("and", leaf("a", "eq", "1"), leaf("b", "sw", "x"));
        FilterNode other = inner("and", leaf("a", "eq", "1"), leaf("b", "sw", "y"));
        assertThat(filter(filter)).isEqualTo(filter(same)).hasSameHashCodeAs(filter(same));
        assertThat(filter(filter)).isNotEqualTo(filter(other));
    }

    @Test
    void random_filters_agree_with_a_plain_reading_of_the_rules() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int wanted = 0;
        for (int i = 0; i < 30_000; i++) {
            FilterNode node = random(random, 4);
            TagsFilter filter = filter(node);
            for (int j = 0; j < 5; j++) {
                Map<String, String> tags = randomTags(random);
                boolean matches = filter.matches(tags);
                assertThat(matches).as("seed %d: %s with %s", seed, node, tags).isEqualTo(plain(node, tags));
                wanted += matches ? 1 : 0;
            }
        }
        assertThat(wanted).as("seed %d", seed).isBetween(30_000, 120_000);
    }

    private static boolean plain(FilterNode node, Map<String, String> tags) {
        String tag = tags.get(node.key());
        String orEmpty = tag == null ? "" : tag;
        boolean present = tag != null;
        return switch (node.op() + node.cmp()) {
            case "and" -> node.nodes().stream().allMatch(child -> plain(child, tags));
            case "or" -> node.nodes().stream().anyMatch(child -> plain(child, tags));
            case "not" -> !plain(node.nodes().get(0), tags);
            case "ex" -> present;
            case "nex" -> !present;
            case "eq" -> present && orEmpty.equals(node.val());
            case "neq" -> !present || !orEmpty.equals(node.val());
            case "in" -> node.vals().contains(orEmpty);
            case "nin" -> !node.vals().contains(orEmpty);
            case "sw" -> present && orEmpty.startsWith(node.val());
            case "ew" -> present && orEmpty.endsWith(node.val());
            case "ct" -> present && orEmpty.contains(node.val());
            default -> {
                if (!orEmpty.matches("[0-9]+") || !node.val().matches("[0-9]+")) {
                    yield false;
                }
                long difference = Long.parseLong(orEmpty) - Long.parseLong(node.val());
                yield switch (node.cmp()) {
                    case "lt" -> difference < 0;
                    case "lte" -> difference <= 0;
                    case "gt" -> difference > 0;
                    case "gte" -> difference >= 0;
                    default -> throw new AssertionError(node.cmp());
                };
            }
        };
    }

    private static FilterNode random(Random random, int depth) {
        int kind = random.nextInt(depth == 0 ? 13 : 17);
        String key = String.valueOf((char) ('a' + random.nextInt(3)));
        String val = randomText(random);
        return switch (kind) {
            case 13, 14 -> inner("and", children(random, depth, random.nextInt(4)));
            case 15 -> inner("or", children(random, depth, random.nextInt(4)));
            case 16 -> inner("not", children(random, depth, 1));
            case 0, 1 ->
                new FilterNode("", key, kind == 0 ? "in" : "nin", "", List.of(val, randomText(random)), List.of());
            case 2, 3 -> leaf(key, kind == 2 ? "ex" : "nex", "");
            default ->
                leaf(
                        key,
                        List.of("eq", "neq", "sw", "ew", "ct", "lt", "lte", "gt", "gte")
                                .get(kind - 4),
                        val);
        };
    }

    private static FilterNode[] children(Random random, int depth, int count) {
        List<FilterNode> children = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            children.add(random(random, depth - 1));
        }
        return children.toArray(FilterNode[]::new);
    }

    private static Map<String, String> randomTags(Random random) {
        Map<String, String> tags = new HashMap<>();
        for (String key : List.of("a", "b", "c", "d")) {
            if (random.nextInt(3) > 0) {
                tags.put(key, randomText(random));
            }
        }
        return tags;
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        String letters = random.nextBoolean() ? "12" : "1x";
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(2)));
        }
        return text.toString();
    }

    private static FilterNode leaf(String key, String cmp, String val) {
        return new FilterNode("", key, cmp, val, List.of(), List.of());
    }

    private static FilterNode inner(String op, FilterNode... nodes) {
        return new FilterNode(op, "", "", "", List.of(), List.of(nodes));
    }

    private static TagsFilter filter(FilterNode node) {
        return requireNonNull(TagsFilter.compile(node));
    }

    private static boolean matches(FilterNode node, @Nullable String tag) {
        return filter(node).matches(tag == null ? Map.of("other", "a") : Map.of("key", tag));
    }
}
