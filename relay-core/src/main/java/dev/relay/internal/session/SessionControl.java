package dev.relay.internal.session;

import dev.relay.Authorizer.Subscribing.Allowed;
import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.ConnectionInfo;
import dev.relay.Payload;
import dev.relay.ServerSubscription;
import dev.relay.transport.Push;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the application does about the clients of one shard.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
public final class SessionControl {
    private final Sessions sessions;

    public SessionControl(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Subscribes clients; {@code whenDone} is told how many it concerned when each has been subscribed or could not be. */
    public void subscribe(
            ClientSelector who, String channel, ChannelOptions options, ServerSubscription how, IntConsumer whenDone) {
        List<ClientSession> selected = sessions.users().select(who);
        Countdown countdown = new Countdown(selected.size(), whenDone);
        for (ClientSession session : selected) {
            ClientSubscription existing = session.subscriptions().get(channel);
            if (existing != null) {
                existing.stay();
                countdown.one();
            } else if (!session.isConnected() || sessions.isPast(how.expiresAtSeconds())) {
                countdown.one();
            } else if (session.subscriptions().size() >= sessions.options().channelsPerClient()) {
                session.close(CloseCode.CHANNEL_LIMIT);
                countdown.one();
            } else {
                ClientSubscription subscription = new ClientSubscription(
                        session,
                        channel,
                        options,
                        Wishes.since(how.since()),
                        true,
                        new ServerAnswer(session, countdown::one));
                session.subscriptions().put(channel, subscription);
                Allowed allowed =
                        new Allowed(how.chanInfo(), how.data(), how.expiresAtSeconds(), false, how.override());
                session.guard(() -> subscription.start(allowed));
            }
        }
        countdown.one();
    }

    /** Ends subscriptions, of all channels where {@code channel} is empty; returns how many clients it concerned. */
    public int unsubscribe(ClientSelector who, String channel) {
        List<ClientSession> selected = sessions.users().select(who);
        for (ClientSession session : selected) {
            for (ClientSubscription subscription :
                    List.copyOf(session.subscriptions().values())) {
                if (channel.isEmpty() || channel.equals(subscription.channel())) {
                    subscription.endByServer(Push.Unsubscribed.BY_SERVER);
                }
            }
        }
        return selected.size();
    }

    /** Closes connections; returns how many. */
    public int disconnect(ClientSelector who, CloseCode code) {
        List<ClientSession> selected = sessions.users().select(who);
        selected.forEach(session -> session.close(code));
        return selected.size();
    }

    /** Moves the expiry of connections, and replaces what others see of them; returns how many. */
    public int refresh(ClientSelector who, long expiresAtSeconds, @Nullable Payload connInfo) {
        List<ClientSession> selected = sessions.users().select(who);
        for (ClientSession session : selected) {
            if (sessions.isPast(expiresAtSeconds)) {
                session.close(CloseCode.EXPIRED);
            } else if (session.isConnected()) {
                session.expireAt(expiresAtSeconds);
                if (connInfo != null) {
                    session.changeInfo(connInfo);
                }
                session.push("", new Push.Refreshed(expiresAtSeconds > 0, sessions.ttl(expiresAtSeconds)));
            }
        }
        return selected.size();
    }

    /** Sends a message; returns to how many. */
    public int send(ClientSelector who, Payload data) {
        List<ClientSession> selected = sessions.users().select(who);
        selected.forEach(session -> session.push("", new Push.Message(data)));
        return selected.size();
    }

    /**
     * The connected clients whose ids follow on {@code after}, in order, at most {@code limit}.
     *
     * @param user only those of this user; {@code null} for all
     */
    public List<ConnectionInfo> list(@Nullable String user, String after, int limit) {
        List<ClientSession> candidates =
                user == null ? sessions.connected() : sessions.users().select(ClientSelector.user(user));
        Comparator<ClientSession> byClient =
                Comparator.comparing(session -> session.client().client());
        PriorityQueue<ClientSession> first = new PriorityQueue<>(byClient.reversed());
        for (ClientSession session : candidates) {
            if (session.client().client().compareTo(after) > 0) {
                first.add(session);
                if (first.size() > limit) {
                    first.remove();
                }
            }
        }
        return first.stream().sorted(byClient).map(SessionControl::describe).toList();
    }

    private static ConnectionInfo describe(ClientSession session) {
        Identity identity = session.identity();
        List<String> channels = session.subscriptions().values().stream()
                .filter(ClientSubscription::isLive)
                .map(ClientSubscription::channel)
                .sorted()
                .toList();
        return new ConnectionInfo(
                session.view(),
                identity.connectedAtMicros(),
                identity.expiresAtSeconds(),
                channels,
                session.lastCommandAtMicros(),
                session.waitingBytes());
    }

    /** Tells how many there were when all are done, and the one who counts. */
    private static final class Countdown {
        private final int size;
        private final IntConsumer whenDone;
        private int left;

        Countdown(int size, IntConsumer whenDone) {
            this.size = size;
            this.whenDone = whenDone;
            this.left = size + 1;
        }

        void one() {
            if (--left == 0) {
                whenDone.accept(size);
            }
        }
    }
}
