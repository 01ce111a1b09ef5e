package dev.relay.internal.channel;

import dev.relay.CloseCode;
import dev.relay.Publication;
import dev.relay.internal.outbox.Chunk;
import dev.relay.transport.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shard side of a channel: its subscriptions on one shard. A publication is encoded once for each encoding in use,
 * however many connections get it, and the publications of a turn form one chunk.
 */
final class Subscribers {
    private static final int MAX_CHUNK_BYTES = 192 << 10; // then the connections get it although the turn goes on

    private static final Logger LOG = LoggerFactory.getLogger(Subscribers.class);

    private final String channel;
    private final ChannelRegistry registry;
    private final List<Group> groups = new ArrayList<>(1);
    private final List<Subscription> holding = new ArrayList<>(0);
    private final List<Subscription> listeners = new ArrayList<>(0);
    private int size;

    Subscribers(String channel, ChannelRegistry registry) {
        this.channel = channel;
        this.registry = registry;
    }

    String channel() {
        return channel;
    }

    /** Counts a new subscription, which does not get anything yet. */
    void add() {
        size++;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void deliver(Publication publication) {
        for (int i = groups.size() - 1; i >= 0; i--) {
            groups.get(i).deliver(publication);
        }
        for (int i = holding.size() - 1; i >= 0; i--) {
            holding.get(i).hold(publication);
        }
        if (!listeners.isEmpty()) {
            // A copy: a listener may end itself or others.
            for (Subscription listener : List.copyOf(listeners)) {
                if (listener.state() == Subscription.State.LIVE) {
                    listener.receiver().publication(channel, publication);
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
            group(encoding).join(subscription);
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
                group(encoding).leave(subscription);
            }
        }
    }

    private Group group(Encoding encoding) {
        for (Group group : groups) {
            if (group.encoding == encoding) {
                return group;
            }
        }
        Group group = new Group(encoding);
        groups.add(group);
        return group;
    }

    /** The live subscriptions of one encoding. */
    final class Group {
        private final Encoding encoding;
        private @Nullable Subscription[] members = new @Nullable Subscription[1];
        private int count;
        private @Nullable Chunk chunk;

        Group(Encoding encoding) {
            this.encoding = encoding;
        }

        void deliver(Publication publication) {
            if (count == 0) {
                return;
            }
            Chunk open = chunk;
            if (open == null) {
                open = registry.chunks().take(encoding);
                chunk = open;
                registry.dirty(this);
            }
            if (!encode(open, publication)) {
                return;
            }
            registry.delivered(count);
            if (open.size() > MAX_CHUNK_BYTES) {
                seal();
            }
        }

        /** Adds the publication to the chunk; where that cannot be done, its receivers are closed and recover elsewhere. */
        private boolean encode(Chunk open, Publication publication) {
            try {
                if (open.push(channel, publication)) {
                    return true;
                }
                seal();
                closeAll(CloseCode.INAPPROPRIATE_PROTOCOL);
            } catch (Throwable e) { // an Error too costs these connections, not the shard
                LOG.warn("a publication of {} cannot be encoded as {}", channel, encoding.name(), e);
                chunk = null; // what it holds may be broken
                closeAll(CloseCode.INTERNAL_ERROR);
            }
            return false;
        }

        /** Gives the chunk to those who are here now; who joins later gets what follows only. */
        void seal() {
            Chunk full = chunk;
            if (full == null) {
                return;
            }
            chunk = null;
            if (full.size() > 0) {
                for (int i = 0; i < count; i++) {
                    member(i).receiver().chunk(full);
                }
            }
            registry.chunks().release(full);
        }

        void join(Subscription subscription) {
            seal();
            if (count == members.length) {
                members = Arrays.copyOf(members, count * 2);
            }
            subscription.place = count;
            members[count++] = subscription;
        }

        void leave(Subscription subscription) {
            Subscription last = member(--count);
            members[subscription.place] = last;
            last.place = subscription.place;
            members[count] = null;
            if (count < members.length / 4) {
                members = Arrays.copyOf(members, members.length / 2);
            }
        }

        private Subscription member(int index) {
            Subscription member = members[index];
            assert member != null : "places below count are taken";
            return member;
        }

        private void closeAll(CloseCode code) {
            while (count > 0) {
                Subscription member = member(count - 1);
                member.receiver().close(code);
                member.end();
            }
        }
    }
}
