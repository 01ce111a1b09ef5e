package dev.relay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A few strangers of every kind, for a few seconds. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the bench reads /proc")
class AttackIT {
    private static final List<String> ALL_KINDS =
            Arrays.stream(Hostility.values()).map(Hostility::word).toList();
    private static final JavaCommand JAVA = new JavaCommand(JavaCommand.current(), List.of("-Xmx256m"));

    @Test
    void good_subscribers_of_relay_lose_nothing_to_any_kind_of_attack() throws Exception {
        AttackOutcome outcome = new AttackRun(new AttackPlan("relay", ALL_KINDS, 27, 10, 50, 4), JAVA).run();

        assertThat(outcome.isClean()).as(outcome.markdown()).isTrue();
        assertThat(outcome.phases()).extracting(AttackPhase::name).containsExactly("before", "attack", "after");
        assertThat(outcome.phases())
                .allSatisfy(phase -> assertThat(phase.latency().count()).isPositive());
        assertThat(phase(outcome, "attack").most().descriptors())
                .as("hostile connections reach the server")
                .isGreaterThan(phase(outcome, "before").most().descriptors());
        assertThat(outcome.attacks().stream()
                        .map(attack -> attack.substring(0, attack.indexOf(' ')))
                        .collect(Collectors.toList()))
                .isEqualTo(ALL_KINDS);
    }

    @Test
    void a_server_that_fails_its_good_subscribers_is_found_out() throws Exception {
        // one frame that claims two gigabytes is an OutOfMemoryError there, which ends the thread that serves everybody
        AttackPlan plan = new AttackPlan("java-websocket", List.of("huge-length"), 8, 10, 50, 2);

        AttackOutcome outcome = new AttackRun(plan, JAVA).run();

        assertThat(outcome.isClean()).as(outcome.markdown()).isFalse();
        assertThat(outcome.tally().lost() + outcome.ended()).isPositive();
    }

    private static AttackPhase phase(AttackOutcome outcome, String name) {
        return outcome.phases().stream()
                .filter(phase -> phase.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
