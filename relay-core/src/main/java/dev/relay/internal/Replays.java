package dev.relay.internal;

import dev.relay.ErrorCode;
import dev.relay.JournalView;
import dev.relay.Payload;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.RelayException;
import dev.relay.Replay;
import dev.relay.ReplayRequest;
import dev.relay.journal.Glob;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.StreamQuery;
import dev.relay.journal.StreamSummary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The replays of an engine: those that run, and the last that have ended.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class Replays {
    static final int RUNNING = 4;
    private static final int REMEMBERED = 64;

    /** What a replay needs of the engine. */
    interface Surroundings {
        CompletableFuture<PublishResult> publish(String channel, Payload data, PublishOptions how);

        /** Runs something later, on any thread; {@code false} if the engine is stopping. */
        boolean later(long nanos, Runnable task);

        /** Why nothing can be published to the channel, or {@code null}. */
        @Nullable
        Refused refusal(String channel);

        boolean isStopping();

        long nanoTime();
    }

    private final JournalView journal;
    private final Surroundings engine;
    private final Executor executor;
    private final Map<String, JournalReplay> known = new LinkedHashMap<>(); // guarded by itself

    Replays(JournalView journal, Surroundings engine, Executor executor) {
        this.journal = journal;
        this.engine = engine;
        this.executor = executor;
    }

    CompletableFuture<Replay> start(ReplayRequest request) {
        Refused refused = engine.refusal(request.target());
        if (refused != null) {
            return CompletableFuture.failedFuture(
                    refused.error() == ErrorCode.UNKNOWN_CHANNEL || refused.error() == ErrorCode.BAD_REQUEST
                            ? new IllegalArgumentException("target " + request.target() + ": " + refused.detail())
                            : new RelayException(refused.detail()));
        }
        // both from one question after the other: what is appended between the two is not beyond the top that counts
        return source(request.source())
                .thenCompose(stream -> journal.find(query(request, stream, JournalReplay.PAGE))
                        .thenApply(first -> begin(request, stream, first)))
                .toCompletableFuture();
    }

    private CompletableFuture<StreamSummary> source(String channel) {
        return journal.streams(new StreamQuery(Glob.literal(channel), "", 1))
                .thenApply(page -> {
                    if (page.streams().isEmpty()) {
                        throw new IllegalArgumentException("source " + channel + ": the journal has no such channel");
                    }
                    return page.streams().get(0);
                })
                .toCompletableFuture();
    }

    private static JournalQuery query(ReplayRequest request, StreamSummary stream, int limit) {
        long through = Math.min(request.throughOffset(), stream.state().top());
        return JournalQuery.oldest(limit)
                .inChannel(request.source())
                .offsets(Math.min(request.afterOffset(), through), through)
                .between(request.fromMicros(), request.toMicros());
    }

    private Replay begin(ReplayRequest request, StreamSummary stream, JournalPage first) {
        JournalQuery query = query(request, stream, JournalReplay.PAGE);
        boolean everyTime = request.fromMicros() == Long.MIN_VALUE && request.toMicros() == Long.MAX_VALUE;
        long after = Math.max(query.afterOffset(), stream.state().trimmedTo());
        long total = everyTime ? Math.max(0, query.throughOffset() - after) : -1;
        JournalReplay replay =
                new JournalReplay(UUID.randomUUID().toString(), request, query, total, journal, engine, executor);
        synchronized (known) {
            long running = known.values().stream()
                    .filter(one -> one.progress().state() == Replay.State.RUNNING)
                    .count();
            if (running >= RUNNING) {
                throw new RelayException(
                        running + " replays are running, the most there may be; wait for one or cancel it");
            }
            for (Iterator<JournalReplay> old = known.values().iterator();
                    known.size() >= REMEMBERED && old.hasNext(); ) {
                if (old.next().progress().state() != Replay.State.RUNNING) {
                    old.remove();
                }
            }
            known.put(replay.id(), replay);
        }
        replay.begin(first);
        return replay;
    }

    @Nullable
    Replay find(String id) {
        synchronized (known) {
            return known.get(id);
        }
    }

    List<Replay> list() {
        synchronized (known) {
            List<Replay> all = new ArrayList<>(known.values());
            Collections.reverse(all);
            return all;
        }
    }
}
