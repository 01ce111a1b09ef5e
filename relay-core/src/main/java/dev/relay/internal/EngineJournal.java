package dev.relay.internal;

import static java.util.Objects.requireNonNull;

import dev.relay.JournalView;
import dev.relay.RelayException;
import dev.relay.Replay;
import dev.relay.ReplayRequest;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.internal.journal.PendingFlush;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventQuery;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.Spool;
import dev.relay.journal.StreamPage;
import dev.relay.journal.StreamQuery;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the journal for the application: behind what the writer has been given, off the shards, and two questions at a time, so
 * that clients who read history find a free thread.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class EngineJournal implements JournalView {
    private static final int RUNNING = 2;
    private static final int ADMITTED = 256;

    private final @Nullable Journal journal;
    private final @Nullable Spool spool;
    private final @Nullable JournalWriter writer;
    private final Executor executor;
    private final Replays replays;
    private final ArrayDeque<Question<?>> ready = new ArrayDeque<>(); // guarded by itself
    private int running; // guarded by ready
    private int admitted; // guarded by ready

    EngineJournal(
            @Nullable Journal journal,
            @Nullable Spool spool,
            @Nullable JournalWriter writer,
            Executor executor,
            Replays.Surroundings around) {
        this.journal = journal;
        this.spool = spool;
        this.writer = writer;
        this.executor = executor;
        this.replays = new Replays(this, around, executor);
    }

    @Override
    public CompletionStage<JournalPage> find(JournalQuery query) {
        requireNonNull(query, "query");
        return ask(() -> complete().find(query));
    }

    @Override
    public CompletionStage<StreamPage> streams(StreamQuery query) {
        requireNonNull(query, "query");
        return ask(() -> complete().streams(query));
    }

    @Override
    public CompletionStage<List<ConnectionEvent>> events(EventQuery query) {
        requireNonNull(query, "query");
        return ask(() -> requireNonNull(journal).events(query));
    }

    @Override
    public CompletionStage<Replay> replay(ReplayRequest request) {
        requireNonNull(request, "request");
        return replays.start(request);
    }

    @Override
    public @Nullable Replay replay(String id) {
        return replays.find(id);
    }

    @Override
    public List<Replay> replays() {
        return replays.list();
    }

    /** The journal, once it has everything that was acknowledged: what is in the spool is in no order that a search could join. */
    private Journal complete() {
        long held = spool == null ? 0 : spool.size().publications();
        if (held > 0) {
            throw new JournalException(
                    Reason.UNAVAILABLE,
                    held + " publications wait in the spool until the database has them; a search would not find them,"
                            + " try again later");
        }
        return requireNonNull(journal);
    }

    /** Something to be asked on the executor. */
    private record Question<T>(Supplier<T> read, CompletableFuture<T> answer) implements Runnable {
        @Override
        public void run() {
            try {
                answer.complete(read.get());
            } catch (Throwable e) { // an Error too: it costs who asked
                answer.completeExceptionally(e);
            }
        }
    }

    private <T> CompletableFuture<T> ask(Supplier<T> read) {
        Question<T> question = new Question<>(read, new CompletableFuture<>());
        if (journal == null || writer == null) {
            question.answer.completeExceptionally(new RelayException("this engine has no journal"));
            return question.answer;
        }
        synchronized (ready) {
            if (admitted == ADMITTED) {
                question.answer.completeExceptionally(new RelayException(
                        ADMITTED + " questions to the journal are under way, the most there may be; ask more slowly"));
                return question.answer;
            }
            admitted++;
        }
        // what cannot be flushed now cannot be read either, or was never acknowledged
        if (!writer.flush(new PendingFlush(() -> add(question)))) {
            add(question);
        }
        return question.answer;
    }

    private void add(Question<?> question) {
        synchronized (ready) {
            ready.add(question);
        }
        runNext();
    }

    /** Hands the next question to the executor, unless enough are there. */
    private void runNext() {
        Question<?> next;
        synchronized (ready) {
            if (running == RUNNING || ready.isEmpty()) {
                return; // who ends one begins another
            }
            next = ready.remove();
            running++;
        }
        try {
            executor.execute(() -> {
                next.run();
                ended();
            });
        } catch (RejectedExecutionException e) {
            next.answer.completeExceptionally(
                    new RelayException("the executor for blocking work has rejected a question to the journal", e));
            ended();
        }
    }

    private void ended() {
        synchronized (ready) {
            running--;
            admitted--;
        }
        runNext();
    }
}
