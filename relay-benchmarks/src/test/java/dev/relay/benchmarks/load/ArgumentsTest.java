package dev.relay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final Set<String> NAMES = Set.of("--servers", "--repetitions", "--server");
    private static final Set<String> FLAGS = Set.of("--quick");

    @Test
    void what_is_given_counts_and_the_rest_is_the_default() {
        Arguments arguments = read("--repetitions", "5", "--quick", "--servers", "b,a");

        assertThat(arguments.number("--repetitions", 3, 1, 100)).isEqualTo(5);
        assertThat(arguments.list("--servers", List.of("a", "b", "c"))).containsExactly("b", "a");
        assertThat(arguments.word("--server", "a", List.of("a", "b"))).isEqualTo("a");
        assertThat(arguments.has("--quick")).isTrue();
        assertThat(faults(arguments)).isEmpty();
    }

    @Test
    void all_faults_are_told_together_with_what_would_be_right() {
        Arguments arguments = read("--fast", "--repetitions", "0", "--servers", "a,x", "--server");
        arguments.number("--repetitions", 3, 1, 100);
        arguments.list("--servers", List.of("a", "b"));

        assertThat(faults(arguments))
                .containsExactly(
                        "unknown: --fast",
                        "--server needs a value",
                        "--repetitions must be 1 to 100: 0",
                        "--servers must be of a,b: x");
    }

    private static List<String> faults(Arguments arguments) {
        List<String> faults = new ArrayList<>();
        assertThat(arguments.areFaulty(faults::add)).isEqualTo(!faults.isEmpty());
        return faults;
    }

    private static Arguments read(String... words) {
        return new Arguments(words, NAMES, FLAGS);
    }
}
