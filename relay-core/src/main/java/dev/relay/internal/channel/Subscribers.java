package dev.relay.internal.channel;

import dev.relay.ChannelOptions;
import dev.relay.OverflowPolicy;
import dev.relay.Publication;
import dev.relay.RecoveryMode;
import dev.relay.StreamPosition;
import dev.relay.transport.Encoding;
import dev.relay.transport.Push;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The shard side of a channel or of a pattern: its subscriptions on one shard.
 *
 * <p>It knows where in the stream it stands: what comes from the home comes in order, so the next publication is the next
 * offset of the same epoch. Where it is not, the subscriptions that must notice a gap are told, and the others go on.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class Subscribers {
    private final String channel;
    private final ChannelOptions options;
    private final boolean pattern;
    private final ChannelRegistry registry;
    private final List<Group> groups = new ArrayList<>(1);
    private final List<Subscription> holding = new ArrayList<>(0);
    private final List<Subscription> listeners = new ArrayList<>(0);
    private StreamPosition position = StreamPosition.NONE; // the last one that has come from the home
    private int size;

    Subscribers(String channel, ChannelOptions options, ChannelRegistry registry) {
        this.channel = channel;
        this.options = options;
        this.pattern = Namespaces.isPattern(channel, options);
        this.registry = registry;
    }

    String channel() {
        return channel;
    }

    /** Whether its name stands for many channels. */
    boolean isPattern() {
        return pattern;
    }

    /** Counts a new subscription, which does not get anything yet. */
    void add() {
        size++;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The home says where the stream stands, at this point of what it sends. */
    void standsAt(StreamPosition top) {
        position = top;
    }

    /** The next publication of the channel. */
    void publication(Publication publication) {
        StreamPosition next = publication.position();
        if (next.offset() != 0) {
            if (!next.epoch().equals(position.epoch()) && !position.epoch().isEmpty()
                    || next.offset() > position.offset() + 1) {
                gap();
            } else if (next.offset() <= position.offset()) {
                return; // a duplicate
            }
            position = next;
        }
        deliver(publication, publication.tags());
    }

    /** The stream is not what it was: who stands in it must notice, and the next publication is the first of another. */
    void lost() {
        gap();
        position = StreamPosition.NONE;
    }

    /** A publication of a channel that this pattern matches. */
    void matched(Push.Matched matched) {
        deliver(matched, matched.publication().tags());
    }

    /** Somebody has come or gone. */
    void event(Push push) {
        for (int i = groups.size() - 1; i >= 0; i--) {
            groups.get(i).event(push);
        }
        if (!holding.isEmpty()) {
            for (Subscription subscription : List.copyOf(holding)) {
                if (subscription.interest().joinLeave()) {
                    subscription.hold(push, 0);
                }
            }
        }
    }

    void hold(Subscription subscription) {
        holding.add(subscription);
    }

    void release(Subscription subscription) {
        holding.remove(subscription);
    }

    /** From the next publication on, this one gets what all get. */
    void join(Subscription subscription) {
        Encoding encoding = subscription.receiver().encoding();
        if (encoding == null) {
            listeners.add(subscription);
        } else {
            group(encoding, subscription).join(subscription);
        }
    }

    void remove(Subscription subscription, Subscription.State state) {
        size--;
        if (state == Subscription.State.HOLDING) {
            release(subscription);
        } else if (state == Subscription.State.LIVE) {
            Encoding encoding = subscription.receiver().encoding();
            if (encoding == null) {
                listeners.remove(subscription);
            } else {
                group(encoding, subscription).leave(subscription);
            }
        }
    }

    private void deliver(Push push, Map<String, String> tags) {
        for (int i = groups.size() - 1; i >= 0; i--) {
            groups.get(i).publication(push, tags);
        }
        // Copies: one that is told something may end itself or others.
        if (!holding.isEmpty()) {
            for (Subscription subscription : List.copyOf(holding)) {
                subscription.hold(push, tags, size(push));
            }
        }
        if (!listeners.isEmpty()) {
            for (Subscription listener : List.copyOf(listeners)) {
                if (listener.state() == Subscription.State.LIVE) {
                    listener.receiver().push(channel, push);
                }
            }
        }
    }

    private static int size(Push push) {
        return push instanceof Publication publication
                ? publication.data().size()
                : push instanceof Push.Matched matched
                        ? matched.publication().data().size()
                        : 0;
    }

    private void gap() {
        List<Subscription> positioned = new ArrayList<>();
        groups.forEach(group -> {
            group.seal(); // what came before is still in order
            group.positioned(positioned);
        });
        holding.stream().filter(held -> held.interest().positioned()).forEach(positioned::add);
        listeners.stream().filter(listener -> listener.interest().positioned()).forEach(positioned::add);
        for (Subscription subscription : positioned) {
            subscription.end();
            subscription.receiver().insufficientState();
        }
    }

    private Group group(Encoding encoding, Subscription subscription) {
        OverflowPolicy overflow = overflow(subscription.interest());
        for (Group group : groups) {
            if (group.isFor(encoding, overflow)) {
                return group;
            }
        }
        Group group = new Group(
                channel, registry, encoding, overflow, options.linger().toNanos());
        groups.add(group);
        return group;
    }

    /** Whoever must notice a gap is given none by us, except where only the newest publication matters anyway. */
    private OverflowPolicy overflow(Interest interest) {
        boolean newestWillDo =
                options.overflow() == OverflowPolicy.CONFLATE && options.recoveryMode() == RecoveryMode.CACHE;
        return interest.positioned() && !newestWillDo ? OverflowPolicy.DISCONNECT : options.overflow();
    }
}
