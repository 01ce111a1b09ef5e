package dev.relay.internal.channel;

import dev.relay.ErrorCode;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.channel.IdempotencyKeys.Done;
import dev.relay.internal.channel.IdempotencyKeys.Known;
import dev.relay.internal.channel.IdempotencyKeys.Pending;
import dev.relay.journal.AppendKey;
import dev.relay.journal.KeptKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recognises repeats of a publish by their idempotency key and answers them with the result of the first. Memory has all
 * there is to know: keys that the journal has kept come with the stream, before the first publish is looked at.
 *
 * <p><b>Threading.</b> The home shard's thread only.
 */
final class Repeats {
    private static final int EXPIRED_PER_SWEEP = 10_000;

    private final ChannelRegistry registry;
    private final IdempotencyKeys keys;
    private final long windowMicros;

    Repeats(ChannelRegistry registry, long windowNanos) {
        this.registry = registry;
        this.windowMicros = windowNanos / 1_000;
        this.keys = new IdempotencyKeys(windowNanos, IdempotencyKeys.MAX_KEYS);
    }

    /**
     * Whether there is nothing to publish: it is a repeat, and is answered here, now or with the first one. Otherwise {@link
     * #published} or {@link #refused} follows, once.
     */
    boolean answers(String channel, Publishing publishing) {
        String key = publishing.how().idempotencyKey();
        if (key.isEmpty()) {
            return false;
        }
        Known known = keys.find(channel, key, registry.clock().nanoTime());
        if (known == null && keys.begin(channel, key)) {
            return false;
        }
        registry.release(publishing);
        PublishOutcome outcome = publishing.outcome();
        if (known instanceof Done first) {
            tell(outcome, new PublishResult.Published(first.position()));
        } else if (!(known instanceof Pending first) || !first.await(result -> tell(outcome, result))) {
            publishing.breakSequence();
            tell(
                    outcome,
                    new Refused(
                            ErrorCode.TOO_MANY_REQUESTS,
                            "too many requests with idempotency keys are on their way; try again in a moment"));
        }
        return true;
    }

    /** What the journal is to keep with a publication that was accepted at this time; {@code null} for nothing. */
    @Nullable
    AppendKey kept(Publishing publishing, long timeMicros) {
        String key = publishing.how().idempotencyKey();
        return key.isEmpty() ? null : new AppendKey(key, timeMicros + windowMicros);
    }

    /**
     * Remembers what the journal has kept of a channel. What is in memory already is the same or newer.
     *
     * @param kept the newest first
     */
    void loaded(String channel, String epoch, List<KeptKey> kept) {
        if (kept.isEmpty()) {
            return;
        }
        long nowMicros = registry.clock().epochMicros();
        long nowNanos = registry.clock().nanoTime();
        Map<String, KeptKey> newest = new LinkedHashMap<>();
        kept.forEach(one -> newest.putIfAbsent(one.key(), one));
        List<KeptKey> oldestFirst = new ArrayList<>(newest.values());
        Collections.reverse(oldestFirst);
        for (KeptKey one : oldestFirst) {
            // not beyond the window, should the clock have been put back
            long leftMicros = Math.min(one.expiresAtMicros() - nowMicros, windowMicros);
            if (leftMicros > 0) {
                StreamPosition position = new StreamPosition(one.offset(), epoch);
                keys.remember(channel, one.key(), position, nowNanos + leftMicros * 1_000);
            }
        }
    }

    void published(String channel, Publishing publishing, StreamPosition position) {
        String key = publishing.how().idempotencyKey();
        if (!key.isEmpty()) {
            keys.complete(channel, key, position, registry.clock().nanoTime());
        }
    }

    void refused(String channel, Publishing publishing, Refused why) {
        String key = publishing.how().idempotencyKey();
        if (!key.isEmpty()) {
            keys.fail(channel, key, why);
        }
    }

    /** Gives back the memory of keys whose window is over; for when no requests come. */
    void sweep() {
        keys.expire(registry.clock().nanoTime(), EXPIRED_PER_SWEEP);
    }

    private void tell(PublishOutcome outcome, PublishResult result) {
        registry.tell(outcome.origin(), () -> {
            if (result instanceof PublishResult.Published published) {
                outcome.published(published.position());
            } else if (result instanceof Refused why) {
                outcome.refused(why);
            }
        });
    }
}
