package dev.relay.benchmarks.load;

import java.util.List;

/**
 * What is done to a server. Subscriber i follows channel i mod {@code channels}; publisher p publishes to the channels
 * p, p + {@code publishers} …
 *
 * @param ratePerSecond publications a second, all channels together; 0: as fast as {@code window} allows
 * @param window publications under way at a time, if there is no rate
 * @param stalled further subscribers of channel 0 that stop reading
 */
record Workload(
        String name,
        String title,
        int subscribers,
        int channels,
        int publishers,
        int payloadBytes,
        int ratePerSecond,
        int window,
        int stalled,
        double warmUpSeconds,
        double seconds) {
    /** Connections that are subscribed and quiet. */
    static final String IDLE = "idle";

    /** One subscriber never reads. */
    static final String STALLED = "stalled";

    /** What {@link #STALLED} is compared with. */
    static final String CALM = "calm";

    private static final int PAYLOAD_BYTES = 128;

    static List<Workload> all(boolean quick, int idleConnections) {
        double seconds = quick ? 1.5 : 4;
        int many = quick ? 200 : 1000;
        return List.of(
                new Workload(
                        "fan-out",
                        "1 → " + many + ", 16 in flight",
                        many,
                        1,
                        1,
                        PAYLOAD_BYTES,
                        0,
                        16,
                        0,
                        quick ? 2 : 5,
                        seconds),
                new Workload(
                        "rate", "1 → " + many + ", 50 a second", many, 1, 1, PAYLOAD_BYTES, 50, 0, 0, 0.5, seconds),
                new Workload(
                        "channels",
                        many + " channels × 1, 200 in flight",
                        many,
                        many,
                        10,
                        PAYLOAD_BYTES,
                        0,
                        200,
                        0,
                        1,
                        seconds),
                new Workload("single", "1 → 1, 1000 a second", 1, 1, 1, PAYLOAD_BYTES, 1000, 0, 0, 1, seconds),
                new Workload(
                        IDLE,
                        idleConnections + " idle subscribers",
                        idleConnections,
                        100,
                        1,
                        PAYLOAD_BYTES,
                        1,
                        0,
                        0,
                        0,
                        0),
                new Workload(CALM, "1 → 10 × 4 KiB, 500 a second", 10, 1, 1, 4096, 500, 0, 0, 1, seconds),
                new Workload(STALLED, "the same, and 1 never reads", 10, 1, 1, 4096, 500, 0, 1, 0, 1.5 * seconds));
    }

    boolean isOpenLoop() {
        return ratePerSecond > 0;
    }

    /** Whether it needs a server that has done nothing before. */
    boolean needsNewServer() {
        return name.equals(IDLE) || name.equals(CALM);
    }
}
