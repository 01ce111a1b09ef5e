package dev.relay.internal.journal;

import dev.relay.RelayClock;
import dev.relay.internal.shard.Shard;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/**
 * What a journal writer lives in.
 *
 * @param homes all shards, by index
 * @param isComplete asked at the end, on the writer's thread: whether everything that was told to be "done" is in the
 *     journal or in the spool
 * @param lost hears of streams whose positions mean nothing any more
 * @param threads makes the thread that works with the journal while the writer spools
 */
public record Surroundings(
        List<Shard> homes,
        RelayClock clock,
        JournalWriter.Meter meter,
        BooleanSupplier isComplete,
        LostStreams lost,
        ThreadFactory threads) {}
