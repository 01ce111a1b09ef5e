package dev.relay;

/**
 * Code in this process that follows a channel.
 *
 * <p><b>Listener contract.</b> Calls for one subscription are serial and in stream order; calls for two may be
 * concurrent. They come on a shard's thread, which serves thousands of connections: do not block, hand slow work to an
 * executor of your own. Calling the engine from here is allowed. A throw is logged, counted and ends this subscription
 * only.
 */
@FunctionalInterface
public interface Subscriber {
    /** The next publication of the channel. */
    void publication(Publication publication);

    /**
     * The same with the channel it was published to, which is another one than followed if that is a pattern. Override it
     * where that matters; by default the channel is left out.
     */
    default void publication(String channel, Publication publication) {
        publication(publication);
    }

    /** The subscription has ended other than by {@link Subscription#close()}; the engine stops or a call threw. */
    default void ended() {}
}
