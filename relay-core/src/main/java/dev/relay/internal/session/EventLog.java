package dev.relay.internal.session;

import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where connection events go.
 *
 * @param kinds which are wanted
 * @param node what operators call this engine
 * @param shards among how many the budgets of events are divided
 * @param sink takes an event without waiting, from any shard
 */
public record EventLog(Set<EventKind> kinds, String node, int shards, Consumer<ConnectionEvent> sink) {
    /** Nobody wants to know. */
    public static final EventLog NONE = new EventLog(Set.of(), "", 1, event -> {});

    public EventLog {
        kinds = Set.copyOf(kinds);
    }
}
