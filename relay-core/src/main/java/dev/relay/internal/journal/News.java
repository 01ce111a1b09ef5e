package dev.relay.internal.journal;

import dev.relay.internal.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Tells homes what has become of what they asked for.
 *
 * <p><b>Threading.</b> {@link #loaded} and {@link #notLoaded} from any thread; the rest is the writer's, since homes must hear of
 * the appends of a stream in their order.
 */
final class News {
    private final List<Shard> homes;

    /** @param homes all shards, by index */
    News(List<Shard> homes) {
        this.homes = homes;
    }

    void committed(List<PendingAppend> appends) {
        tell(appends, owner -> owner::committed);
    }

    /** Refuses them, and with them whatever of their streams stands behind them. */
    void refused(List<PendingAppend> appends, String why) {
        appends.forEach(append -> append.stream().refuse(append.generation()));
        tell(List.copyOf(appends), owner -> append -> owner.refused(append, why));
    }

    /** Refuses what stands behind an append that was refused; returns the rest, in order. */
    List<PendingAppend> live(List<PendingAppend> pending) {
        List<PendingAppend> live = new ArrayList<>(pending.size());
        List<PendingAppend> doomed = new ArrayList<>();
        for (PendingAppend append : pending) {
            (append.stream().refuses(append.generation()) ? doomed : live).add(append);
        }
        if (!doomed.isEmpty()) {
            refused(doomed, "an earlier publication of the channel was refused");
        }
        return live;
    }

    void loaded(PendingLoad load, Stream stream) {
        homes.get(load.owner().home()).tell(() -> load.owner().loaded(stream));
    }

    void notLoaded(PendingLoad load, String why) {
        homes.get(load.owner().home()).tell(() -> load.owner().notLoaded(why));
    }

    void trimmed(PendingTrim trim) {
        homes.get(trim.owner().home()).tell(() -> trim.owner().trimmed());
    }

    void notTrimmed(PendingTrim trim, String why) {
        homes.get(trim.owner().home()).tell(() -> trim.owner().notTrimmed(why));
    }

    /** One task per home, with the outcomes in the order of the appends. */
    private void tell(List<PendingAppend> appends, Function<PendingAppend.Owner, Consumer<PendingAppend>> news) {
        for (Shard home : homes) {
            List<PendingAppend> mine = new ArrayList<>();
            for (PendingAppend append : appends) {
                if (append.owner().home() == home.index()) {
                    mine.add(append);
                }
            }
            if (!mine.isEmpty()) {
                home.tell(
                        () -> mine.forEach(append -> news.apply(append.owner()).accept(append)));
            }
        }
    }
}
