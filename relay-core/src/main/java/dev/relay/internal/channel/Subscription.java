package dev.relay.internal.channel;

import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.Refused;
import dev.relay.transport.Push;
import java.util.ArrayDeque;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One receiver's place in one channel, on the receiver's shard.
 *
 * <pre>
 * ATTACHING ──marker from the home──▶ HOLDING ──the reply is written──▶ LIVE
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

    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
    private static final int COST_OF_ONE = 64; // of a push that is held, beside its payload

    private final ChannelRegistry registry;
    private final Subscribers subscribers;
    private final Receiver receiver;
    private final Interest interest;
    private State state = State.ATTACHING;
    private @Nullable ArrayDeque<Push> held;
    private int heldBytes;
    private boolean attached;
    private @Nullable ClientInfo announced; // told to others as having joined
    private @Nullable ClientInfo changed; // what is known of the client, where that changed before it was attached
    int place; // index among those of its group that get the same publications
    int eventPlace; // index among those of its group that get events

    Subscription(ChannelRegistry registry, Subscribers subscribers, Receiver receiver, Interest interest) {
        this.registry = registry;
        this.subscribers = subscribers;
        this.receiver = receiver;
        this.interest = interest;
    }

    public String channel() {
        return subscribers.channel();
    }

    Receiver receiver() {
        return receiver;
    }

    Interest interest() {
        return interest;
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
            detach();
        }
        registry.forgetIfEmpty(subscribers);
    }

    /** The home counts this shard's subscriber from here on. */
    void attached(Recovery recovery) {
        if (state == State.ENDED) {
            detach();
            return;
        }
        attached = true;
        if (changed != null) {
            registry.updatePresent(channel(), changed);
            changed = null;
        }
        subscribers.standsAt(recovery.top());
        state = State.HOLDING;
        subscribers.hold(this);
        receiver.subscribed(new SubscribeResult(recovery.top(), recovery.recovered(), recovery.publications()));
    }

    void refused(Refused why) {
        if (state != State.ENDED) {
            end();
            receiver.refused(why);
        }
    }

    /** Says so; what becomes of it is for the caller to decide. */
    void filterFailed(Throwable failure) {
        LOG.atWarn().addKeyValue("channel", channel()).setCause(failure).log("a filter of {} has failed", channel());
    }

    /** Keeps a publication that it wants until the reply is written. */
    void hold(Push push, Map<String, String> tags, int bytes) {
        boolean wanted;
        try {
            wanted = interest.wants(tags);
        } catch (Throwable e) { // an Error too costs this connection only
            filterFailed(e);
            receiver.close(CloseCode.INTERNAL_ERROR);
            return;
        }
        if (wanted) {
            hold(push, bytes);
        }
    }

    /** Keeps a push until the reply is written. */
    void hold(Push push, int bytes) {
        if (state != State.HOLDING) {
            return;
        }
        if (held == null) {
            held = new ArrayDeque<>();
        }
        held.add(push);
        heldBytes += bytes + COST_OF_ONE;
        if (heldBytes > interest.maxHeldBytes()) {
            receiver.close(CloseCode.SLOW);
        }
    }

    /** What came since the marker reaches the receiver, and from now on what all get. Called once, by the receiver. */
    public void goLive() {
        // A receiver in this process may publish while it is told: what that adds is told as well before it goes live.
        while (state == State.HOLDING && held != null && !held.isEmpty()) {
            receiver.push(channel(), held.remove());
        }
        held = null;
        if (state == State.HOLDING) {
            subscribers.release(this);
            state = State.LIVE;
            subscribers.join(this);
        }
    }

    /** Tells who wants to know that this client has joined; that it leaves is told when the subscription ends. */
    public void announce(ClientInfo info) {
        if (state == State.LIVE) {
            announced = info;
            registry.announce(channel(), info);
        }
    }

    /** What is known of the client has changed. */
    public void update(ClientInfo info) {
        if (announced != null) {
            announced = info;
        }
        if (interest.present() == null || state == State.ENDED) {
            return;
        }
        if (state == State.ATTACHING) {
            changed = info; // the home may still be loading, and would list it as it was
        } else {
            registry.updatePresent(channel(), info);
        }
    }

    private void detach() {
        if (subscribers.isPattern()) {
            return; // homes know of the shard, not of its single subscribers
        }
        ClientInfo present = interest.present();
        registry.detach(channel(), present == null ? null : present.client(), announced);
    }
}
