package dev.relay.benchmarks.load;

import java.util.List;

/**
 * Who does what, and for how long.
 *
 * @param kinds of hostile connections, which share their number evenly
 * @param seconds of each of the three phases
 */
record AttackPlan(String server, List<String> kinds, int hostile, int good, int ratePerSecond, int seconds) {
    private static final int PAYLOAD_BYTES = 128;

    /** What the good ones do. */
    Workload workload() {
        return new Workload(
                "attack",
                good + " good subscribers, " + ratePerSecond + " messages a second",
                good,
                1,
                1,
                PAYLOAD_BYTES,
                ratePerSecond,
                0,
                0,
                Math.min(5, seconds),
                seconds);
    }
}
