package dev.relay.internal.session;

import static java.util.Objects.requireNonNull;

import dev.relay.CloseCode;
import dev.relay.internal.outbox.Chunk;
import dev.relay.internal.outbox.Outbox;
import dev.relay.transport.Encoding;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import dev.relay.transport.ShardContext.Timer;
import dev.relay.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session says: encodes it, has it sent at the end of the turn, and watches that it is taken. Whatever throws here is
 * paid for by this connection, Errors too: an overflowed stack or a failed allocation is the fault of what was being done.
 */
final class Outgoing {
    private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);

    private final ClientSession session;
    private final Transport transport;
    private final Outbox outbox;
    private @Nullable Encoding encoding;
    private @Nullable Timer watch; // write timeout, then close timeout
    private long takenBefore;
    private SlowConnections.@Nullable Stall stall; // while something waits for the socket
    private boolean dirty;
    private boolean closing;

    Outgoing(ClientSession session, Transport transport) {
        this.session = session;
        this.transport = transport;
        this.outbox = new Outbox(
                session.sessions().channels().chunks(),
                transport,
                session.sessions().options().outboxBytes());
    }

    void encodeWith(Encoding chosen) {
        encoding = chosen;
    }

    Encoding encoding() {
        return requireNonNull(encoding, "open");
    }

    void raw(ByteBuffer bytes) {
        outbox.raw(bytes);
        markDirty();
    }

    void reply(int id, Reply reply) {
        try {
            if (!outbox.reply(encoding(), id, reply)) {
                session.close(CloseCode.INAPPROPRIATE_PROTOCOL);
            }
            markDirty();
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Replies unless that takes more than {@code limit} bytes; whether it did. */
    boolean replyWithin(int id, Reply reply, int limit) {
        markDirty();
        return outbox.replyWithin(encoding(), id, reply, limit);
    }

    void push(String channel, Push push) {
        try {
            if (!outbox.push(encoding(), channel, push)) {
                session.close(CloseCode.INAPPROPRIATE_PROTOCOL);
            }
            markDirty();
        } catch (Throwable e) {
            failed(e);
        }
    }

    void send(Chunk chunk) {
        outbox.add(chunk);
        markDirty();
    }

    void ping() {
        try {
            if (session.transportPings()) {
                transport.ping();
            } else {
                outbox.ping(encoding());
                markDirty();
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Ends the turn. */
    void flush() {
        dirty = false;
        try {
            sent(outbox.flush());
        } catch (Throwable e) {
            broken(e);
        }
    }

    /** The socket takes bytes again. */
    void resume() {
        try {
            sent(outbox.resume());
        } catch (Throwable e) {
            broken(e);
        }
    }

    /** Something failed for this connection: it is closed, nobody else is. */
    void failed(Throwable cause) {
        LOG.atWarn()
                .addKeyValue("client", session.clientId())
                .setCause(cause)
                .log("closing a connection for which something failed: client={}", session.clientId());
        outbox.clear();
        session.close(CloseCode.INTERNAL_ERROR);
    }

    /** Says goodbye behind what waits, or, to a slow one, behind the frame that has been begun. */
    void close(CloseCode code, long timeoutNanos) {
        closing = true;
        if (code.code() == CloseCode.SLOW.code()) {
            outbox.dropAllButPartialFrame();
        }
        stopWatching();
        watch = session.sessions().shard().schedule(timeoutNanos, () -> {
            if (!outbox.isEmpty()) {
                drop();
            }
        });
        transport.close(code);
        markDirty(); // also with nothing to send: the transport waits to hear that nothing is left
    }

    /** Bytes that the socket has not taken. */
    long waitingBytes() {
        return outbox.waitingBytes();
    }

    /** The outboxes hold too much, and this connection has a large part in it. */
    void shed() {
        if (closing) {
            drop();
        } else {
            session.close(CloseCode.SLOW);
        }
    }

    /** Ends the connection without a word. */
    void drop() {
        stopWatching();
        outbox.clear();
        transport.abort();
    }

    /** The connection is gone. */
    void ended() {
        stopWatching();
        outbox.clear();
        stalled(false);
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            session.sessions().dirty(session);
        }
    }

    private void sent(Outbox.Flushed how) {
        boolean waits = how != Outbox.Flushed.EMPTY;
        if (waits != (stall != null)) {
            stalled(waits);
            transport.wantWrite(waits);
        }
        if (closing) {
            if (!waits) {
                transport.flushed();
            }
        } else if (how == Outbox.Flushed.OVERFLOW) {
            session.close(CloseCode.SLOW);
        } else if (!waits) {
            stopWatching();
        } else if (watch == null) {
            watchWriting();
        }
    }

    private void stalled(boolean waits) {
        SlowConnections slow = session.sessions().slow();
        if (stall != null) {
            slow.remove(stall);
        }
        stall = waits ? slow.add(this) : null;
    }

    /** Closes the connection if its peer takes nothing for too long. */
    private void watchWriting() {
        takenBefore = outbox.takenBytes();
        watch = session.sessions().shard().schedule(session.sessions().options().writeNanos(), () -> {
            watch = null;
            if (outbox.takenBytes() == takenBefore) {
                session.close(CloseCode.WRITE_ERROR);
            } else {
                watchWriting();
            }
        });
    }

    private void stopWatching() {
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
    }

    private void broken(Throwable cause) {
        if (cause instanceof IOException) {
            LOG.atDebug()
                    .addKeyValue("client", session.clientId())
                    .setCause(cause)
                    .log("connection broken: client={}", session.clientId());
        } else {
            LOG.atWarn()
                    .addKeyValue("client", session.clientId())
                    .setCause(cause)
                    .log("dropping a connection whose bytes cannot be sent: client={}", session.clientId());
        }
        drop();
    }
}
