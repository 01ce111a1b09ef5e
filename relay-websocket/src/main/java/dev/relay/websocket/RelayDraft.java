package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.HandshakeState;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.framing.PongFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.HandshakeBuilder;
import org.java_websocket.handshake.HandshakeImpl1Client;
import org.java_websocket.handshake.Handshakedata;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.protocols.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Frames of RFC 6455 as a server reads them, with every bound checked before anything is allocated. Replaces the
 * library's frame parser, which trusts length fields, takes unmasked frames and keeps fragments without limit.
 *
 * <p>Nothing is kept between two frames: a payload is unmasked into the shard's scratch and handed on from there. Only
 * what is incomplete – a frame, or a message in fragments – is held here, in a buffer that grows with what has arrived,
 * never with what was announced.
 *
 * <p>A violation is told to the connection, not thrown: the library would log a trace for each, and a stranger could
 * fill the disk.
 *
 * <p><b>Threading.</b> The connection's shard only.
 */
final class RelayDraft extends Draft_6455 {
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int MASK_BYTES = 4;
    private static final int FIRST_KEPT_BYTES = 512;

    private final ShardIo io;

    private @Nullable RelayConnection connection;

    // The frame at hand, from parseHeader.
    private int opcode;
    private boolean fin;
    private boolean deflated;
    private int headerBytes;
    private int payloadBytes;
    /** Bytes of the frame that must be there to go on: two, then the whole header, then the whole frame. */
    private int neededBytes;

    /** An incomplete frame as it came, header included; {@code null} at a frame's end. */
    private byte @Nullable [] partial;

    private int partialBytes;

    /** The fragments so far, unmasked; {@code null} between two messages. */
    private byte @Nullable [] message;

    private int messageBytes;
    private int fragments;
    private boolean messageIsText;
    private boolean messageIsDeflated;

    /** Whether compression was agreed on. */
    private boolean isDeflated;

    /** What deflated messages may still become before the others wait. */
    private int allowance;

    /** {@code null} until the first one comes. */
    private @Nullable ControlRate controlRate;

    private boolean unfinished;
    private long unfinishedSinceNanos;

    RelayDraft(ShardIo io) {
        super(List.of(), List.of(new Protocol("")), io.options.maxMessageBytes());
        this.io = io;
    }

    /** Without this the library would go on with its own draft, and all limits would be gone. */
    @Override
    public Draft copyInstance() {
        return new RelayDraft(io);
    }

    void attach(RelayConnection to) {
        connection = to;
    }

    /** The connection has read and judged the request already. */
    @Override
    public Handshakedata translateHandshake(ByteBuffer standIn) {
        standIn.position(standIn.limit());
        HandshakeImpl1Client request = new HandshakeImpl1Client();
        request.setResourceDescriptor(accepted().path());
        return request;
    }

    @Override
    public HandshakeState acceptHandshakeAsServer(ClientHandshake request) {
        return HandshakeState.MATCHED;
    }

    @Override
    public HandshakeBuilder postProcessHandshakeResponseAsServer(
            ClientHandshake request, ServerHandshakeBuilder response) {
        return response;
    }

    @Override
    public List<ByteBuffer> createHandshake(Handshakedata response) {
        String extension = io.options.compression() ? accepted().deflate() : "";
        isDeflated = !extension.isEmpty();
        return List.of(accepted().response(io.sha1ForKeys(), extension));
    }

    private Handshake accepted() {
        return requireNonNull(io.accepted, "accepted");
    }

    /** Whether compression was agreed on. */
    boolean isDeflated() {
        return isDeflated;
    }

    /** Reads all frames of {@code in}, hands on what is complete and keeps the rest. Returns nothing to process. */
    @Override
    public List<Framedata> translateFrame(ByteBuffer in) {
        RelayConnection to = requireNonNull(connection, "connection");
        allowance = EdgeOptions.INFLATED_PER_READ;
        while (in.hasRemaining() && to.listens()) {
            if (hasHadEnough(to)) {
                to.hold(in);
            } else if (partial != null) {
                resume(to, in, partial);
            } else if (parseHeader(to, in)) {
                if (in.remaining() < neededBytes) {
                    keep(in);
                } else {
                    frame(to, in);
                }
            }
        }
        noteUnfinished(to);
        return List.of();
    }

