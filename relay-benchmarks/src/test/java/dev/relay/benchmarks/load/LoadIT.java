package dev.relay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every server of the bench, briefly: each message arrives once, and every figure is there. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the bench reads /proc")
class LoadIT {
    private static final Workload FAN_OUT = new Workload("fan-out", "", 20, 2, 2, 64, 0, 4, 0, 0.2, 1);
    private static final Workload RATE = new Workload("rate", "", 20, 1, 1, 64, 100, 0, 0, 0.2, 1);
    private static final Workload STALLED = new Workload("stalled", "", 5, 1, 1, 4096, 200, 0, 1, 0, 1);
    private static final Workload IDLE = new Workload("idle", "", 50, 5, 1, 64, 1, 0, 0, 0, 0);

    @ParameterizedTest
    @ValueSource(strings = {"relay", "relay-tls", "java-websocket", "netty", "netty-coalesced"})
    void each_server_delivers_every_message_once_and_in_order(String name) throws Exception {
        try (ServerHandle server = ServerHandle.start(name, java())) {
            for (Workload workload : List.of(FAN_OUT, RATE, STALLED)) {
                Measurement measurement = new LoadRun(server, workload, 1, "").measure();

                assertThat(measurement.fault()).isNull();
                assertThat(measurement.tally()).isEqualTo(Tally.CLEAN);
                assertThat(measurement.figures().get(Figure.RATE)).isPositive();
                assertThat(measurement.figures().get(Figure.P50)).isPositive();
                assertThat(measurement.figures().get(Figure.CPU_MICROS)).isPositive();
                assertThat(measurement.figures().get(Figure.HEAP)).isPositive();
            }
            Measurement idle = new LoadRun(server, IDLE, 1, "").measure();
            assertThat(idle.isClean()).isTrue();
            assertThat(idle.figures()).containsKeys(Figure.HEAP_PER_CONNECTION, Figure.RESIDENT_PER_CONNECTION);
        }
    }

    private static JavaCommand java() {
        return new JavaCommand(JavaCommand.current(), List.of("-Xmx256m"));
    }
}
