package dev.relay.internal.watch;

import dev.relay.watch.ChannelTraffic;

/** The figures of a channel in one interval. */
final class Tally {
    final String channel;
    final boolean isWanted;
    final boolean isLeftOut;
    long published;
    long bytes;
    long deliveries;
    int subscribers;

    Tally(String channel, boolean isWanted, boolean isLeftOut) {
        this.channel = channel;
        this.isWanted = isWanted;
        this.isLeftOut = isLeftOut;
    }

    /** What a channel is ranked by: everything it made somebody do. */
    long weight() {
        return published + deliveries;
    }

    ChannelTraffic traffic() {
        return new ChannelTraffic(channel, published, bytes, deliveries, subscribers);
    }
}
