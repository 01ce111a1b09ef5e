package dev.relay.internal.outbox;

import dev.relay.transport.Encoding;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import dev.relay.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has still to send: the pieces of this turn, in order, and before them what its socket has not taken
 * in earlier turns.
 *
 * <p>A piece is either private to the connection or a channel's chunk, shared with other connections. An idle outbox holds
 * nothing, for there are many of them.
 *
 * <p><b>Threading.</b> Owned by one shard.
 */
public final class Outbox {
    /** How {@link #flush} went. */
    public enum Flushed {
        /** Everything has left. */
        EMPTY,
        /** Something is left, since the socket takes no more now. */
        WAITING,
        /** More is left than is allowed. */
        OVERFLOW
    }

    private final ChunkPool pool;
    private final Transport transport;
    private final int limitBytes;
    private @Nullable Chunk firstPiece;
    private @Nullable List<Chunk> morePieces;
    private boolean lastIsPrivate;
    private boolean lastMayWait; // it holds publish replies only: pushes may go first
    private @Nullable Unsent waiting;
    private long taken;

    /** @param limitBytes that may wait after a flush */
    public Outbox(ChunkPool pool, Transport transport, int limitBytes) {
        this.pool = pool;
        this.transport = transport;
        this.limitBytes = limitBytes;
    }

    /** Whether everything has left. */
    public boolean isEmpty() {
        return firstPiece == null && waiting == null;
    }

    /** Bytes that wait for the socket since an earlier flush. */
    public long waitingBytes() {
        return waiting == null ? 0 : waiting.bytes();
    }

    /** Bytes the socket has taken so far. */
    public long takenBytes() {
        return taken;
    }

    /**
     * Adds a channel's chunk, to be sent as it is at the end of the turn. It goes before publish replies of the turn, so that
     * a publisher sees its own publication and then the reply; any other order is kept.
     */
    public void add(Chunk chunk) {
        chunk.retain();
        chunk.seal();
        if (lastIsPrivate && lastMayWait && firstPiece != null) {
            insertBeforeLast(chunk);
        } else {
            append(chunk, false);
        }
    }

    /** Adds a reply; {@code false} iff the encoding cannot carry it. */
    public boolean reply(Encoding encoding, int id, Reply reply) {
        boolean newPiece = firstPiece == null || !lastIsPrivate;
        boolean mayWait = reply == Reply.Published.INSTANCE && (newPiece || lastMayWait);
        boolean carried = own(encoding).reply(id, reply);
        lastMayWait = mayWait;
        return carried;
    }

    /**
     * Adds a reply of at most {@code limit} bytes.
     *
     * @return {@code false} iff it is longer or the encoding cannot carry it, and then nothing is added
     */
    public boolean replyWithin(Encoding encoding, int id, Reply reply, int limit) {
        Chunk chunk = pool.take();
        chunk.encodeWith(encoding);
        boolean fits = chunk.reply(id, reply) && chunk.size() <= limit;
        if (fits) {
            chunk.seal();
            append(chunk, false);
        } else {
            pool.release(chunk);
        }
        return fits;
    }

    /** Adds a push; {@code false} iff the encoding cannot carry it. */
    public boolean push(Encoding encoding, String channel, Push push) {
        return own(encoding).push(channel, push);
    }

    public void ping(Encoding encoding) {
        own(encoding).ping();
    }

    /** Adds bytes of the transport, between frames. */
    public void raw(ByteBuffer bytes) {
        own(null).raw(bytes);
    }

    /** Sends what the socket takes; keeps the rest. */
    public Flushed flush() throws IOException {
        Chunk only = firstPiece;
        if (only != null && morePieces == null && waiting == null) {
            firstPiece = null;
            only.seal();
            if (only.size() > 0) {
                send(only);
            }
            pool.release(only);
        } else if (only != null) {
            if (waiting == null) {
                gather(only);
            }
            enqueuePieces();
            forgetIfEmpty();
        }
        return state();
    }

    /** Sends more of what waits, now that the socket takes bytes again. */
    public Flushed resume() throws IOException {
        Unsent queue = waiting;
        while (queue != null && !queue.isEmpty()) {
            ByteBuffer batch = pool.scratch();
            queue.fill(batch);
            int offered = batch.flip().remaining();
            int written = transport.write(batch);
            took(written);
            queue.remove(written);
            if (written < offered) {
                return state();
            }
        }
        waiting = null;
        return state();
    }