    /**
     * Whether what follows has to wait. Never without deflated messages: the engine keeps what it cannot run yet, which is
     * no more than was read as long as nothing becomes more than was read.
     */
    private boolean hasHadEnough(RelayConnection to) {
        return allowance < EdgeOptions.INFLATED_PER_READ && (allowance <= 0 || to.isPaused());
    }

    /** The nanosecond of the clock since which the current message is unfinished, if {@link #isUnfinished()}. */
    long unfinishedSinceNanos() {
        return unfinishedSinceNanos;
    }

    /** Whether the peer owes us the rest of a frame or message. */
    boolean isUnfinished() {
        return unfinished;
    }

    /** Begins to count anew: the time in which we did not read was not the peer's. */
    void restartClock() {
        unfinishedSinceNanos = io.shard.clock().nanoTime();
    }

    @Override
    public void reset() {
        super.reset();
        partial = null;
        message = null;
        unfinished = false;
    }

    private void resume(RelayConnection to, ByteBuffer in, byte[] kept) {
        while (true) {
            ByteBuffer frame = ByteBuffer.wrap(kept, 0, partialBytes);
            if (!parseHeader(to, frame)) {
                return;
            }
            if (partialBytes >= neededBytes) {
                partial = null;
                frame(to, frame);
                return;
            }
            int taken = Math.min(in.remaining(), neededBytes - partialBytes);
            if (taken == 0) {
                return;
            }
            if (kept.length < partialBytes + taken) {
                int room = Math.max(partialBytes + taken, Math.min(2 * kept.length, neededBytes));
                kept = Arrays.copyOf(kept, room);
                partial = kept;
            }
            in.get(kept, partialBytes, taken);
            partialBytes += taken;
        }
    }

    private void keep(ByteBuffer in) {
        partialBytes = in.remaining();
        partial = new byte[Math.max(partialBytes, Math.min(neededBytes, FIRST_KEPT_BYTES))];
        in.get(partial, 0, partialBytes);
    }

    /**
     * Reads as much of the header as is there and sets {@link #neededBytes}; the buffer's position stays.
     *
     * @return {@code false} if the frame is not allowed; the connection then knows
     */
    private boolean parseHeader(RelayConnection to, ByteBuffer in) {
        int available = in.remaining();
        neededBytes = 2;
        if (available < neededBytes) {
            return true;
        }
        int at = in.position();
        int first = in.get(at);
        int second = in.get(at + 1);
        opcode = first & 0x0f;
        fin = (first & 0x80) != 0;
        deflated = (first & DataFrame.DEFLATED) != 0;
        int length = second & 0x7f;
        String fault = fault(first, second, length);
        if (fault != null) {
            to.violation(CloseFrame.PROTOCOL_ERROR, fault);
            return false;
        }
        headerBytes = 2 + MASK_BYTES + (length == 126 ? Short.BYTES : length == 127 ? Long.BYTES : 0);
        neededBytes = headerBytes;
        if (available < neededBytes) {
            return true;
        }
        long payload = length == 126 ? in.getShort(at + 2) & 0xffff : length == 127 ? in.getLong(at + 2) : length;
        if (payload < 0) {
            to.violation(CloseFrame.PROTOCOL_ERROR, "frame length out of range");
            return false;
        }
        if ((length == 126 && payload < 126) || (length == 127 && payload <= 0xffff)) {
            to.violation(CloseFrame.PROTOCOL_ERROR, "frame length not in its shortest form");
            return false;
        }
        long whole = opcode == CONTINUATION ? messageBytes + payload : payload;
        boolean becomesMore = opcode == CONTINUATION ? messageIsDeflated : deflated;
        if (whole < 0 || whole > (becomesMore ? io.maxDeflatedBytes() : io.options.maxMessageBytes())) {
            to.violation(CloseFrame.TOOBIG, "message size limit exceeded");
            return false;
        }
        payloadBytes = (int) payload;
        neededBytes = headerBytes + payloadBytes;
        return true;
    }

    private @Nullable String fault(int first, int second, int length) {
        int reserved = first & 0x70;
        if (reserved != 0 && (reserved != DataFrame.DEFLATED || !isDeflated || (opcode != TEXT && opcode != BINARY))) {
            return "reserved bits set";
        }
        if ((second & 0x80) == 0) {
            return "frame not masked";
        }
        return switch (opcode) {
            case CONTINUATION -> message == null ? "continuation without a start" : null;
            case TEXT, BINARY -> message != null ? "message not finished" : null;
            case CLOSE, PING, PONG -> fin && length <= 125 ? null : "control frame fragmented or too long";
            default -> "unknown opcode";
        };
    }

