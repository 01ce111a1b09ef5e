package dev.relay.internal;

import dev.relay.RelayClock;
import dev.relay.internal.channel.ChannelRegistry;
import dev.relay.internal.session.Sessions;
import dev.relay.internal.shard.Shard;
import dev.relay.internal.shard.ShardMeter;
import dev.relay.transport.Connection;
import dev.relay.transport.RefusalReason;
import dev.relay.transport.ShardContext;
import dev.relay.transport.Transport;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One shard with what runs on it.
 *
 * <p><b>Threading.</b> The figures may be read by any thread, and are those of the last turn; the rest is the shard's.
 */
final class ShardScope implements ShardContext, Shard.Duties {
    private static final int CONNECTIONS = 0;
    private static final int SUBSCRIPTIONS = 6;
    private static final int CHANNELS = 1;
    private static final int DELIVERIES = 2;
    private static final int OUTBOX_BYTES = 3;
    private static final int DROPPED = 4;
    private static final int SHED = 5;

    private final Shard shard;
    private final int count;
    private final ChannelRegistry channels;
    private final Sessions sessions;

    // Written with release by the shard at the end of each turn, read by whoever reads metrics; each stands for itself.
    private final AtomicLongArray figures = new AtomicLongArray(7);

    ShardScope(Shard shard, int count, ChannelRegistry channels, Sessions sessions) {
        this.shard = shard;
        this.count = count;
        this.channels = channels;
        this.sessions = sessions;
    }

    Shard shard() {
        return shard;
    }

    ChannelRegistry channels() {
        return channels;
    }

    Sessions sessions() {
        return sessions;
    }

    long connections() {
        return figures.getAcquire(CONNECTIONS);
    }

    long subscriptions() {
        return figures.getAcquire(SUBSCRIPTIONS);
    }

    long channelCount() {
        return figures.getAcquire(CHANNELS);
    }

    long deliveries() {
        return figures.getAcquire(DELIVERIES);
    }

    long outboxBytes() {
        return figures.getAcquire(OUTBOX_BYTES);
    }

    long dropped() {
        return figures.getAcquire(DROPPED);
    }

    long shed() {
        return figures.getAcquire(SHED);
    }

    /** Takes no new connections and sends those away that there are; see {@link Sessions#drain}. */
    void drain(long endNanos, Runnable whenTold) {
        shard.poller().stopAccepting();
        sessions.drain(endNanos, whenTold);
    }

    @Override
    public int index() {
        return shard.index();
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public RelayClock clock() {
        return shard.clock();
    }

    @Override
    public boolean hasRoom() {
        return sessions.hasRoom();
    }

    @Override
    public int connectionsPerNode() {
        return sessions.connectionsPerNode();
    }

    @Override
    public void received(int bytes) {
        shard.meter().count(ShardMeter.Count.RECEIVED_BYTES, bytes);
    }

    @Override
    public void refused(RefusalReason reason) {
        shard.meter().refusals().count(reason.ordinal());
    }

    @Override
    public Connection connect(Transport transport) {
        return sessions.connect(transport);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return shard.schedule(delayNanos, task);
    }

    @Override
    public void flush() {
        do {
            channels.flush();
            sessions.flush(); // closes who is slow, which others may have to be told
        } while (channels.hasMore());
        figures.setRelease(CONNECTIONS, sessions.count());
        figures.setRelease(SUBSCRIPTIONS, sessions.subscriptionCount());
        figures.setRelease(CHANNELS, channels.homeCount());
        figures.setRelease(DELIVERIES, channels.delivered());
        figures.setRelease(OUTBOX_BYTES, channels.chunks().backlog().bytes());
        figures.setRelease(DROPPED, channels.chunks().backlog().dropped());
        figures.setRelease(SHED, sessions.shed());
    }

    @Override
    public boolean retry() {
        return sessions.retry();
    }
}
