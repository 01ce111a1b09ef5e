package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.CloseCode;
import dev.relay.transport.Command;
import dev.relay.transport.Connection;
import dev.relay.transport.Encoding;
import dev.relay.transport.PeerInfo;
import dev.relay.transport.RefusalReason;
import dev.relay.transport.ShardContext;
import dev.relay.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection: the library's protocol state on a socket that its shard reads and writes.
 *
 * <pre>
 * HANDSHAKE ──good request──▶ OPEN ──engine: close(code)──▶ CLOSING ──engine: flushed()──▶ DRAINING ──EOF, time──▶ ENDED
 *     └──refused: response, engine closes──────────────────▲            any phase ──abort(), EOF, failure──▶ ENDED
 * </pre>
 *
 * <p>Closing is always asked of the engine, also when the peer began it, so that what waits in the outbox leaves first.
 * In DRAINING the output is shut and input is thrown away: closing a socket with unread input would reset it, and the
 * peer would never see the close code.
 *
 * <p><b>Threading.</b> The connection's shard only; that the library locks now and then is of no use here.
 */
final class RelayConnection extends WebSocketImpl implements Transport, CommandDecoder.Sink {
    /** Reads per wake-up of one connection, so that a flooding one does not starve the shard. */
    private static final int MAX_READS = 4;

    private enum Phase {
        HANDSHAKE,
        OPEN,
        CLOSING,
        DRAINING,
        ENDED
    }

    private final ShardIo io;
    private final SocketChannel channel;
    private final SocketInterest interest = new SocketInterest();
    private final MessageLimit messageLimit;
    private final HeldInput held = new HeldInput(this);
    private final Visitor visitor;
    private Wire wire;

    private @Nullable Connection engine;
    private Phase phase = Phase.HANDSHAKE;

    /** What the handshake agreed on. */
    private Codec codec;

    /** Set once closing was asked for, by whomever: input no longer counts. */
    private boolean deaf;

    /** What we echo; set when the peer began to close. */
    private @Nullable CloseCode peerCode;

    /** Who closes first gets less time to answer: the peer, or a request that was refused, needs no more than a moment. */
    private boolean weCloseFirst;

    private boolean eof;
    private boolean reads = true;
    private boolean writes;

    /** The engine has nothing more to send, but the wire still owes some of it. */
    private boolean flushedByEngine;

    /** The request so far; {@code null} once it is complete. */
    private @Nullable RequestHead head = new RequestHead();

    private ShardContext.@Nullable Timer phaseTimer;

    RelayConnection(ShardIo io, SocketChannel channel, Visitor visitor) {
        super(io.listener, io.drafts);
        this.io = io;
        this.channel = channel;
        this.visitor = visitor;
        this.wire = io.tls == null ? new PlainWire(channel) : new TlsWire(io.tls, channel, this);
        this.messageLimit = new MessageLimit(this, io);
        this.codec = io.codec(false, false);
    }

    /** Begins to read. */
    void start(SelectionKey registered, Connection connection) {
        engine = connection;
        if (phase == Phase.ENDED) { // the engine did not want it in the first place
            registered.cancel();
            connection.ended();
            return;
        }
        interest.register(registered);
        updateInterest();
        if (phase == Phase.HANDSHAKE) {
            arm(io.options.handshakeNanos(), this::handshakeTimedOut);
        }
    }

    /** Handles what the selector found. */
    void ready(int operations) throws IOException {
        if ((operations & SelectionKey.OP_READ) != 0) {
            read();
        }
        if ((operations & SelectionKey.OP_WRITE) != 0 && phase != Phase.ENDED) {
            writable();
        }
    }

    private void writable() throws IOException {
        if (!wire.flush()) {
            return;
        }
        if (writes) {
            engine().writable();
        }
        if (flushedByEngine && !writes) {
            flushed();
        }
        updateInterest();
    }

    /** What the wire had to have done elsewhere has been done. */
    void worked() throws IOException {
        wire.worked();
        updateInterest();
        if (phase != Phase.ENDED) {
            read();
        }
    }

    private void read() throws IOException {
        if (visitor.owesHeader() && !introduced()) {
            return;
        }
        for (int round = 0; round < MAX_READS && interest.reads(); round++) {
            ByteBuffer in = io.received.clear();
            int count = wire.read(in);
            updateInterest();
            if (count < 0) {
                nothingToRead(count);
                return;
            }
            io.shard.received(count);
            in.flip();
            if (!deaf && phase == Phase.HANDSHAKE) {
                handshake(in);
            }
            if (listens() && in.hasRemaining()) {
                ((RelayDraft) getDraft()).translateFrame(in);
            }
            if (phase == Phase.ENDED || !wire.hasMore(count, in.capacity())) {
                return;
            }
        }
    }

