package dev.relay.internal;

import dev.relay.CloseCode;
import dev.relay.Publication;
import dev.relay.Refused;
import dev.relay.RelayException;
import dev.relay.StreamPosition;
import dev.relay.Subscriber;
import dev.relay.internal.channel.Receiver;
import dev.relay.internal.channel.SubscribeResult;
import dev.relay.internal.channel.Subscription;
import dev.relay.internal.outbox.Chunk;
import dev.relay.internal.shard.Shard;
import dev.relay.transport.Encoding;
import dev.relay.transport.Push;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel followed by code in this process, on the channel's home shard.
 *
 * <p><b>Threading.</b> {@link #close} from any thread; the rest on the home shard.
 */
final class InProcessSubscription implements Receiver, dev.relay.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessSubscription.class);

    private final String channel;
    private final Subscriber subscriber;
    private final Shard shard;
    private final Executor executor;
    private final Consumer<InProcessSubscription> onEnd;
    private final CompletableFuture<dev.relay.Subscription> started = new CompletableFuture<>();
    private @Nullable Subscription subscription;

    // Written by whoever closes it, read by the shard before each call: nothing is told after close() has been seen.
    private volatile boolean ended;

    // Written before `started` completes, read by who holds the subscription: the stage publishes it.
    private StreamPosition position = StreamPosition.NONE;

    InProcessSubscription(
            String channel,
            Subscriber subscriber,
            Shard shard,
            Executor executor,
            Consumer<InProcessSubscription> onEnd) {
        this.channel = channel;
        this.subscriber = subscriber;
        this.shard = shard;
        this.executor = executor;
        this.onEnd = onEnd;
    }

    CompletableFuture<dev.relay.Subscription> started() {
        return started;
    }

    boolean isOn(Shard other) {
        return shard == other;
    }

    @Override
    public void begins(Subscription made) {
        subscription = made;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public StreamPosition position() {
        return position;
    }

    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        if (!shard.offer(this::end)) {
            try {
                executor.execute(() -> shard.put(this::end)); // the inbox is full: wait elsewhere
            } catch (RejectedExecutionException e) {
                LOG.debug("the engine has ended, and the subscription to {} with it", channel, e);
            }
        }
    }

    @Override
    public @Nullable Encoding encoding() {
        return null;
    }

    @Override
    public void subscribed(SubscribeResult result) {
        position = result.top();
        started.complete(this);
        if (subscription != null) {
            subscription.goLive();
        }
    }

    @Override
    public void refused(Refused why) {
        onEnd.accept(this);
        started.completeExceptionally(new RelayException(
                "cannot subscribe to " + channel + ": " + why.error().message() + ": " + why.detail()));
    }

    @Override
    public void push(String name, Push push) {
        if (ended) {
            return;
        }
        try {
            if (push instanceof Publication publication) {
                subscriber.publication(name, publication);
            } else if (push instanceof Push.Matched matched) {
                subscriber.publication(matched.channel(), matched.publication());
            }
        } catch (Throwable e) { // also an Error: it must not cost anybody else
            LOG.warn("subscriber of {} has thrown; its subscription ends", channel, e);
            close(CloseCode.INTERNAL_ERROR);
        }
    }

    @Override
    public void chunk(Chunk chunk) {
        throw new IllegalStateException("takes publications one by one");
    }

    @Override
    public void insufficientState() {
        close(CloseCode.INSUFFICIENT_STATE);
    }

    @Override
    public void close(CloseCode code) {
        if (ended) {
            return;
        }
        end();
        started.completeExceptionally(
                new RelayException("the subscription to " + channel + " has ended: " + code.reason()));
        try {
            subscriber.ended();
        } catch (Throwable e) { // as above
            LOG.warn("subscriber of {} has thrown when told of its end", channel, e);
        }
    }

    private void end() {
        ended = true;
        onEnd.accept(this);
        if (subscription != null) {
            subscription.end();
        }
    }
}
