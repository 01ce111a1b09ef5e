package dev.relay.benchmarks.load;

/**
 * One phase.
 *
 * @param cores CPU time of the server per time
 * @param most the most the server had of each in that phase
 */
record AttackPhase(String name, Meter.Latency latency, double cores, Footprint most) {
    /**
     * What a server holds.
     *
     * @param heapBytes in use, garbage included
     */
    record Footprint(long residentBytes, long heapBytes, long threads, long descriptors) {
        Footprint most(Footprint other) {
            return new Footprint(
                    Math.max(residentBytes, other.residentBytes),
                    Math.max(heapBytes, other.heapBytes),
                    Math.max(threads, other.threads),
                    Math.max(descriptors, other.descriptors));
        }
    }
}