    private void nothingToRead(int why) {
        if (why == Wire.END) {
            endOfInput();
        } else if (why == Wire.PLAIN_TEXT) {
            wire = new PlainWire(channel);
            refuse(Refusal.PLAIN_TEXT);
        } else {
            askToClose(new CloseCode(CloseFrame.PROTOCOL_ERROR, "TLS violated"));
        }
    }

    private void endOfInput() {
        if (phase == Phase.CLOSING || (deaf && phase != Phase.DRAINING)) {
            eof = true; // what waits may still reach a peer that only shut its output
            updateInterest();
        } else {
            end();
        }
    }

    // ---- handshake

    /** What comes before everything, TLS included: whether a proxy has said for whom it speaks. */
    private boolean introduced() throws IOException {
        ProxyHeader.Outcome outcome = visitor.readHeader(channel);
        if (outcome == ProxyHeader.Outcome.INCOMPLETE) {
            return false;
        }
        if (outcome == ProxyHeader.Outcome.COMPLETE && visitor.arrived()) {
            return true;
        }
        if (outcome == ProxyHeader.Outcome.COMPLETE) {
            io.refusals.note(RefusalReason.ADDRESS);
        } else if (outcome == ProxyHeader.Outcome.MALFORMED) {
            io.refusals.note(RefusalReason.NO_PROXY_HEADER);
        }
        end();
        return false;
    }

    private void handshake(ByteBuffer in) {
        RequestHead request = requireNonNull(head, "head");
        if (!request.take(in)) {
            if (request.isFull()) {
                refuse(Refusal.TOO_LARGE);
            }
            return;
        }
        head = null;
        Handshake handshake = request.parse();
        if (handshake == null) {
            refuse(Refusal.MALFORMED);
            return;
        }
        Refusal refusal = handshake.refusal(io.options);
        if (refusal == null) {
            refusal = io.shard.hasRoom()
                    ? visitor.enter(handshake.forwardedFor(), io.shard.clock().nanoTime())
                    : Refusal.FULL;
            if (refusal != null) {
                io.refusals.note(refusal == Refusal.FULL ? RefusalReason.FULL : RefusalReason.ADDRESS);
            }
        }
        if (refusal != null) {
            refuse(refusal);
        } else {
            upgrade(handshake);
        }
    }

    private void upgrade(Handshake handshake) {
        io.accepted = handshake;
        decode(ByteBuffer.allocate(
                1)); // the library takes what its draft makes of it: the handshake that was read already
        io.accepted = null;
        codec = io.codec(handshake.wantsProtobuf(), ((RelayDraft) getDraft()).isDeflated());
        disarm();
        phase = Phase.OPEN;
        io.unfinished.remove(this);
        for (ByteBuffer part = outQueue.poll(); part != null; part = outQueue.poll()) {
            engine().raw(part);
        }
        Encoding encoding = codec.encoding();
        PeerInfo peer = new PeerInfo("websocket", encoding.name(), visitor.shown());
        engine().open(encoding, peer, handshake.wantsTransportPings());
    }

    private void handshakeTimedOut() {
        if (visitor.owesHeader()) {
            end(); // whoever it is has not begun to speak HTTP
        } else if (phase == Phase.HANDSHAKE && !deaf) {
            refuse(Refusal.TIMEOUT);
        }
    }

    private void refuse(Refusal refusal) {
        if (refusal != Refusal.FULL && refusal != Refusal.ADDRESS) { // those are counted where they are noted
            io.shard.refused(RefusalReason.REQUEST);
        }
        if (!wire.isOpen()) { // there is no way to say it
            end();
            return;
        }
        outQueue.clear();
        head = null;
        engine().raw(refusal.response());
        askToClose(new CloseCode(CloseFrame.PROTOCOL_ERROR, "handshake refused"));
    }

    // ---- what the draft found

    /** Whether frames still count. */
    boolean listens() {
        return phase == Phase.OPEN && !deaf;
    }

    /** Whether the engine has asked to read no more for now. */
    boolean isPaused() {
        return !reads;
    }

    /** What the connection speaks; settled before any frame is read. */
    Codec codec() {
        return codec;
    }

    /** A complete message, text or binary, in {@code bytes[0, length)}; well-formed UTF-8 if the codec is text. */
    void message(byte[] bytes, int length) {
        if (!codec.commands().decodeFrame(bytes, 0, length, this)) {
            malformed();
        }
    }

    @Override
    public boolean receive(Command command) {
        engine().receive(command);
        return listens();
    }

    /** The peer has answered a ping, or sent a pong unasked. */
    void pong() {
        engine().pong();
    }

    /** The message is none of the client protocol. */
    void malformed() {
        askToClose(CloseCode.BAD_REQUEST);
    }

    /** The peer broke RFC 6455 or one of our bounds. */
    void violation(int code, String reason) {
        askToClose(new CloseCode(code, reason));
    }

