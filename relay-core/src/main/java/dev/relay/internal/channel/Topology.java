package dev.relay.internal.channel;

import static java.util.Objects.requireNonNull;

import dev.relay.JsonRedactor;
import dev.relay.PublishTracer;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.internal.shard.Shard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which shard is whose home, and how to get there. The one place that knows that a home is in this process.
 *
 * <p><b>Threading.</b> Immutable after construction; any thread.
 */
public final class Topology {
    private static final long ADMITTED_BYTES = 64 << 20; // on the way through all homes together

    private final List<ChannelRegistry> registries;
    private final List<Admission> admissions;
    private final @Nullable JournalWriter writer;
    private final @Nullable StreamReader reader;
    private final long idempotencyNanos;
    private final @Nullable JsonRedactor redactor;
    private final Tracing tracing;

    /** Without anybody who could redact or trace. */
    public Topology(
            List<Shard> shards,
            @Nullable JournalWriter writer,
            @Nullable StreamReader reader,
            Duration idempotencyWindow) {
        this(shards, writer, reader, idempotencyWindow, null, null);
    }

    /**
     * @param writer {@code null}, as {@code reader}, in an engine without a journal
     * @param idempotencyWindow how long an idempotency key is remembered
     * @param redactor {@code null} if no channel needs one
     * @param tracer {@code null} if nobody traces
     */
    public Topology(
            List<Shard> shards,
            @Nullable JournalWriter writer,
            @Nullable StreamReader reader,
            Duration idempotencyWindow,
            @Nullable JsonRedactor redactor,
            @Nullable PublishTracer tracer) {
        this.redactor = redactor;
        this.tracing = new Tracing(tracer);
        this.writer = writer;
        this.idempotencyNanos = idempotencyWindow.toNanos();
        this.reader = reader;
        List<ChannelRegistry> all = new ArrayList<>();
        List<Admission> entrances = new ArrayList<>();
        for (Shard shard : shards) {
            all.add(new ChannelRegistry(shard, shards.size(), this));
            entrances.add(new Admission(shard, ADMITTED_BYTES / shards.size()));
        }
        registries = List.copyOf(all);
        admissions = List.copyOf(entrances);
    }

    public int shards() {
        return registries.size();
    }

    /** Index of the home shard of a channel. */
    public int homeOf(String channel) {
        int hash = channel.hashCode() * 0x9E3779B9; // Fibonacci hashing: neighbouring names part ways
        return (int) ((hash & 0xFFFFFFFFL) * registries.size() >>> 32);
    }

    public ChannelRegistry registry(int shard) {
        return registries.get(shard);
    }

    public Admission admission(int home) {
        return admissions.get(home);
    }

    public @Nullable JournalWriter writer() {
        return writer;
    }

    @Nullable
    JsonRedactor redactor() {
        return redactor;
    }

    /** The channel's stream has this epoch now; from any thread. */
    public void lost(String channel, String epoch) {
        ChannelRegistry home = registry(homeOf(channel));
        home.shard().tell(() -> home.lost(channel, epoch));
    }

    /** Whether a stream that is not in memory may not be found. */
    boolean isSpooling() {
        return writer != null && writer.isSpooling();
    }

    long idempotencyNanos() {
        return idempotencyNanos;
    }

    JournalWriter requireWriter() {
        return requireNonNull(writer, "writer");
    }

    @Nullable
    StreamReader reader() {
        return reader;
    }

    Tracing tracing() {
        return tracing;
    }
}
