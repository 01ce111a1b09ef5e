package dev.relay.internal.watch;

import dev.relay.Publication;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import java.util.Arrays;

/**
 * Everybody who watches one shard.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
public final class ShardWatches {
    private ShardWatch[] watching = {};
    private int wantedKinds; // a bit for each that somebody wants to see

    public void add(ShardWatch watch) {
        watching = Arrays.copyOf(watching, watching.length + 1);
        watching[watching.length - 1] = watch;
        wantedKinds |= watch.wantedKinds();
    }

    public void remove(ShardWatch watch) {
        watching = Arrays.stream(watching).filter(other -> other != watch).toArray(ShardWatch[]::new);
        wantedKinds = 0;
        for (ShardWatch left : watching) {
            wantedKinds |= left.wantedKinds();
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
        return (wantedKinds & 1 << kind.ordinal()) != 0;
    }

    /** Something has happened to a connection. */
    public void event(ConnectionEvent event) {
        for (ShardWatch watch : watching) {
            watch.event(event);
        }
    }
}