    /** A close frame with this payload. */
    void peerClosed(byte[] payload, int length) {
        PeerClose close = PeerClose.of(payload, length);
        if (close.isLegal()) {
            peerCode = close.answer();
            askToClose(close.forEngine());
        } else {
            askToClose(close.answer());
        }
    }

    /** A message began that is not complete yet. */
    void messageBegan() {
        messageLimit.began();
    }

    /** The draft leaves the rest of what was read for a later turn; nothing more is read until then. */
    void hold(ByteBuffer rest) {
        held.keep(rest);
        updateInterest();
    }

    /** Handles what was held. */
    void frames(ByteBuffer in) {
        if (listens()) {
            ((RelayDraft) getDraft()).translateFrame(in);
        }
        updateInterest();
    }

    private void askToClose(CloseCode code) {
        if (!deaf && phase != Phase.ENDED) {
            deaf = true;
            engine().close(code);
        }
    }

    // ---- what the library sends: pongs and close frames

    @Override
    public void sendFrame(Framedata frame) {
        engine().raw(getDraft().createBinaryFrame(frame));
    }

    @Override
    public void sendFrame(Collection<Framedata> frames) {
        frames.forEach(this::sendFrame);
    }

    // ---- what the engine asks

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int taken = wire.write(bytes);
        if (wire.owes()) {
            updateInterest();
        }
        return taken;
    }

    @Override
    public void wantWrite(boolean want) {
        writes = want;
        updateInterest();
    }

    @Override
    public void wantRead(boolean want) {
        if (want && !reads && getDraft() instanceof RelayDraft draft) {
            draft.restartClock();
        }
        reads = want;
        held.goOnLater();
        updateInterest();
    }

    @Override
    public void ping() {
        sendFrame(new PingFrame());
    }

    @Override
    public void close(CloseCode code) {
        if (phase == Phase.ENDED) {
            return;
        }
        CloseCode answer = peerCode;
        if (phase == Phase.OPEN) {
            if (answer == null && code.code() == CloseCode.CONNECTION_CLOSED.code()) {
                end();
                return;
            }
            if (answer != null) {
                close(answer.code(), answer.reason(), true);
            } else {
                close(
                        PeerClose.isSendable(code.code()) ? code.code() : CloseFrame.UNEXPECTED_CONDITION,
                        code.reason(),
                        false);
            }
        } else if (phase != Phase.HANDSHAKE) {
            return;
        }
        deaf = true;
        weCloseFirst = phase == Phase.OPEN && answer == null && wire.isOpen();
        phase = Phase.CLOSING;
        arm(code.code() == CloseCode.SLOW.code() ? EdgeOptions.PEER_CLOSE_NANOS : EdgeOptions.FLUSH_NANOS, this::end);
        updateInterest();
    }

    @Override
    public void flushed() {
        if (phase != Phase.CLOSING) {
            return;
        }
        flushedByEngine = wire.owes();
        if (flushedByEngine) {
            updateInterest();
            return;
        }
        if (eof) {
            end();
            return;
        }
        phase = Phase.DRAINING;
        try {
            wire.shutdownOutput();
        } catch (IOException e) {
            end(); // the peer was faster
            return;
        }
        arm(weCloseFirst ? EdgeOptions.OUR_CLOSE_NANOS : EdgeOptions.PEER_CLOSE_NANOS, this::end);
        updateInterest();
    }

    @Override
    public void abort() {
        end();
    }

    private void end() {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        io.unfinished.remove(this);
        visitor.left();
        head = null;
        disarm();
        messageLimit.cancel();
        held.cancel();
        interest.end();
        wire.close();
        closeConnection(CloseFrame.NORMAL, ""); // the library's own state; it was never given the socket
        if (engine != null) {
            engine.ended();
        }
    }

    /**
     * Runs a task of this connection; whatever it throws ends this connection and nothing else. Errors too: an overflowed
     * stack or a failed allocation is the fault of what was being done for it.
     */
    void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Ends this connection after a failure that nobody expected. */
    void failed(Throwable failure) {
        try {
            end();
        } catch (Throwable e) {
            failure.addSuppressed(e);
        }
        io.faults.note(failure);
    }

    // ---- small parts

    private Connection engine() {
        return requireNonNull(engine, "engine");
    }

    private void arm(long delayNanos, Runnable task) {
        disarm();
        phaseTimer = schedule(delayNanos, task);
    }

    private void disarm() {
        if (phaseTimer != null) {
            phaseTimer.cancel();
            phaseTimer = null;
        }
    }

    /** Does something later, unless this connection breaks by it: then it ends. */
    ShardContext.Timer schedule(long delayNanos, Runnable task) {
        return io.shard.schedule(delayNanos, () -> guarded(task));
    }

    private void updateInterest() {
        if (phase != Phase.ENDED) {
            boolean reading = !eof && ((reads && held.isEmpty()) || deaf) && wire.canRead();
            interest.set(reading, writes || wire.owes());
        }
    }
}
