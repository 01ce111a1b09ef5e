package dev.relay.internal;

import dev.relay.ErrorCode;
import dev.relay.JournalView;
import dev.relay.Publication;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.Replay;
import dev.relay.ReplayRequest;
import dev.relay.journal.JournalEntry;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One replay: reads a page, publishes what is due of it in groups, and waits for the answers of a group before the next, so that
 * the order is kept when some are refused. Occupies no thread while it waits.
 *
 * <p><b>Threading.</b> {@link #step} and what it calls run on the executor, one at a time: each step is begun by the end of the
 * one before. The fields shared with whoever asks are volatile and written by the steps only.
 */
final class JournalReplay implements Replay {
    static final int PAGE = 256;

    private static final int GROUP = 128;
    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200); // until it sees a cancellation
    private static final long MIN_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MAX_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final String id;
    private final ReplayRequest request;
    private final long total;
    private final JournalView journal;
    private final Replays.Surroundings engine;
    private final Executor executor;
    private final CompletableFuture<Progress> ended = new CompletableFuture<>();

    // written by whoever cancels, read by each step
    private volatile boolean cancelled;
    // written by the steps, read by whoever asks
    private volatile Progress progress;

    private final ArrayDeque<JournalEntry> queue = new ArrayDeque<>();
    private JournalQuery query;
    private boolean more;
    private long withheld;
    private @Nullable Rhythm rhythm;
    private long backoffNanos = MIN_BACKOFF_NANOS;
    private long troubledSinceNanos;

    /** When the first was published, and when it had been accepted. */
    private record Rhythm(long startNanos, long firstMicros) {}

    JournalReplay(
            String id,
            ReplayRequest request,
            JournalQuery query,
            long total,
            JournalView journal,
            Replays.Surroundings engine,
            Executor executor) {
        this.id = id;
        this.request = request;
        this.query = query;
        this.total = total;
        this.journal = journal;
        this.engine = engine;
        this.executor = executor;
        this.progress = new Progress(State.RUNNING, 0, 0, total, "");
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ReplayRequest request() {
        return request;
    }

    @Override
    public Progress progress() {
        return progress;
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public CompletionStage<Progress> ended() {
        return ended.minimalCompletionStage();
    }

    void begin(JournalPage first) {
        take(first);
        go();
    }

    private void take(JournalPage page) {
        for (JournalEntry entry : page.entries()) {
            if (entry.publication().data().isWithheld()) {
                withheld++;
            } else {
                queue.add(entry);
            }
        }
        more = page.more();
        query = query.after(page.cursor());
    }

    private void go() {
        onExecutor(this::step);
    }

    private void onExecutor(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            end(engine.isStopping() ? State.CANCELLED : State.FAILED, "the executor for blocking work has rejected it");
        }
    }

    private void step() {
        try {
            if (cancelled || engine.isStopping()) {
                end(State.CANCELLED, cancelled ? "" : "the engine is stopping");
            } else if (!queue.isEmpty()) {
                publishDue();
            } else if (more) {
                read();
            } else {
                end(State.DONE, withheld == 0 ? "" : withheld + " were left out: their payloads are not kept");
            }
        } catch (RuntimeException e) {
            end(State.FAILED, String.valueOf(e));
        }
    }

    private void read() {
        journal.find(query)
                .whenComplete((page, failure) -> onExecutor(() -> {
                    if (failure != null) {
                        troubled("the journal cannot be read: " + failure.getMessage(), true);
                    } else {
                        take(page);
                        step();
                    }
                }));
    }

    private void publishDue() {
        long wait = untilDueNanos(queue.element());
        if (wait > SOON_NANOS) {
            later(Math.min(wait, LONGEST_WAIT_NANOS));
            return;
        }
        List<JournalEntry> group = new ArrayList<>();
        List<CompletableFuture<PublishResult>> results = new ArrayList<>();
        while (group.size() < GROUP && !queue.isEmpty() && untilDueNanos(queue.element()) <= SOON_NANOS) {
            CompletableFuture<PublishResult> result = publish(queue.element());
            if (isRefusedAtOnce(result)) {
                if (group.isEmpty()) {
                    results.add(result);
                    group.add(queue.remove());
                }
                break; // the rest waits: nothing may overtake it
            }
            results.add(result);
            group.add(queue.remove());
        }
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> onExecutor(() -> settle(group, results)));
    }

    private static boolean isRefusedAtOnce(CompletableFuture<PublishResult> result) {
        return result.isDone() && !result.isCompletedExceptionally() && result.join() instanceof Refused;
    }

    private CompletableFuture<PublishResult> publish(JournalEntry entry) {
        Publication publication = entry.publication();
        Map<String, String> tags = new HashMap<>(publication.tags());
        if (request.tagged()) {
            tags.put(ReplayRequest.TAG, request.source() + "/" + publication.offset());
        }
        return engine.publish(
                request.target(),
                publication.data(),
                PublishOptions.builder().tags(tags).build());
    }

    /** How long until a publication is due; at most 0 if it is. */
    private long untilDueNanos(JournalEntry entry) {
        if (request.speed() == 0) {
            return 0;
        }
        long micros = entry.publication().timeMicros();
        if (rhythm == null) {
            rhythm = new Rhythm(engine.nanoTime(), micros);
        }
        double after = (micros - rhythm.firstMicros) * 1_000.0 / request.speed();
        return (long) after - (engine.nanoTime() - rhythm.startNanos);
    }

    /** Counts what has been published; what has not is tried again if that can help and keeps the order. */
    private void settle(List<JournalEntry> group, List<CompletableFuture<PublishResult>> results) {
        int published = 0;
        boolean overtaken = false;
        Refused refused = null;
        for (CompletableFuture<PublishResult> each : results) {
            PublishResult result = each.isCompletedExceptionally() ? null : each.join();
            if (result instanceof PublishResult.Published) {
                overtaken |= refused != null;
                published += refused == null ? 1 : 0;
            } else if (refused == null) {
                refused = result instanceof Refused why ? why : new Refused(ErrorCode.INTERNAL, "it failed");
            }
        }
        if (published > 0) {
            long last = group.get(published - 1).publication().offset();
            progress = new Progress(State.RUNNING, progress.published() + published, last, total, "");
            backoffNanos = MIN_BACKOFF_NANOS;
            troubledSinceNanos = 0;
        }
        for (int i = group.size() - 1; i >= published; i--) {
            queue.addFirst(group.get(i));
        }
        if (refused == null) {
            go();
        } else if (overtaken) {
            end(State.FAILED, "a publication was refused and later ones were not: " + refused.detail());
        } else {
            troubled(refused.detail(), refused.error().temporary());
        }
    }

    /** Tries again a little later, for a minute; being slowed down is no trouble that ends it. */
    private void troubled(String why, boolean temporary) {
        long now = engine.nanoTime();
        if (troubledSinceNanos == 0) {
            troubledSinceNanos = now;
        }
        if (!temporary || now - troubledSinceNanos > PATIENCE_NANOS) {
            end(State.FAILED, why);
            return;
        }
        Progress before = progress;
        progress = new Progress(State.RUNNING, before.published(), before.lastOffset(), total, why);
        later(backoffNanos);
        backoffNanos = Math.min(backoffNanos * 2, MAX_BACKOFF_NANOS);
    }

    private void later(long nanos) {
        if (!engine.later(nanos, this::go)) {
            end(State.CANCELLED, "the engine is stopping");
        }
    }

    private void end(State state, String detail) {
        progress = new Progress(state, progress.published(), progress.lastOffset(), total, detail);
        ended.complete(progress);
    }
}
