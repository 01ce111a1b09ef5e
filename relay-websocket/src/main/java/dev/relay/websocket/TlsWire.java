package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS on a socket, as its server. Between two turns it holds an incomplete record of the peer, if there is one, and what is
 * encrypted and the socket has not taken: at most one of the shard's buffers full, since nothing more is encrypted until it
 * has left. While more than that is owed, because the peer makes us answer and does not read, nothing is read.
 *
 * <p>Signatures are made by the edge's workers; meanwhile the connection does not read and the engine is left alone.
 *
 * <p><b>Threading.</b> The connection's shard only.
 */
final class TlsWire implements Wire {
    private static final int HEADER_BYTES = 5;
    private static final int FIRST_KEPT_BYTES = 512;
    private static final byte HANDSHAKE_RECORD = 22;
    /** Records in a row that carry nothing, which are as cheap for the peer as they are dear for us (key updates). */
    private static final int MAX_EMPTY_RECORDS = 32;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private enum State {
        /** No byte has come. */
        NEW,
        HANDSHAKE,
        OPEN,
        /** The peer has broken the protocol, or speaks another. What it sends is thrown away, and so is what is written. */
        BROKEN,
        /** We have said that nothing follows. What the peer sends is thrown away. */
        SHUT
    }

    private final TlsShard shard;
    private final SocketChannel channel;
    private final RelayConnection connection;

    private State state = State.NEW;
    private @Nullable SSLEngine engine;

    /** Somebody else has the engine. */
    private boolean busy;

    /** The peer has said that nothing follows. */
    private boolean inputDone;

    private int emptyRecords;

    /** The beginning of a record, or what came behind the record that a worker is busy with. */
    private byte @Nullable [] kept;

    private int keptBytes;

    /** Encrypted, not sent. */
    private @Nullable ByteBuffer tail;

    /** The socket's output is to be shut once the tail has left. */
    private boolean shutWhenFlushed;

    // Written by the shard, read by a worker that then need not begin: no more than a hint.
    private volatile boolean closed;

    TlsWire(TlsShard shard, SocketChannel channel, RelayConnection connection) {
        this.shard = shard;
        this.channel = channel;
        this.connection = connection;
    }

    // ---- reading

    @Override
    public int read(ByteBuffer in) throws IOException {
        if (busy) {
            return 0;
        }
        ByteBuffer bytes = shard.received.clear();
        if (state == State.NEW || state == State.HANDSHAKE) {
            bytes.limit(TlsShard.MAX_RECORD_BYTES); // what a worker has to be waited for with is kept
        }
        if (kept != null) {
            bytes.put(kept, 0, keptBytes);
        }
        int count = channel.read(bytes);
        bytes.flip();
        if (state == State.BROKEN || state == State.SHUT) {
            return Math.min(count, 0);
        }
        if (state == State.NEW && bytes.hasRemaining()) {
            byte first = bytes.get(0);
            if (first != HANDSHAKE_RECORD) {
                state = State.BROKEN;
                return first >= 'A' && first <= 'Z' ? PLAIN_TEXT : BROKEN;
            }
            engine = shard.engine();
            engine.beginHandshake();
            state = State.HANDSHAKE;
        }
        int start = in.position();
        try {
            advance(bytes, in);
            keep(bytes);
        } catch (SSLException e) {
            return broken(e);
        }
        boolean ended = inputDone || count < 0 && !busy;
        return in.position() == start && ended ? END : in.position() - start;
    }

    @Override
    public boolean hasMore(int count, int room) {
        return count == room || count > 0 && inputDone;
    }

    @Override
    public boolean canRead() {
        return !busy && (tail == null || tail.remaining() <= shard.encrypted.capacity());
    }

    /** Goes on as far as what has come allows. */
    private void advance(ByteBuffer bytes, ByteBuffer in) throws IOException {
        if (state == State.NEW) {
            return;
        }
        ByteBuffer out = shard.encrypted.clear();
        try {
            HandshakeStatus next =
                    state == State.OPEN ? HandshakeStatus.NOT_HANDSHAKING : engine().getHandshakeStatus();
            while (true) {
                if (next == HandshakeStatus.NEED_TASK) {
                    work();
                    return;
                } else if (next == HandshakeStatus.NEED_WRAP) {
                    next = answer(out);
                } else {
                    if (next == HandshakeStatus.NOT_HANDSHAKING && !inputDone) {
                        state = State.OPEN;
                    }
                    if (inputDone || !holdsRecord(bytes)) {
                        return;
                    }
                    next = decrypt(bytes, in);
                }
            }
        } finally {
            send(out.flip());
        }
    }

