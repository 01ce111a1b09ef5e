package dev.relay.internal.session;

import java.util.HashMap;
import java.util.Map;

/**
 * Which commands of one connection are on their way, by channel. Publishes overtake nothing and are pipelined; any other
 * command has its channel to itself.
 */
final class ChannelOrder {
    /** Commands of one connection that may be unanswered at a time; more wait, and reading pauses. */
    private static final int MAX_ON_THEIR_WAY = 1024;

    private static final int EXCLUSIVE = -1;

    private final Map<String, Integer> onTheirWay = new HashMap<>(4); // publishes, or EXCLUSIVE
    private int total;

    boolean mayPublish(String channel) {
        return total == 0 || total < MAX_ON_THEIR_WAY && onTheirWay.getOrDefault(channel, 0) != EXCLUSIVE;
    }

    /** Whether a call may begin, which names no channel. */
    boolean mayCall() {
        return total < MAX_ON_THEIR_WAY;
    }

    void beginCall() {
        total++;
    }

    void endCall() {
        total--;
    }

    boolean mayRun(String channel) {
        return total == 0 || total < MAX_ON_THEIR_WAY && !onTheirWay.containsKey(channel);
    }

    void beginPublish(String channel) {
        onTheirWay.merge(channel, 1, Integer::sum);
        total++;
    }

    void endPublish(String channel) {
        onTheirWay.computeIfPresent(channel, (name, count) -> count == 1 ? null : count - 1);
        total--;
    }

    void begin(String channel) {
        onTheirWay.put(channel, EXCLUSIVE);
        total++;
    }

    void end(String channel) {
        onTheirWay.remove(channel);
        total--;
    }
}
