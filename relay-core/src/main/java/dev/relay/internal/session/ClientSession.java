package dev.relay.internal.session;

import static java.util.Objects.requireNonNull;

import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.RelayClock;
import dev.relay.Session;
import dev.relay.internal.outbox.Chunk;
import dev.relay.internal.shard.CodeCounts;
import dev.relay.internal.shard.ShardMeter;
import dev.relay.internal.shard.ShardMeter.Count;
import dev.relay.transport.Command;
import dev.relay.transport.Connection;
import dev.relay.transport.Encoding;
import dev.relay.transport.PeerInfo;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import dev.relay.transport.ShardContext.Timer;
import dev.relay.transport.Transport;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection.
 *
 * <pre>
 * HANDSHAKE ──open──▶ OPEN ──connect command──▶ CONNECTING ──accepted──▶ CONNECTED
 *                                                   └──rejected──▶ UNUSABLE
 * any ──close()──▶ CLOSING ──transport gone──▶ ENDED
 * </pre>
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class ClientSession implements Connection {
    private enum State {
        HANDSHAKE,
        OPEN,
        CONNECTING,
        CONNECTED,
        UNUSABLE,
        CLOSING,
        ENDED
    }

    private static final long UNUSABLE_NANOS = 5_000_000_000L;
    private static final long CLOSE_NANOS = 5_000_000_000L;
    private static final long CLOSE_SLOW_NANOS = 1_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

    private final Sessions sessions;
    private final Transport transport;
    private final Incoming in = new Incoming(this);
    private final Outgoing out;
    private State state = State.HANDSHAKE;
    private @Nullable PeerInfo peer;
    private @Nullable Identity identity;
    private @Nullable Map<String, ClientSubscription> subscriptions;
    private @Nullable KeepAlive keepAlive;
    private @Nullable Timer life; // stale, then expiry
    private boolean opened;
    private boolean arrived; // it was connected once
    private boolean gone; // and has been counted out again
    private boolean refused; // it never will be, and the log says so
    private boolean transportPings;
    int place; // index among the sessions of the shard

    // Of those who are the same user; see Users.
    @Nullable
    ClientSession nextOfUser;

    @Nullable
    ClientSession previousOfUser;

    ClientSession(Sessions sessions, Transport transport) {
        this.sessions = sessions;
        this.transport = transport;
        this.out = new Outgoing(this, transport);
    }

    // ---- what the edge tells ----

    @Override
    public void raw(ByteBuffer bytes) {
        if (state != State.ENDED) {
            out.raw(bytes);
        }
    }

    @Override
    public void open(Encoding chosen, PeerInfo who, boolean transportPings) {
        if (state != State.HANDSHAKE) {
            return;
        }
        out.encodeWith(chosen);
        peer = who;
        this.transportPings = transportPings;
        state = State.OPEN;
        opened = true;
        sessions.population().opened();
        meter().count(Count.OPENED, 1);
        life = sessions.shard().schedule(sessions.options().staleNanos(), () -> close(CloseCode.STALE));
        if (sessions.isClosed()) {
            close(CloseCode.SHUTDOWN);
        }
    }

    @Override
    public void pong() {
        if (transportPings && keepAlive != null) {
            keepAlive.pong(); // one unasked is no fault: RFC 6455 5.5.3
        }
    }

    @Override
    public void receive(Command command) {
        in.receive(command);
    }

    @Override
    public void writable() {
        out.resume();
    }

    @Override
    public void close(CloseCode code) {
        if (state == State.CLOSING || state == State.ENDED) {
            return;
        }
        LOG.atDebug()
                .addKeyValue("client", clientId())
                .addKeyValue("code", code.code())
                .log("closing: client={} code={} reason={}", clientId(), code.code(), code.reason());
        if (opened) {
            meter().closes().count(code.code());
        }
        state = State.CLOSING;
        letGo(code);
        if (code.code() == CloseCode.CONNECTION_CLOSED.code()) {
            out.drop();
        } else {
            out.close(code, code.code() == CloseCode.SLOW.code() ? CLOSE_SLOW_NANOS : CLOSE_NANOS);
        }
    }

    @Override
    public void ended() {
        if (state != State.ENDED) {
            if (opened && state != State.CLOSING) {
                meter().closes().count(CodeCounts.PEER);
            }
            state = State.ENDED;
            letGo(CloseCode.CONNECTION_CLOSED);
            out.ended();
            if (opened) {
                sessions.population().closed();
            }
            sessions.remove(this);
        }
    }

    // ---- what the commands need ----

    Sessions sessions() {
        return sessions;
    }

    /** Who it is; only once identified. */
    ClientInfo client() {
        return requireNonNull(identity, "identified").info();
    }

    /** The same for handlers. */
    Session view() {
        Identity known = requireNonNull(identity, "identified");
        return new Session(known.info(), known.meta(), known.name(), known.version(), peer());
    }

    Identity identity() {
        return requireNonNull(identity, "identified");
    }

    /** What is known of it; {@code null} before it has been accepted. */
    @Nullable
    Identity identityIfKnown() {
        return identity;
    }

    boolean transportPings() {
        return transportPings;
    }

    PeerInfo peer() {
        return requireNonNull(peer, "open");
    }

    Encoding encoding() {
        return out.encoding();
    }

    /** For logs. */
    @Nullable
    String clientId() {
        return identity == null ? null : identity.info().client();
    }

    ChannelOrder order() {
        return in.order();
    }

    Map<String, ClientSubscription> subscriptions() {
        if (subscriptions == null) {
            subscriptions = new HashMap<>(2);
        }
        return subscriptions;
    }

    boolean isSubscribed(String channel) {
        ClientSubscription subscription = subscriptions == null ? null : subscriptions.get(channel);
        return subscription != null && subscription.isLive();
    }

    /** What the application said about this client in a channel it is subscribed to. */
    @Nullable
    Payload chanInfo(String channel) {
        ClientSubscription subscription = subscriptions == null ? null : subscriptions.get(channel);
        return subscription == null || !subscription.isLive() ? null : subscription.chanInfo();
    }

    /** Whether replies still make sense. */
    boolean isConnected() {
        return state == State.CONNECTED;
    }

    /** Whether a connect command is being decided. */
    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    void reply(int id, Reply reply) {
        if (listens()) {
            out.reply(id, reply);
        }
    }

    /** Replies unless that takes more than {@code limit} bytes; {@code false} iff another reply is called for. */
    boolean replyWithin(int id, Reply reply, int limit) {
        return !listens() || out.replyWithin(id, reply, limit);
    }

    void fail(int id, ErrorCode error) {
        if (listens()) {
            meter().errors().count(error.code());
        }
        reply(id, new Reply.Failed(error));
    }

    void push(String channel, Push push) {
        if (listens()) {
            out.push(channel, push);
        }
    }

    void send(Chunk chunk) {
        out.send(chunk);
    }

    void ping() {
        out.ping();
    }

    /**
     * The connect command was accepted: now it is known who this is.
     *
     * @return {@code false} iff the user has as many connections as it may have
     */
    boolean identify(Accepted accepted, Command.Connect command) {
        if (!sessions.population().came(accepted.user())) {
            return false;
        }
        identity = Identity.of(accepted, command, sessions);
        return true;
    }

    /** It is not taken as a client, for this reason. */
    void refuseConnect(Command.Connect command, int code, String reason) {
        refused = true;
        sessions.events().refusedConnect(this, command.name(), command.version(), code, reason);
    }

    /** One of its commands is not permitted, or cannot be. */
    void refuse(int id, String what, String channel, ErrorCode error) {
        sessions.events().refused(this, what, channel, error);
        fail(id, error);
    }

    /** From here on it is a client. Replies come before anything else is sent. */
    void connected(Accepted accepted) {
        state = State.CONNECTED;
        arrived = true;
        sessions.users().arrived(this);
        expireAt(accepted.expiresAtSeconds());
        in.limitRate();
    }

    /** Replaces what others see of the connection. */
    void changeInfo(Payload connInfo) {
        identity = identity().with(connInfo);
        for (ClientSubscription subscription : subscriptions().values()) {
            subscription.update(null);
        }
    }

    /** Starts pings; after the connect reply. */
    void keepAlive() {
        if (isConnected() && sessions.options().pingNanos() > 0) {
            keepAlive = new KeepAlive(this, sessions.shard(), sessions.options());
        }
    }

    /** When the connection ends unless it is refreshed; 0 for never. */
    void expireAt(long epochSeconds) {
        cancel(life);
        life = null;
        identity = identity().expiringAt(epochSeconds);
        if (epochSeconds > 0) {
            life = sessions.scheduleExpiry(epochSeconds, () -> close(CloseCode.EXPIRED));
        }
    }

    /** Connecting failed: the error has been written, nothing else will be. */
    void unusable() {
        if (!listens()) {
            return;
        }
        state = State.UNUSABLE;
        letGo(CloseCode.BAD_REQUEST);
        life = sessions.shard().schedule(UNUSABLE_NANOS, () -> close(CloseCode.STALE));
    }

    /** Something has been answered: goes on with what waited for it. */
    void proceed() {
        in.proceed();
    }

    /** The next command of the client cannot run now: tries it again in a moment. */
    void tryAgain() {
        in.tryAgain();
    }

    /** Commands can or cannot wait here any more. */
    void wantRead(boolean want) {
        transport.wantRead(want && !sessions.isStopping() && !in.isFinishing());
    }

    void stopReading() {
        if (listens()) {
            transport.wantRead(false);
        }
    }

    /** The engine sends it away: it takes no more commands, and goes when those that it has are answered. */
    void leave() {
        if (!listens()) {
            close(CloseCode.SHUTDOWN); // unusable; nothing, if it is going
            return;
        }
        stopReading();
        in.finish(() -> close(CloseCode.SHUTDOWN));
    }

    void flush() {
        if (state != State.ENDED) {
            out.flush();
        }
    }

    /** When its client has last said something, microseconds since 1970-01-01 UTC. */
    long lastCommandAtMicros() {
        RelayClock clock = sessions.shard().clock();
        return clock.epochMicros() - (clock.nanoTime() - in.receivedAtNanos()) / 1_000;
    }

    /** What its socket has not taken yet. */
    long waitingBytes() {
        return out.waitingBytes();
    }

    /** Whether commands of the client still count. */
    boolean listens() {
        return state != State.UNUSABLE && state != State.CLOSING && state != State.ENDED;
    }

    /** The connect command has come; {@code false} iff it should not have. */
    boolean beginConnecting() {
        if (state != State.OPEN) {
            return false;
        }
        state = State.CONNECTING;
        return true;
    }

    /** A pong of the encoding has come; {@code false} iff none was due. */
    boolean ponged() {
        return !transportPings && keepAlive != null && keepAlive.pong();
    }

    /** Does something for this connection only: where that fails, it is closed and nobody else is. */
    void guard(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            out.failed(e);
        }
    }

    /** Something failed for this connection: it is closed, nobody else is. */
    void failed(Throwable cause) {
        out.failed(cause);
    }

    // ---- its own ----

    private ShardMeter meter() {
        return sessions.shard().meter();
    }

    private void letGo(CloseCode why) {
        if (opened && !arrived && !refused && isRefusal(why)) {
            refused = true;
            sessions.events().refusedConnect(this, "", "", why.code(), why.reason());
        }
        cancel(life);
        life = null;
        in.clear();
        if (keepAlive != null) {
            keepAlive.stop();
        }
        if (subscriptions != null) {
            for (ClientSubscription subscription : List.copyOf(subscriptions.values())) {
                subscription.end(ClientSubscription.BY_DISCONNECT);
            }
            subscriptions = null;
        }
        if (identity != null && !gone) {
            gone = true;
            sessions.population().left(identity.info().user());
            if (arrived) {
                sessions.events().disconnected(this, why);
                sessions.users().left(this);
                sessions.handlers().disconnected(this, why);
            }
        }
    }

    /** Whether this says something about the connection, rather than that it or the engine just ended. */
    private static boolean isRefusal(CloseCode why) {
        return why.code() != CloseCode.CONNECTION_CLOSED.code() && why.code() != CloseCode.SHUTDOWN.code();
    }

    private static void cancel(@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
