package dev.relay.internal.channel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions that get the same, in no order: adding and removing one costs the same however many there are.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class Members {
    /** For what: a subscription is once among those that get publications, and perhaps once among those that get events. */
    enum Kind {
        PUBLICATIONS,
        EVENTS
    }

    private final Kind kind;
    private @Nullable Subscription[] members = new @Nullable Subscription[1];
    private int count;

    Members(Kind kind) {
        this.kind = kind;
    }

    int count() {
        return count;
    }

    /** The one at a place below {@link #count}. */
    Subscription get(int index) {
        Subscription member = members[index];
        assert member != null : "places below count are taken";
        return member;
    }

    void add(Subscription subscription) {
        if (count == members.length) {
            members = Arrays.copyOf(members, count * 2);
        }
        place(subscription, count++);
    }

    void remove(Subscription subscription) {
        Subscription last = get(--count);
        place(last, kind == Kind.EVENTS ? subscription.eventPlace : subscription.place);
        members[count] = null;
        if (count < members.length / 4) {
            members = Arrays.copyOf(members, members.length / 2);
        }
    }

    private void place(Subscription subscription, int index) {
        members[index] = subscription;
        if (kind == Kind.EVENTS) {
            subscription.eventPlace = index;
        } else {
            subscription.place = index;
        }
    }
}
