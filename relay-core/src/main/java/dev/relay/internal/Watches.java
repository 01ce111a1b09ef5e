package dev.relay.internal;

import static java.util.Objects.requireNonNull;

import dev.relay.RelayException;
import dev.relay.watch.Watch;
import dev.relay.watch.WatchQuery;
import dev.relay.watch.Watcher;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Everybody who watches an engine.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class Watches {
    private final ShardQueries shards;
    private final List<ShardScope> scopes;
    private final Executor executor;
    private final Set<Watching> open = ConcurrentHashMap.newKeySet();

    Watches(ShardQueries shards, List<ShardScope> scopes, Executor executor) {
        this.shards = shards;
        this.scopes = scopes;
        this.executor = executor;
    }

    Watch open(WatchQuery query, Watcher watcher) {
        requireNonNull(query, "query");
        requireNonNull(watcher, "watcher");
        Watching watching = new Watching(query, watcher, shards, scopes, executor, open::remove);
        synchronized (this) {
            if (open.size() >= Watch.MAX_OPEN) {
                throw new RelayException("there are " + Watch.MAX_OPEN + " watches already; close one");
            }
            open.add(watching);
        }
        watching.start();
        return watching;
    }

    /** The engine ends. */
    void end() {
        open.forEach(Watching::end);
    }
}
