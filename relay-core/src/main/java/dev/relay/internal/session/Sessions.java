package dev.relay.internal.session;

import static java.util.Objects.requireNonNull;

import dev.relay.Authorizer;
import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.internal.channel.ChannelRegistry;
import dev.relay.internal.channel.Interest;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.channel.PayloadRules;
import dev.relay.internal.shard.Shard;
import dev.relay.transport.Connection;
import dev.relay.transport.ShardContext.Timer;
import dev.relay.transport.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one shard, and what they share.
 *
 * <p><b>Threading.</b> The shard's thread only, except for {@link #later}.
 */
public final class Sessions {
    /** How long after its expiry a connection or subscription may still be refreshed. */
    private static final long EXPIRY_GRACE_SECONDS = 25;

    /** Nothing lasts longer than a year without being refreshed. */
    private static final long MAX_TTL_SECONDS = 365L * 24 * 3600;

    private final Shard shard;
    private final ChannelRegistry channels;
    private final SessionScope scope;
    private final Permissions permissions;
    private final boolean asksAboutPublishes;
    private final Interest plainInterest;
    private final List<ClientSession> all = new ArrayList<>();
    private final Users users = new Users();
    private final SlowConnections slow;
    private final SessionEvents events;
    private final ArrayDeque<ClientSession> dirty = new ArrayDeque<>();
    private final List<Runnable> again = new ArrayList<>();
    private int subscriptions;
    private boolean stopping;
    private @Nullable Runnable whenGone;
    private @Nullable Farewell farewell;

    public Sessions(Shard shard, ChannelRegistry channels, SessionScope scope) {
        this.shard = shard;
        this.channels = channels;
        this.scope = scope;
        this.permissions = new Permissions(scope.options().insecure());
        this.asksAboutPublishes = scope.authorizer().decidesPublish();
        this.plainInterest = Interest.plain(scope.options().outboxBytes());
        this.slow = new SlowConnections(shard, channels.chunks().backlog(), scope.outboxBudget(), this::inATurn);
        this.events = new SessionEvents(shard, scope.events(), channels.watches());
    }

    /** Whether the engine takes one more client. */
    public boolean hasRoom() {
        return scope.population().hasRoom();
    }

    /** Most clients the engine takes. */
    public int connectionsPerNode() {
        return scope.options().connectionsPerNode();
    }

    /** A new connection of this shard. */
    public Connection connect(Transport transport) {
        ClientSession session = new ClientSession(this, transport);
        session.place = all.size();
        all.add(session);
        return session;
    }

    /** Connections of this shard, whatever their state. */
    public int count() {
        return all.size();
    }

    /** Subscriptions of this shard's clients that stand. */
    public int subscriptionCount() {
        return subscriptions;
    }

    /** Sends what the turn has produced. */
    public void flush() {
        for (ClientSession next = dirty.poll(); next != null; next = dirty.poll()) {
            next.flush();
        }
        slow.account();
    }

    /** Connections closed so far because all outboxes together held too much. */
    public long shed() {
        return slow.shed();
    }

    SlowConnections slow() {
        return slow;
    }

    /** Tries again what had to wait; whether something still has to. */
    public boolean retry() {
        if (again.isEmpty()) {
            return false;
        }
        List<Runnable> attempts = List.copyOf(again);
        again.clear();
        attempts.forEach(Runnable::run);
        return !again.isEmpty();
    }

    /**
     * Sends every connection away, evenly spread until then, each when it has been answered; {@code whenTold} runs once, when
     * all have been told. Asked again, it can only be sooner.
     */
    public void drain(long endNanos, Runnable whenTold) {
        if (farewell == null) {
            farewell = new Farewell(shard, all, endNanos, whenTold);
        } else {
            farewell.hasten(endNanos);
        }
    }

    /** Takes no more commands; what is on its way will be answered. */
    public void stopReading() {
        stopping = true;
        all.forEach(ClientSession::stopReading);
    }

    /** Closes every connection; {@code whenGone} is told when the last one has gone. */
    public void closeAll(CloseCode code, Runnable whenGone) {
        stopping = true;
        if (all.isEmpty()) {
            whenGone.run();
            return;
        }
        this.whenGone = whenGone;
        for (ClientSession session : List.copyOf(all)) {
            session.close(code);
        }
    }

    void remove(ClientSession session) {
        ClientSession last = all.remove(all.size() - 1);
        if (last != session) {
            all.set(session.place, last);
            last.place = session.place;
        }
        if (!all.isEmpty()) {
            return;
        }
        if (farewell != null) {
            farewell.nobodyLeft();
        }
        if (whenGone != null) {
            whenGone.run();
            whenGone = null;
        }
    }

