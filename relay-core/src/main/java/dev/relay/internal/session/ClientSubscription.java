package dev.relay.internal.session;

import dev.relay.Authorizer.Subscribing.Allowed;
import dev.relay.ChannelOptions;
import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.channel.Interest;
import dev.relay.internal.channel.Receiver;
import dev.relay.internal.channel.SubscribeResult;
import dev.relay.internal.channel.Subscription;
import dev.relay.internal.outbox.Chunk;
import dev.relay.transport.Encoding;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import dev.relay.transport.ShardContext.Timer;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client's subscription: from the request to the answer, and then the way of its channel's publications. Made for a
 * command of the client, or by the server.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class ClientSubscription implements Receiver {
    /** Codes of {@link dev.relay.SessionListener#unsubscribed}. */
    static final int BY_CLIENT = 0;

    static final int BY_DISCONNECT = 1;

    private final ClientSession session;
    private final String channel;
    private final ChannelOptions options;
    private final boolean byServer;
    private @Nullable Wishes wishes; // until it is answered
    private @Nullable SubscribeOutcome outcome; // until it is answered
    private @Nullable Allowed allowed; // from the permission to the answer
    private Traits traits = Traits.NONE;
    private @Nullable Subscription subscription; // once it is permitted
    private @Nullable Payload chanInfo;
    private @Nullable Timer expiry;
    private Push.@Nullable Unsubscribed
            endsWhenLive; // the server has ended it before the client has been told that it stands
    private boolean clientRefreshes;
    private boolean ended;

    ClientSubscription(
            ClientSession session,
            String channel,
            ChannelOptions options,
            Wishes wishes,
            boolean byServer,
            SubscribeOutcome outcome) {
        this.session = session;
        this.channel = channel;
        this.options = options;
        this.wishes = wishes;
        this.byServer = byServer;
        this.outcome = outcome;
    }

    /** It is permitted: goes to the channel. */
    void start(Allowed how) {
        Wishes wished = wishes;
        if (wished == null) {
            return;
        }
        allowed = how;
        chanInfo = how.chanInfo();
        traits = Traits.of(session, options, wished, how.override());
        session.sessions().channels().subscribe(channel, options, this, interest(wished));
    }

    private Interest interest(Wishes wished) {
        Predicate<Map<String, String>> filter = wished.filter();
        if (traits == Traits.NONE && filter == null) {
            return session.sessions().plainInterest(); // shared by all that want nothing special
        }
        return new Interest(
                traits.since(wished),
                traits.positioned(),
                traits.joinLeave(),
                filter,
                traits.present() ? info() : null,
                session.sessions().options().outboxBytes());
    }

    /** There is none. */
    void fail(ErrorCode error) {
        SubscribeOutcome waiting = outcome;
        if (waiting != null) {
            session.subscriptions().remove(channel, this);
            over();
            waiting.refused(error);
        }
    }

    /** Whether the client has been told that it stands. */
    boolean isLive() {
        return outcome == null && !ended;
    }

    String channel() {
        return channel;
    }

    /** What is shown to others of the client in this channel. */
    @Nullable
    Payload chanInfo() {
        return chanInfo;
    }

    /** Whether the client brings new tokens for it. */
    boolean clientRefreshes() {
        return clientRefreshes;
    }

    /** The client has been told: what came meanwhile follows, others hear of it, the clock begins to run. */
    void goLive() {
        Allowed how = allowed;
        Subscription live = subscription;
        if (how == null || live == null) {
            return;
        }
        answered();
        clientRefreshes = how.clientRefreshes();
        expireAt(how.expiresAtSeconds());
        session.sessions().subscribed(session, channel); // before what may close the session, and so end it again
        live.goLive();
        if (traits.announced()) {
            live.announce(info());
        }
        if (endsWhenLive != null) {
            endByServer(endsWhenLive);
        }
    }

    /** Nothing more comes. The session has forgotten it or is about to. Idempotent. */
    void end(int code) {
        boolean live = isLive();
        SubscribeOutcome waiting = outcome;
        over();
        if (live) {
            session.sessions().unsubscribed(session, channel, code);
        } else if (waiting != null) {
            waiting.abandoned();
        }
    }

    /** The server ends it and tells the client; where that does not know yet that it stands, as soon as it does. */
    void endByServer(Push.Unsubscribed why) {
        if (isLive()) {
            session.subscriptions().remove(channel, this);
            end(why.code());
            session.push(channel, why);
        } else {
            endsWhenLive = why;
        }
    }

    /** Takes back that the server has ended it before the client knew of it. */
    void stay() {
        endsWhenLive = null;
    }

    private void over() {
        ended = true;
        stopExpiry();
        answered();
        if (subscription != null) {
            subscription.end();
        }
    }

    /** When it ends unless it is refreshed, Unix seconds; 0 for never. */
    void expireAt(long epochSeconds) {
        stopExpiry();
        if (epochSeconds > 0) {
            expiry = session.sessions().scheduleExpiry(epochSeconds, this::expired);
        }
    }

    /** What others see of the client has changed: for the whole connection, or ({@code info} not null) in this channel. */
    void update(@Nullable Payload info) {
        if (info != null) {
            chanInfo = info;
        }
        if (subscription != null) {
            subscription.update(info());
        }
    }

    /** The answer. */
    Reply.Subscribed reply(SubscribeResult result, boolean recovered) {
        Allowed how = allowed == null ? Allowed.PLAIN : allowed;
        StreamPosition position = StreamPosition.NONE;
        if (recovered && wishes != null) {
            position = new StreamPosition(wishes.since().offset(), result.top().epoch());
        } else if (traits.positioned()) {
            position = result.top();
        }
        return new Reply.Subscribed(
                how.clientRefreshes() && how.expiresAtSeconds() > 0,
                session.sessions().ttl(how.expiresAtSeconds()),
                traits.recoverable(),
                traits.positioned(),
                position,
                recovered,
                traits.recovering(),
                recovered ? wanted(result.missed()) : List.of(),
                how.data());
    }

    /** Whether it was to recover, and shall not stand since it could not. */
    boolean isRejectedUnrecovered() {
        return traits.recovering() && wishes != null && wishes.rejectUnrecovered();
    }

    @Override
    public Encoding encoding() {
        return session.encoding();
    }

    @Override
    public void begins(Subscription made) {
        subscription = made;
    }

    @Override
    public void subscribed(SubscribeResult result) {
        try {
            if (outcome != null) {
                outcome.subscribed(this, result);
            }
        } catch (Throwable e) { // an Error too costs this connection, not the shard
            session.failed(e);
        }
    }

    @Override
    public void refused(Refused why) {
        fail(why.error());
    }

    @Override
    public void push(String name, Push push) {
        session.push(name, push);
    }

    @Override
    public void chunk(Chunk chunk) {
        session.send(chunk);
    }

    @Override
    public void insufficientState() {
        if (byServer || outcome != null) { // what has not been answered cannot be taken back
            session.close(CloseCode.INSUFFICIENT_STATE);
        } else {
            endByServer(Push.Unsubscribed.INSUFFICIENT_STATE);
        }
    }

    @Override
    public void close(CloseCode code) {
        session.close(code);
    }

    private void expired() {
        expiry = null;
        if (byServer) {
            session.close(CloseCode.SUBSCRIPTION_EXPIRED);
        } else {
            endByServer(Push.Unsubscribed.EXPIRED);
        }
    }

    /** The client as others see it in this channel. */
    private ClientInfo info() {
        ClientInfo client = session.client();
        return chanInfo == null ? client : new ClientInfo(client.user(), client.client(), client.connInfo(), chanInfo);
    }

    private List<Publication> wanted(List<Publication> missed) {
        Predicate<Map<String, String>> filter = wishes == null ? null : wishes.filter();
        return filter == null
                ? missed
                : missed.stream()
                        .filter(publication -> filter.test(publication.tags()))
                        .toList();
    }

    private void answered() {
        wishes = null;
        outcome = null;
        allowed = null;
    }

    private void stopExpiry() {
        if (expiry != null) {
            expiry.cancel();
            expiry = null;
        }
    }
}
