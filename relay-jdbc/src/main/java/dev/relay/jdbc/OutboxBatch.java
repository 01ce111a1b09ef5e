package dev.relay.jdbc;

import dev.relay.Health;
import dev.relay.OutboxEntry;
import dev.relay.Payload;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.PublishResult.Published;
import dev.relay.Refused;
import dev.relay.Relay;
import dev.relay.StreamPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Rows of the outbox that are published together, and what became of them. Rows of one channel keep their order: when one is
 * refused for now, those behind it are not published either. One thread.
 */
final class OutboxBatch {
    private record Sent(OutboxMessage message, CompletableFuture<PublishResult> result) {}

    private final Relay relay;
    private final Map<String, OutboxEntry.Sequence> sequences = new HashMap<>();
    private final List<Sent> sent = new ArrayList<>();
    private final List<OutboxMessage> appended = new ArrayList<>();
    private final List<OutboxMessage> live = new ArrayList<>();
    private final Map<Long, String> unpublishable = new LinkedHashMap<>();
    private final Map<String, String> refusedChannels = new LinkedHashMap<>();

    OutboxBatch(Relay relay) {
        this.relay = relay;
    }

    /** Hands the rows to the engine, in their order. */
    void send(List<OutboxMessage> rows) {
        Set<String> refused = new HashSet<>();
        for (OutboxMessage row : rows) {
            if (!refused.contains(row.channel()) && !send(row)) {
                refused.add(row.channel());
            }
        }
    }

    /** Whether rows behind it may be sent. */
    private boolean send(OutboxMessage row) {
        Payload data;
        PublishOptions options;
        try {
            data = row.data();
            options = row.options(sequences.computeIfAbsent(row.channel(), c -> new OutboxEntry.Sequence()));
        } catch (IllegalArgumentException e) {
            unpublishable.put(row.id(), String.valueOf(e.getMessage()));
            return true;
        }
        CompletableFuture<PublishResult> result =
                relay.publish(row.channel(), data, options).toCompletableFuture();
        sent.add(new Sent(row, result));
        // Refused at the engine's door, it has not broken its sequence.
        return !(result.getNow(null) instanceof Refused now && now.error().temporary());
    }

    /**
     * Waits until it is known what became of the rows.
     *
     * @param isStopping when it is no longer worth while: what is published then has no row any more, as ever
     * @return whether it is known
     */
    boolean await(BooleanSupplier isStopping) throws InterruptedException {
        CompletableFuture<Void> all =
                CompletableFuture.allOf(sent.stream().map(Sent::result).toArray(CompletableFuture[]::new));
        while (!isStopping.getAsBoolean() && !isOver(relay.health())) {
            try {
                all.get(100, TimeUnit.MILLISECONDS);
                sent.forEach(this::judge);
                return true;
            } catch (TimeoutException e) {
                // once more
            } catch (ExecutionException e) {
                throw new IllegalStateException("a publish has failed, which it never does", e);
            }
        }
        return false;
    }

    private static boolean isOver(Health health) {
        return health.state() == Health.State.FAILED || health.state() == Health.State.STOPPING;
    }

    private void judge(Sent done) {
        OutboxMessage row = done.message;
        PublishResult result = done.result.join();
        if (result instanceof Published there) {
            (there.position().equals(StreamPosition.NONE) ? live : appended).add(row);
        } else if (result instanceof Refused why) {
            if (why.error().temporary()) {
                refusedChannels.putIfAbsent(row.channel(), why.detail());
            } else {
                unpublishable.put(
                        row.id(), why.error().code() + " " + why.error().message() + ": " + why.detail());
            }
        }
    }

    /** What was published to streams, whose journal deletes the rows. */
    List<OutboxMessage> appended() {
        return appended;
    }

    /** What was published without a stream; the rows stand. */
    List<OutboxMessage> live() {
        return live;
    }

    /** Ids of rows that this configuration can never publish, and why. */
    Map<Long, String> unpublishable() {
        return unpublishable;
    }

    /** Channels in which something was refused for now, and why. */
    Map<String, String> refusedChannels() {
        return refusedChannels;
    }
}
