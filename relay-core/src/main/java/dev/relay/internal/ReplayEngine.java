package dev.relay.internal;

import dev.relay.ChannelOptions;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.shard.Shard;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The engine as replays see it: they publish as the application does, and wait on a shard's timer. Any thread. */
record ReplayEngine(EngineOptions options, Publisher publisher, List<ShardScope> scopes, Shutdown shutdown)
        implements Replays.Surroundings {
    @Override
    public CompletableFuture<PublishResult> publish(String channel, Payload data, PublishOptions how) {
        return publisher.publish(channel, data, how);
    }

    @Override
    public boolean later(long nanos, Runnable task) {
        Shard shard = scopes.get(0).shard();
        return shard.put(() -> shard.schedule(nanos, task));
    }

    @Override
    public @Nullable Refused refusal(String channel) {
        ChannelOptions channelOptions = options.namespaces().options(channel);
        Refused refused = options.namespaces().refusal(channel, channelOptions);
        return refused == null && channelOptions != null && Namespaces.isPattern(channel, channelOptions)
                ? new Refused(ErrorCode.BAD_REQUEST, "nothing can be published to a pattern")
                : refused;
    }

    @Override
    public boolean isStopping() {
        return shutdown.isStopping();
    }

    @Override
    public long nanoTime() {
        return options.clock().nanoTime();
    }
}
