package dev.relay.internal.watch;

import dev.relay.Publication;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Everybody who watches one shard.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
public final class ShardWatches {
    private ShardWatch[] watching = {};
    private final Set<EventKind> wanted = EnumSet.noneOf(EventKind.class); // that somebody wants to see

    public void add(ShardWatch watch) {
        watching = Arrays.copyOf(watching, watching.length + 1);
        watching[watching.length - 1] = watch;
        wanted.addAll(watch.wanted());
    }

    public void remove(ShardWatch watch) {
        watching = Arrays.stream(watching).filter(other -> other != watch).toArray(ShardWatch[]::new);
        wanted.clear();
        for (ShardWatch left : watching) {
            wanted.addAll(left.wanted());
        }
    }

    /**
     * A channel's home sends a publication to the subscribers.
     *
     * @param recipients how many they are
     */
    public void published(String channel, Publication publication, int recipients, long nowMicros) {
        for (ShardWatch watch : watching) {
            watch.published(channel, publication, recipients, nowMicros);
        }
    }

    /** Whether anybody watches at all. */
    public boolean isEmpty() {
        return watching.length == 0;
    }

    /** Whether anybody wants to see events of a kind. */
    public boolean wants(EventKind kind) {
        return wanted.contains(kind);
    }

    /** Something has happened to a connection. */
    public void event(ConnectionEvent event) {
        for (ShardWatch watch : watching) {
            watch.event(event);
        }
    }
}
