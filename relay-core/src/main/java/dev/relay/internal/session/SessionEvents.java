package dev.relay.internal.session;

import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.internal.shard.Shard;
import dev.relay.internal.watch.ShardWatches;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import org.jspecify.annotations.Nullable;

/**
 * Tells the log of events, and those who watch, what happens to the connections of one shard. An event that nobody wants
 * costs a look at two bits.
 *
 * <p>What a stranger can do as often as it likes is written within a budget: connections without a user, refused ones
 * included, have a small one, the others a large one. What exceeds it is counted, and the count written once a second.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class SessionEvents {
    /** Of the whole engine, for a second and at once. */
    static final int STRANGERS_PER_SECOND = 10;

    static final int STRANGERS_AT_ONCE = 1_000;
    static final int USERS_PER_SECOND = 1_000;
    static final int USERS_AT_ONCE = 20_000;

    private static final long COUNT_NANOS = 1_000_000_000L;

    private final Shard shard;
    private final EventLog log;
    private final ShardWatches watches;
    private final int logged; // a bit for each kind
    private final EventBudget strangers;
    private final EventBudget users;
    private boolean counting;

    SessionEvents(Shard shard, EventLog log, ShardWatches watches) {
        this.shard = shard;
        this.log = log;
        this.watches = watches;
        int bits = 0;
        for (EventKind kind : log.kinds()) {
            bits |= bit(kind);
        }
        this.logged = bits;
        int shards = log.shards();
        long now = shard.clock().nanoTime();
        strangers = new EventBudget((double) STRANGERS_PER_SECOND / shards, part(STRANGERS_AT_ONCE, shards), now);
        users = new EventBudget((double) USERS_PER_SECOND / shards, part(USERS_AT_ONCE, shards), now);
    }

    private static int part(int whole, int shards) {
        return Math.max(1, whole / shards);
    }

    void connected(ClientSession session) {
        if (wants(EventKind.CONNECT)) {
            add(EventKind.CONNECT, session, "", 0, "");
        }
    }

    void disconnected(ClientSession session, CloseCode why) {
        if (wants(EventKind.DISCONNECT)) {
            add(EventKind.DISCONNECT, session, "", why.code(), why.reason());
        }
    }

    void subscribed(ClientSession session, String channel) {
        if (wants(EventKind.SUBSCRIBE)) {
            add(EventKind.SUBSCRIBE, session, channel, 0, "");
        }
    }

    void unsubscribed(ClientSession session, String channel, int code) {
        if (wants(EventKind.UNSUBSCRIBE)) {
            add(EventKind.UNSUBSCRIBE, session, channel, code, "");
        }
    }

    /** @param what was refused: {@code subscribe} or {@code publish} */
    void refused(ClientSession session, String what, String channel, ErrorCode error) {
        if (wants(EventKind.REFUSAL)) {
            add(EventKind.REFUSAL, session, channel, error.code(), what + ": " + error.message());
        }
    }

    /** A connection never became a client; as far as is known who it would have been. */
    void refusedConnect(ClientSession session, String sdk, String sdkVersion, int code, String reason) {
        if (wants(EventKind.REFUSAL)) {
            Identity identity = session.identityIfKnown();
            ClientInfo info = identity == null ? null : identity.info();
            String address = session.peer().remoteAddress();
            add(EventKind.REFUSAL, info, "", address, sdk, sdkVersion, code, "connect: " + reason);
        }
    }

    private boolean wants(EventKind kind) {
        return isLogged(kind) || watches.wants(kind);
    }

    private boolean isLogged(EventKind kind) {
        return (logged & bit(kind)) != 0;
    }

    private static int bit(EventKind kind) {
        return 1 << kind.ordinal();
    }

    private void add(EventKind kind, ClientSession session, String channel, int code, String reason) {
        Identity identity = session.identity();
        String address = session.peer().remoteAddress();
        add(kind, identity.info(), channel, address, identity.name(), identity.version(), code, reason);
    }

    private void add(
            EventKind kind,
            @Nullable ClientInfo info,
            String channel,
            String address,
            String sdk,
            String sdkVersion,
            int code,
            String reason) {
        String user = info == null ? "" : info.user();
        boolean isWatched = watches.wants(kind);
        boolean isWritten = isLogged(kind) && isWithinBudget(user);
        if (!isWatched && !isWritten) {
            return;
        }
        ConnectionEvent event = new ConnectionEvent(
                0,
                shard.clock().epochMicros(),
                kind,
                cut(log.node()),
                cut(user),
                info == null ? "" : info.client(),
                cut(channel),
                cut(address),
                cut(sdk),
                cut(sdkVersion),
                code,
                cut(reason),
                1);
        if (isWritten) {
            log.sink().accept(event);
        }
        if (isWatched) {
            watches.event(event);
        }
    }

    private boolean isWithinBudget(String user) {
        if ((user.isEmpty() ? strangers : users).take(shard.clock().nanoTime())) {
            return true;
        }
        countLater();
        return false;
    }

    private void countLater() {
        if (!counting) {
            counting = true;
            shard.schedule(COUNT_NANOS, () -> {
                counting = false;
                count(strangers, "more of connections without a user than are written");
                count(users, "more than are written");
            });
        }
    }

    private void count(EventBudget budget, String why) {
        long events = budget.takeRefused();
        if (events > 0) {
            long now = shard.clock().epochMicros();
            log.sink()
                    .accept(new ConnectionEvent(
                            0, now, EventKind.LOST, cut(log.node()), "", "", "", "", "", "", 0, why, events));
        }
    }

    /** As much as is stored; what a stranger says of itself may be long. */
    private static String cut(String text) {
        int max = ConnectionEvent.MAX_TEXT;
        if (text.length() <= max) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
    }
}