    /** Drops everything except the rest of a frame that has been sent in part. */
    public void dropAllButPartialFrame() {
        dropPieces();
        if (waiting != null) {
            waiting.dropAllButPartialFrame();
            forgetIfEmpty();
        }
    }

    /** Drops everything. */
    public void clear() {
        dropPieces();
        if (waiting != null) {
            waiting.clear();
            waiting = null;
        }
    }

    private Flushed state() {
        if (isEmpty()) {
            return Flushed.EMPTY;
        }
        if (waitingBytes() > limitBytes && waiting != null) {
            waiting.shrink(limitBytes);
            forgetIfEmpty();
        }
        return isEmpty() ? Flushed.EMPTY : waitingBytes() > limitBytes ? Flushed.OVERFLOW : Flushed.WAITING;
    }

    private void send(Chunk chunk) throws IOException {
        int written = transport.write(chunk.bytes());
        took(written);
        if (written < chunk.size()) {
            enqueue(chunk, written);
        }
    }

    /** Joins the pieces in one write, as far as they fit; pieces that are done with are replaced by their rest. */
    private void gather(Chunk first) throws IOException {
        ByteBuffer batch = pool.scratch();
        List<Chunk> more = morePieces;
        int pieces = more == null ? 1 : 1 + more.size();
        int whole = 0;
        for (; whole < pieces; whole++) {
            Chunk chunk = piece(first, more, whole);
            chunk.seal();
            if (chunk.size() > batch.remaining()) {
                break;
            }
            batch.put(chunk.bytes());
        }
        batch.flip();
        int written = batch.hasRemaining() ? transport.write(batch) : 0;
        took(written);
        boolean stuck = batch.hasRemaining();
        int at = 0;
        for (int i = 0; i < pieces; i++) {
            Chunk chunk = piece(first, more, i);
            chunk.seal();
            if (i < whole) {
                int sent = Math.min(chunk.size(), Math.max(0, written - at));
                at += chunk.size();
                if (sent < chunk.size()) {
                    enqueue(chunk, sent);
                }
            } else if (stuck || waiting != null) {
                enqueue(chunk, 0);
            } else {
                send(chunk);
            }
        }
        dropPieces();
    }

    private void took(int bytes) {
        taken += bytes;
        pool.sent(bytes);
    }

    private static Chunk piece(Chunk first, @Nullable List<Chunk> more, int index) {
        return index == 0 || more == null ? first : more.get(index - 1);
    }

    private void enqueuePieces() {
        Chunk first = firstPiece;
        if (first == null) {
            return;
        }
        first.seal();
        enqueue(first, 0);
        if (morePieces != null) {
            for (Chunk chunk : morePieces) {
                chunk.seal();
                enqueue(chunk, 0);
            }
        }
        dropPieces();
    }

    private void enqueue(Chunk chunk, int from) {
        if (from < chunk.size()) {
            if (waiting == null) {
                waiting = new Unsent(pool.backlog());
            }
            waiting.add(chunk.copy(), from);
        }
    }

    private void forgetIfEmpty() {
        if (waiting != null && waiting.isEmpty()) {
            waiting = null;
        }
    }

    /** The private piece at the end; {@code encoding} is {@code null} for bytes that need none. */
    private Chunk own(@Nullable Encoding encoding) {
        Chunk chunk;
        if (lastIsPrivate && firstPiece != null) {
            chunk = morePieces == null ? firstPiece : morePieces.get(morePieces.size() - 1);
        } else {
            chunk = pool.take();
            append(chunk, true);
        }
        if (encoding != null) {
            chunk.encodeWith(encoding);
        }
        lastMayWait = false;
        return chunk;
    }

    private void insertBeforeLast(Chunk chunk) {
        Chunk first = firstPiece;
        if (first != null && morePieces == null) {
            morePieces = new ArrayList<>(4);
            morePieces.add(first);
            firstPiece = chunk;
        } else if (morePieces != null) {
            morePieces.add(morePieces.size() - 1, chunk);
        }
    }

    private void append(Chunk chunk, boolean isPrivate) {
        if (firstPiece == null) {
            firstPiece = chunk;
        } else {
            if (morePieces == null) {
                morePieces = new ArrayList<>(4);
            }
            morePieces.add(chunk);
        }
        lastIsPrivate = isPrivate;
    }

    private void dropPieces() {
        if (firstPiece != null) {
            pool.release(firstPiece);
            firstPiece = null;
        }
        if (morePieces != null) {
            morePieces.forEach(pool::release);
            morePieces = null;
        }
    }
}
