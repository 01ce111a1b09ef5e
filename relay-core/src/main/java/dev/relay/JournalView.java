package dev.relay;

import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventQuery;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.StreamPage;
import dev.relay.journal.StreamQuery;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What an application can find in the journal, whatever channels keep for clients. Everything that was acknowledged before a
 * question is part of its answer.
 *
 * <p>A stage fails with a {@link RelayException} if there is no journal, if it cannot be read now – a {@link
 * dev.relay.journal.JournalException} that says whether it may work later –, or if too many questions wait.
 *
 * <p><b>Threading.</b> Any thread. Nothing blocks; stages complete on the executor for blocking work ({@link
 * RelayBuilder#blockingExecutor}) and keep it from other work as long as what depends on them runs.
 */
public interface JournalView {
    /** Finds publications, a page at a time. */
    CompletionStage<JournalPage> find(JournalQuery query);

    /** Lists streams, a page at a time. */
    CompletionStage<StreamPage> streams(StreamQuery query);

    /** Finds what happened to connections. */
    CompletionStage<List<ConnectionEvent>> events(EventQuery query);

    /**
     * Publishes again what stands in a channel. The stage completes when it has begun, and fails also if there is nothing to
     * replay from, or if there are as many replays already as there may be.
     */
    CompletionStage<Replay> replay(ReplayRequest request);

    /** A replay of this engine by its {@link Replay#id}: one that runs, or one of the last that have ended. */
    @Nullable
    Replay replay(String id);

    /** Replays that run, and the last that have ended; the newest first. */
    List<Replay> replays();
}