    void dirty(ClientSession session) {
        dirty.add(session);
    }

    /** Has something tried again in a moment. */
    void tryAgain(Runnable attempt) {
        again.add(attempt);
    }

    /** The connected clients, by user. */
    Users users() {
        return users;
    }

    /** All connected clients. */
    List<ClientSession> connected() {
        return all.stream().filter(ClientSession::isConnected).toList();
    }

    /** The log of what happens to connections. */
    SessionEvents events() {
        return events;
    }

    void connected(ClientSession session) {
        events.connected(session);
        scope.handlers().connected(session);
    }

    void subscribed(ClientSession session, String channel) {
        subscriptions++;
        events.subscribed(session, channel);
        scope.handlers().subscribed(session, channel);
    }

    void unsubscribed(ClientSession session, String channel, int code) {
        subscriptions--;
        events.unsubscribed(session, channel, code);
        scope.handlers().unsubscribed(session, channel, code);
    }

    /** Whether an expiry (Unix seconds, 0 for never) has passed. */
    boolean isPast(long epochSeconds) {
        return epochSeconds > 0 && epochSeconds <= nowSeconds();
    }

    /** Seconds until an expiry, as clients are told: at least 1. */
    long ttl(long epochSeconds) {
        return Math.min(MAX_TTL_SECONDS, Math.max(1, epochSeconds - nowSeconds()));
    }

    /** Does something when an expiry and the time to refresh after it have passed. */
    Timer scheduleExpiry(long epochSeconds, Runnable expired) {
        long seconds = Math.min(epochSeconds - nowSeconds(), MAX_TTL_SECONDS) + EXPIRY_GRACE_SECONDS;
        return shard.schedule(seconds * 1_000_000_000L, expired);
    }

    private long nowSeconds() {
        return shard.clock().epochMicros() / 1_000_000L;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Whether who comes now has come too late. */
    boolean isClosed() {
        return stopping || farewell != null;
    }

    Shard shard() {
        return shard;
    }

    ChannelRegistry channels() {
        return channels;
    }

    Namespaces namespaces() {
        return scope.namespaces();
    }

    Permissions permissions() {
        return permissions;
    }

    SessionOptions options() {
        return scope.options();
    }

    PayloadRules payloadRules() {
        return scope.payloadRules();
    }

    Handlers handlers() {
        return scope.handlers();
    }

    Population population() {
        return scope.population();
    }

    /** Of subscriptions that want nothing special. */
    Interest plainInterest() {
        return plainInterest;
    }

    /** Whether the authorizer wants to be asked about what the client publishes there. */
    boolean asksAboutPublish(ClientInfo client, String channel) {
        return asksAboutPublishes && scope.authorizer().decidesPublish(client, channel);
    }

    /** Does something on this shard, soon. Any thread, also one that must not wait. */
    void later(Runnable task) {
        if (!shard.offer(task)) {
            scope.executor().execute(() -> shard.put(task));
        }
    }

    /** Does something in a turn of this shard; if it asks for that again, in the next. Any thread. */
    private void inATurn(Runnable task) {
        later(() -> tryAgain(task));
    }

    /** Asks the authorizer for a session; see {@link #await}. */
    <T> void ask(
            ClientSession session,
            Function<Authorizer, CompletionStage<T>> question,
            BiConsumer<@Nullable T, @Nullable Throwable> then) {
        await(session, () -> question.apply(scope.authorizer()), then);
    }

    /**
     * Tells {@code then} an answer of the application's on this shard: at once if it is known already. A question that throws
     * has failed as a stage may; so has one that is answered with {@code null}.
     */
    <T> void await(
            ClientSession session,
            Supplier<CompletionStage<T>> question,
            BiConsumer<@Nullable T, @Nullable Throwable> then) {
        CompletableFuture<T> future;
        try {
            future = requireNonNull(question.get(), "stage").toCompletableFuture();
        } catch (Throwable e) { // an Error too: it is the application's, and says nothing about this shard
            future = CompletableFuture.failedFuture(e);
        }
        if (future.isDone()) {
            T result = null;
            Throwable failure = null;
            try {
                result = future.join();
            } catch (CompletionException | CancellationException e) {
                failure = e;
            }
            then.accept(result, failure); // outside the stage, which would swallow what this throws
        } else {
            // By way of the executor: the completing thread may be a shard, which must not wait for room in an inbox.
            future.whenCompleteAsync(
                    (result, failure) -> shard.put(() -> session.guard(() -> then.accept(result, failure))),
                    scope.executor());
        }
    }
}
