package dev.relay.internal.session;

import java.util.HashMap;
import java.util.Map;

/**
 * Which commands of one connection are on their way, by channel. Publishes overtake nothing and are pipelined; any other
 * command has its channel to itself, and so has a publish until the application has decided about it.
 */
final class ChannelOrder {
    /** Commands of one connection that may be unanswered at a time; more wait, and reading pauses. */
    private static final int MAX_ON_THEIR_WAY = 1024;

    private static final int EXCLUSIVE = 1;
    private static final int PUBLISH = 2;

    private final Map<String, Integer> onTheirWay = new HashMap<>(4); // PUBLISH for each, and EXCLUSIVE
    private int total;

    /** Whether a publish may begin, be it at once or with a question to the application. */
    boolean mayPublish(String channel) {
        return total == 0 || total < MAX_ON_THEIR_WAY && (onTheirWay.getOrDefault(channel, 0) & EXCLUSIVE) == 0;
    }

    /** Whether a call may begin, which names no channel. */
    boolean mayCall() {
        return total < MAX_ON_THEIR_WAY;
    }

    /** Whether everything has been answered. */
    boolean isIdle() {
        return total == 0;
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
        onTheirWay.merge(channel, PUBLISH, Integer::sum);
        total++;
    }

    void endPublish(String channel) {
        less(channel, PUBLISH);
    }

    void begin(String channel) {
        onTheirWay.merge(channel, EXCLUSIVE, Integer::sum);
        total++;
    }

    void end(String channel) {
        less(channel, EXCLUSIVE);
    }

    private void less(String channel, int what) {
        onTheirWay.computeIfPresent(channel, (name, before) -> before == what ? null : (Integer) (before - what));
        total--;
    }
}