    /** Takes the frame at hand, which is complete, off the buffer. */
    private void frame(RelayConnection to, ByteBuffer in) {
        int mask = in.getInt(in.position() + headerBytes - MASK_BYTES);
        in.position(in.position() + headerBytes);
        int length = payloadBytes;
        if (opcode >= CLOSE) {
            byte[] payload = io.scratch(length);
            Unmask.unmask(in, mask, payload, 0, length);
            control(to, payload, length);
        } else if (fin && opcode != CONTINUATION) {
            byte[] payload = io.scratch(length);
            Unmask.unmask(in, mask, payload, 0, length);
            unfinished = false;
            deliver(to, payload, length, opcode == TEXT, deflated);
        } else {
            fragment(to, in, mask, length);
        }
        if (message == null) {
            unfinished = false;
        }
    }

    private void fragment(RelayConnection to, ByteBuffer in, int mask, int length) {
        byte[] kept = message;
        if (kept == null) {
            kept = new byte[Math.max(length, FIRST_KEPT_BYTES)];
            messageBytes = 0;
            fragments = 0;
            messageIsText = opcode == TEXT;
            messageIsDeflated = deflated;
        } else if (kept.length < messageBytes + length) {
            kept = Arrays.copyOf(kept, Math.max(messageBytes + length, 2 * kept.length));
        }
        message = kept;
        if (++fragments > EdgeOptions.MAX_FRAGMENTS) {
            to.violation(CloseFrame.POLICY_VALIDATION, "too many fragments");
            return;
        }
        Unmask.unmask(in, mask, kept, messageBytes, length);
        messageBytes += length;
        if (fin) {
            message = null;
            unfinished = false;
            deliver(to, kept, messageBytes, messageIsText, messageIsDeflated);
        }
    }

    private void deliver(RelayConnection to, byte[] payload, int length, boolean text, boolean inflate) {
        if (inflate) {
            inflate(to, payload, length, text);
        } else {
            deliver(to, payload, length, text);
        }
    }

    private void inflate(RelayConnection to, byte[] payload, int length, boolean text) {
        int inflated = io.inflater.inflate(payload, length);
        if (inflated == MessageInflater.TOO_LONG) {
            to.violation(CloseFrame.TOOBIG, "message size limit exceeded");
        } else if (inflated == MessageInflater.CORRUPT) {
            to.violation(CloseFrame.NO_UTF8, "message cannot be inflated");
        } else {
            allowance -= Math.max(1, inflated);
            deliver(to, io.inflater.bytes(), inflated, text);
        }
    }

    private static void deliver(RelayConnection to, byte[] payload, int length, boolean text) {
        if ((!text && !to.codec().isText()) || Utf8.isValid(payload, 0, length)) {
            to.message(payload, length);
        } else if (text) {
            to.violation(CloseFrame.NO_UTF8, "text is not UTF-8");
        } else {
            to.malformed();
        }
    }

    private void control(RelayConnection to, byte[] payload, int length) {
        if (opcode == CLOSE) {
            // not the library's way: it would log a trace for a code that must not be echoed
            to.peerClosed(payload, length);
            return;
        }
        long now = io.shard.clock().nanoTime();
        if (controlRate == null) {
            controlRate = new ControlRate(now);
        }
        if (!controlRate.take(now)) {
            to.violation(CloseFrame.POLICY_VALIDATION, "too many pings");
            return;
        }
        Framedata frame;
        if (opcode == PING) {
            PingFrame ping = new PingFrame();
            ping.setPayload(ByteBuffer.wrap(payload, 0, length));
            frame = ping;
        } else {
            PongFrame pong = new PongFrame();
            pong.setPayload(ByteBuffer.wrap(payload, 0, length));
            frame = pong;
        }
        processFrame(to, frame);
    }

    /** Control frames only: data has been handed on before this could be called. */
    @Override
    public void processFrame(WebSocketImpl to, Framedata frame) {
        try {
            super.processFrame(to, frame);
        } catch (InvalidDataException e) {
            ((RelayConnection) to).violation(e.getCloseCode(), "control frame refused");
        }
    }

    private void noteUnfinished(RelayConnection to) {
        boolean incomplete = partial != null || message != null;
        if (incomplete && !unfinished) {
            unfinishedSinceNanos = io.shard.clock().nanoTime();
            to.messageBegan();
        }
        unfinished = incomplete;
    }
}
