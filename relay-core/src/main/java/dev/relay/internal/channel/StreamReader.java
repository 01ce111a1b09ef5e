package dev.relay.internal.channel;

import dev.relay.Publication;
import dev.relay.internal.journal.JournalReads;
import dev.relay.internal.shard.Shard;
import dev.relay.journal.ReadRange;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the journal off the shards.
 *
 * <p><b>Threading.</b> {@link #read} from any shard; the journal is read on the executor's threads.
 */
public final class StreamReader {
    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);

    private final JournalReads journal;
    private final Executor executor;

    public StreamReader(JournalReads journal, Executor executor) {
        this.journal = journal;
        this.executor = executor;
    }

    /** Reads, then tells {@code answer} on {@code shard}: the publications, or {@code null} and what went wrong. */
    void read(ReadRange range, Shard shard, BiConsumer<@Nullable List<Publication>, String> answer) {
        try {
            executor.execute(() -> {
                List<Publication> found;
                try {
                    found = journal.read(range);
                } catch (RuntimeException e) {
                    LOG.debug("journal read failed: {}", range, e);
                    String why = "the journal cannot be read: " + e.getMessage();
                    shard.tell(() -> answer.accept(null, why));
                    return;
                }
                shard.tell(() -> answer.accept(found, ""));
            });
        } catch (RejectedExecutionException e) {
            answer.accept(null, "the executor for journal reads has rejected a read: " + e.getMessage());
        }
    }
}
