package dev.relay.benchmarks.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The short forms of the other proofs. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the proofs read /proc and send signals")
class ProofsIT {
    private static final String MYSQL = "RELAY_TEST_MYSQL_URL";
    private static final String NO_SERVER = MYSQL + " is not set; no MySQL to test with";

    @Test
    void what_is_acknowledged_at_full_speed_is_there() throws Exception {
        assertThat(DurableCommand.run(words("--seconds", "2"))).isZero();
    }

    @Test
    @EnabledIfEnvironmentVariable(named = MYSQL, matches = ".+", disabledReason = NO_SERVER)
    void nobody_is_refused_while_the_database_is_frozen_or_stopped() throws Exception {
        assertThat(OutageCommand.run(words("--calm", "2", "--frozen", "3", "--stopped", "5", "--rate", "500")))
                .isZero();
    }

    @Test
    @EnabledIfEnvironmentVariable(named = MYSQL, matches = ".+", disabledReason = NO_SERVER)
    void who_comes_back_together_costs_one_read_of_each_channel() throws Exception {
        assertThat(StormCommand.run(words("--subscribers", "300"))).isZero();
    }

    private static String[] words(String... options) {
        String[] words = new String[options.length + 2];
        words[0] = "--project";
        words[1] = "..";
        System.arraycopy(options, 0, words, 2, options.length);
        return words;
    }
}
