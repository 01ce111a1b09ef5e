package dev.relay.internal;

import dev.relay.internal.shard.Shard;
import dev.relay.internal.watch.Part;
import dev.relay.internal.watch.ShardWatch;
import dev.relay.watch.Watch;
import dev.relay.watch.WatchQuery;
import dev.relay.watch.WatchReport;
import dev.relay.watch.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over all shards. One round: a shard's timer, every shard's part, a report on the executor, and only then the timer
 * again, so that a slow watcher makes intervals longer and nothing else.
 *
 * <p><b>Threading.</b> {@link #close} from any thread. A round is one task after the other, handed on by shards and executor.
 */
final class Watching implements Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watching.class);

    private final WatchQuery query;
    private final Watcher watcher;
    private final ShardQueries shards;
    private final List<ShardScope> scopes;
    private final Shard timer;
    private final Executor executor;
    private final Consumer<Watching> whenEnded;
    private final List<ShardWatch> watches = new ArrayList<>();

    // RUNNING until whoever ends it wins; any thread
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

    private enum State {
        RUNNING,
        CLOSED,
        ENDED
    }

    Watching(
            WatchQuery query,
            Watcher watcher,
            ShardQueries shards,
            List<ShardScope> scopes,
            Executor executor,
            Consumer<Watching> whenEnded) {
        this.query = query;
        this.watcher = watcher;
        this.shards = shards;
        this.scopes = scopes;
        this.timer = scopes.get(0).shard();
        this.executor = executor;
        this.whenEnded = whenEnded;
        for (ShardScope scope : scopes) {
            long now = scope.clock().epochMicros();
            watches.add(new ShardWatch(query, now, now * 31 + scope.index()));
        }
    }

    void start() {
        shards.<ShardScope>askAvailable((scope, answer) -> {
                    scope.channels().watches().add(watches.get(scope.index()));
                    answer.accept(scope);
                })
                .thenAccept(watched -> {
                    if (watched.size() == watches.size()) {
                        nextRound();
                    } else {
                        end();
                    }
                });
    }

    /** On any thread. */
    private void nextRound() {
        if (state.get() == State.RUNNING
                && !timer.offer(() -> timer.schedule(query.interval().toNanos(), this::round))) {
            end(); // a full inbox, too: who watches is not worth waiting for
        }
    }

    /** A shard that is overloaded goes on counting for the next round. */
    private void round() {
        if (state.get() != State.RUNNING) {
            return;
        }
        shards.<Part>askAvailable((scope, answer) -> answer.accept(
                        watches.get(scope.index()).take(scope.clock().epochMicros())))
                .thenAccept(this::report);
    }

    private void report(List<Part> parts) {
        try {
            executor.execute(() -> {
                if (state.get() != State.RUNNING) {
                    return;
                }
                WatchReport report = Part.report(parts, query);
                try {
                    watcher.report(report);
                } catch (Throwable e) {
                    LOG.warn("a watcher has failed, its watch ends", e);
                    end();
                    return;
                }
                nextRound();
            });
        } catch (RejectedExecutionException e) {
            end(); // the engine stops
        }
    }

    @Override
    public void close() {
        leave(State.CLOSED);
    }

    /** It cannot go on. */
    void end() {
        if (leave(State.ENDED)) {
            try {
                executor.execute(this::ended);
            } catch (RejectedExecutionException e) {
                ended();
            }
        }
    }

    private void ended() {
        try {
            watcher.ended();
        } catch (Throwable e) {
            LOG.warn("a watcher has failed at its end", e);
        }
    }

    private boolean leave(State how) {
        if (!state.compareAndSet(State.RUNNING, how)) {
            return false;
        }
        whenEnded.accept(this);
        try {
            executor.execute(this::leaveShards); // may have to wait for room
        } catch (RejectedExecutionException e) {
            LOG.trace("the engine is stopping, and so are its shards");
        }
        return true;
    }

    private void leaveShards() {
        for (ShardScope scope : scopes) {
            scope.shard().put(() -> scope.channels().watches().remove(watches.get(scope.index())));
        }
    }
}
