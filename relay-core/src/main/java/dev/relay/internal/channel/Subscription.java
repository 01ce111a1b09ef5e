package dev.relay.internal.channel;

import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Publication;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One receiver's place in one channel, on the receiver's shard.
 *
 * <pre>
 * ATTACHING ──marker from the home──▶ HOLDING ──what was missed has been found──▶ LIVE
 *     └───────────────┴──────────────────┴── end() or refusal ──▶ ENDED
 * </pre>
 *
 * Between the marker and the reply, publications are held back: they come after what was missed. Whatever arrives for a
 * subscription that has ended is dropped.
 */
public final class Subscription {
    enum State {
        ATTACHING,
        HOLDING,
        LIVE,
        ENDED
    }

    private final ChannelRegistry registry;
    private final Subscribers subscribers;
    private final Receiver receiver;
    private final @Nullable StreamPosition since;
    private final int maxHeldBytes;
    private State state = State.ATTACHING;
    private @Nullable ArrayDeque<Publication> held;
    private int heldBytes;
    private boolean attached;
    int place; // index among the live ones of its group

    Subscription(
            ChannelRegistry registry,
            Subscribers subscribers,
            Receiver receiver,
            @Nullable StreamPosition since,
            int maxHeldBytes) {
        this.registry = registry;
        this.subscribers = subscribers;
        this.receiver = receiver;
        this.since = since;
        this.maxHeldBytes = maxHeldBytes;
    }

    public String channel() {
        return subscribers.channel();
    }

    Receiver receiver() {
        return receiver;
    }

    State state() {
        return state;
    }

    /** Nothing more reaches the receiver. Idempotent. */
    public void end() {
        if (state == State.ENDED) {
            return;
        }
        State before = state;
        state = State.ENDED;
        held = null;
        subscribers.remove(this, before);
        if (attached) {
            registry.detach(channel());
        }
        registry.forgetIfEmpty(subscribers);
    }

    /** The home counts this shard's subscriber from here on. */
    void attached(Recovery recovery) {
        if (state == State.ENDED) {
            registry.detach(channel());
            return;
        }
        attached = true;
        state = State.HOLDING;
        subscribers.hold(this);
        if (since == null || !recovery.possible()) {
            goLive(new SubscribeResult(recovery.top(), false, List.of()));
        } else if (recovery.read() == null) {
            join(recovery, since, List.of());
        } else {
            registry.read(recovery.read(), (found, why) -> {
                if (state != State.HOLDING) {
                    return;
                }
                if (found == null) {
                    refused(new Refused(ErrorCode.INTERNAL, why));
                } else {
                    join(recovery, since, found);
                }
            });
        }
    }

    void refused(Refused why) {
        if (state != State.ENDED) {
            end();
            receiver.refused(why);
        }
    }

    /** Keeps a publication until the reply is written. */
    void hold(Publication publication) {
        if (held == null) {
            held = new ArrayDeque<>();
        }
        held.add(publication);
        heldBytes += publication.data().size();
        if (heldBytes > maxHeldBytes) {
            receiver.close(CloseCode.SLOW);
        }
    }

    private void join(Recovery recovery, StreamPosition from, List<Publication> found) {
        List<Publication> missed = Recovery.join(from.offset(), recovery.top().offset(), found, recovery.hot());
        goLive(
                missed == null
                        ? new SubscribeResult(recovery.top(), false, List.of())
                        : new SubscribeResult(recovery.top(), true, missed));
    }

    private void goLive(SubscribeResult result) {
        receiver.subscribed(result);
        // A receiver in this process may publish while it is told: what that adds is told as well before it goes live.
        while (state == State.HOLDING && held != null && !held.isEmpty()) {
            receiver.publication(channel(), held.remove());
        }
        held = null;
        if (state == State.HOLDING) {
            subscribers.release(this);
            state = State.LIVE;
            subscribers.join(this);
        }
    }
}
