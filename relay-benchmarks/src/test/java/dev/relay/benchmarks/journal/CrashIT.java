package dev.relay.benchmarks.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short form: a few kills of everything that can be killed. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the proofs read /proc and send signals")
class CrashIT {
    private static final String NO_SERVER = "RELAY_TEST_MYSQL_URL is not set; no MySQL to test with";

    @Test
    void nothing_acknowledged_is_lost_when_relay_is_killed() throws Exception {
        assertThat(crash("sqlite", "relay", 4)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay", "database", "both"})
    @EnabledIfEnvironmentVariable(named = "RELAY_TEST_MYSQL_URL", matches = ".+", disabledReason = NO_SERVER)
    void nothing_acknowledged_is_lost_when_relay_or_mysql_or_both_are_killed(String killed) throws Exception {
        assertThat(crash("mysql", killed, 2)).isZero();
    }

    private static int crash(String database, String killed, int rounds) throws Exception {
        return CrashCommand.run(new String[] {
            "--project", "..", "--database", database, "--kill", killed, "--rounds", Integer.toString(rounds)
        });
    }
}