    private HandshakeStatus decrypt(ByteBuffer bytes, ByteBuffer in) throws SSLException {
        SSLEngineResult result = engine().unwrap(bytes, in);
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            inputDone = true;
        } else if (result.getStatus() != SSLEngineResult.Status.OK) {
            throw new SSLException("a whole record cannot be decrypted: " + result);
        }
        HandshakeStatus next = after(result);
        if (state == State.OPEN && next == HandshakeStatus.NEED_TASK) {
            throw new SSLException("renegotiation refused");
        }
        if (result.bytesProduced() > 0) {
            emptyRecords = 0;
        } else if (state == State.OPEN && ++emptyRecords > MAX_EMPTY_RECORDS) {
            throw new SSLException("more than " + MAX_EMPTY_RECORDS + " records in a row that carry nothing");
        }
        return next;
    }

    /** Adds what the engine has to say of itself. */
    private HandshakeStatus answer(ByteBuffer out) throws IOException {
        if (out.remaining() < TlsShard.MAX_RECORD_BYTES) {
            send(out.flip());
            out.clear();
        }
        SSLEngineResult result = engine().wrap(NOTHING.duplicate(), out);
        HandshakeStatus next = after(result);
        if (result.bytesProduced() == 0 && next == HandshakeStatus.NEED_WRAP) {
            throw new SSLException("nothing to say, though there should be: " + result);
        }
        return next;
    }

    private HandshakeStatus after(SSLEngineResult result) {
        HandshakeStatus next = result.getHandshakeStatus();
        return next == HandshakeStatus.FINISHED ? engine().getHandshakeStatus() : next; // a ticket may follow
    }

    private static boolean holdsRecord(ByteBuffer bytes) throws SSLException {
        if (bytes.remaining() < HEADER_BYTES) {
            return false;
        }
        int length = HEADER_BYTES + (bytes.getShort(bytes.position() + 3) & 0xffff);
        if (length > TlsShard.MAX_RECORD_BYTES) {
            throw new SSLException("record of " + length + " bytes, legal are " + TlsShard.MAX_RECORD_BYTES);
        }
        return bytes.remaining() >= length;
    }

    /** Grows with what has come, never with what was announced. */
    private void keep(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (length == 0) {
            kept = null;
        } else {
            if (kept == null || kept.length < length) {
                int room = kept == null ? FIRST_KEPT_BYTES : 2 * kept.length;
                kept = new byte[Math.max(length, Math.min(room, TlsShard.MAX_RECORD_BYTES))];
            }
            bytes.get(kept, 0, length);
        }
        keptBytes = length;
    }

    private int broken(SSLException cause) {
        shard.faults.note(cause);
        state = State.BROKEN;
        kept = null;
        try {
            conclude();
        } catch (IOException e) {
            cause.addSuppressed(e); // so it was not told; it will see the end all the same
        }
        return BROKEN;
    }

    // ---- work that is not done here

    private void work() throws IOException {
        List<Runnable> tasks = new ArrayList<>(1);
        for (Runnable task = engine().getDelegatedTask(); task != null; task = engine().getDelegatedTask()) {
            tasks.add(task);
        }
        busy = true;
        try {
            shard.work(
                    () -> {
                        if (!closed) {
                            tasks.forEach(Runnable::run);
                        }
                    },
                    connection);
        } catch (RejectedExecutionException e) {
            throw new IOException("too many TLS handshakes wait", e);
        }
    }

    @Override
    public void worked() {
        busy = false;
    }

    // ---- writing

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int offered = bytes.remaining();
        if (state == State.BROKEN || state == State.SHUT) {
            bytes.position(bytes.limit());
            return offered;
        }
        if (state != State.OPEN) {
            throw new IOException("nothing can be said before the TLS handshake is done");
        }
        boolean room = flush();
        while (room && bytes.hasRemaining()) {
            ByteBuffer out = shard.encrypted.clear();
            while (bytes.hasRemaining() && out.remaining() >= TlsShard.MAX_RECORD_BYTES) {
                SSLEngineResult result = engine().wrap(bytes, out);
                if (result.getStatus() != SSLEngineResult.Status.OK) {
                    throw new IOException("the peer has ended the TLS session: " + result);
                }
            }
            room = send(out.flip());
        }
        return offered - bytes.remaining();
    }

    /** Sends behind what is owed; keeps what the socket does not take. Whether it took all. */
    private boolean send(ByteBuffer out) throws IOException {
        ByteBuffer owed = tail;
        if (owed == null && out.hasRemaining()) {
            channel.write(out);
        }
        if (out.hasRemaining()) {
            int length = (owed == null ? 0 : owed.remaining()) + out.remaining();
            ByteBuffer longer = ByteBuffer.allocate(length);
            if (owed != null) {
                longer.put(owed);
            }
            tail = longer.put(out).flip();
        }
        return tail == null;
    }

    @Override
    public boolean owes() {
        return tail != null;
    }

    @Override
    public boolean flush() throws IOException {
        ByteBuffer owed = tail;
        if (owed != null) {
            channel.write(owed);
            if (owed.hasRemaining()) {
                return false;
            }
            tail = null;
            if (shutWhenFlushed) {
                channel.shutdownOutput();
            }
        }
        return true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (state == State.OPEN) {
            conclude();
        }
        state = State.SHUT;
        kept = null;
        if (tail == null) {
            channel.shutdownOutput();
        } else {
            shutWhenFlushed = true;
        }
    }

    /** Says that nothing follows, or what was wrong. */
    private void conclude() throws IOException {
        SSLEngine ending = engine();
        ending.closeOutbound();
        ByteBuffer out = shard.encrypted.clear();
        while (!ending.isOutboundDone() && out.remaining() >= TlsShard.MAX_RECORD_BYTES) {
            if (ending.wrap(NOTHING.duplicate(), out).bytesProduced() == 0) {
                break;
            }
        }
        send(out.flip());
    }

    @Override
    public void close() {
        closed = true;
        try (channel) {
            if (state == State.OPEN && tail == null) {
                conclude(); // as far as the socket takes it
            }
        } catch (IOException e) {
            // nobody is left to tell: the descriptor is released all the same
        }
        state = State.SHUT;
        kept = null;
        tail = null;
    }

    private SSLEngine engine() {
        return requireNonNull(engine, "engine");
    }
}
