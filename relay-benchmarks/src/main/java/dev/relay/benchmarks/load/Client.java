package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * One WebSocket connection, by hand: the handshake, whole frames into the {@link Meter}, what does not fit into the socket
 * kept until it does. One thread.
 */
final class Client {
    private static final byte[] NOTHING = new byte[0];
    private static final int MAX_WAITING_BYTES = 16 << 20;

    /** Which end of a channel. */
    enum Role {
        SUBSCRIBER,
        /** A subscriber that stops reading once it is subscribed. */
        STALLED,
        PUBLISHER
    }

    private enum Phase {
        CONNECTING,
        UPGRADING,
        INTRODUCING,
        READY,
        CLOSED
    }

    private final Clients clients;
    private final Role role;
    private final int channel;
    private final String channelName;
    private final Ledger ledger = new Ledger();
    private final SocketChannel socket;
    private final ByteChannel wire;
    private final SelectionKey key;

    private Phase phase = Phase.CONNECTING;
    private byte[] carried = NOTHING;
    private ByteBuffer out = ByteBuffer.allocate(0);

    Client(Clients clients, Role role, int channel, String channelName, SocketChannel socket, SelectionKey key) {
        this.clients = clients;
        this.role = role;
        this.channel = channel;
        this.channelName = channelName;
        this.socket = socket;
        this.wire = TlsChannel.over(socket, clients.isEncrypted());
        this.key = key;
    }

    int channel() {
        return channel;
    }

    Role role() {
        return role;
    }

    Ledger ledger() {
        return ledger;
    }

    /** Whether its deliveries are what is measured. */
    boolean isCounted() {
        return role == Role.SUBSCRIBER;
    }

    boolean isReady() {
        return phase == Phase.READY;
    }

    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /** The socket is ready for something. */
    void ready() {
        try {
            if (phase == Phase.CONNECTING && key.isConnectable()) {
                socket.finishConnect();
                phase = Phase.UPGRADING;
                key.interestOps(SelectionKey.OP_READ);
                send(clients.upgradeRequest());
            }
            if (key.isValid() && key.isWritable()) {
                flush();
            }
            if (key.isValid() && key.isReadable()) {
                read(clients.input());
            }
        } catch (IOException | IllegalStateException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    /** Appends a message; {@link #flush()} sends it. */
    void append(int opcode, byte[] message, int length) {
        room(length + Frames.MAX_HEADER_BYTES);
        Frames.put(out, opcode, message, length, clients.random());
    }

    /** Writes what waits, as much as the socket takes. */
    void flush() throws IOException {
        if (out.position() > 0) {
            out.flip();
            wire.write(out);
            out.compact();
        }
        boolean waits = out.position() > 0;
        int interest = interest() | (waits ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
        if (!waits && role != Role.PUBLISHER && out.capacity() > 0) {
            out = ByteBuffer.allocate(0);
        }
    }

    /** Whether one that stalled, when it reads at last, comes to an end within {@code millis}. */
    boolean isCutOff(ByteBuffer sink, long millis) {
        long deadline = System.nanoTime() + millis * 1_000_000;
        try {
            while (System.nanoTime() < deadline) {
                if (wire.read(sink.clear()) < 0) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    void close() {
        phase = Phase.CLOSED;
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("cannot close a socket", e);
        }
    }

    private int interest() {
        return role == Role.STALLED && phase == Phase.READY ? 0 : SelectionKey.OP_READ;
    }

    private void end(String why) {
        if (phase != Phase.CLOSED) {
            clients.ended(this, phase + " " + role + ": " + why);
            close();
        }
    }

    private void send(byte[] bytes) throws IOException {
        room(bytes.length);
        out.put(bytes);
        flush();
    }

    private void send(int opcode, byte[] message) throws IOException {
        append(opcode, message, message.length);
        flush();
    }

    private void room(int bytes) {
        if (out.remaining() >= bytes) {
            return;
        }
        if (out.position() + bytes > MAX_WAITING_BYTES) {
            throw new IllegalStateException("the server has not taken " + out.position() + " bytes");
        }
        ByteBuffer larger = ByteBuffer.allocate(Math.max(1024, 2 * (out.position() + bytes)));
        out.flip();
        out = larger.put(out);
    }

    private void read(ByteBuffer input) throws IOException {
        byte[] bytes = input.array();
        System.arraycopy(carried, 0, bytes, 0, carried.length);
        input.clear().position(carried.length);
        int count = wire.read(input);
        if (count < 0) {
            end("the server ended the connection");
            return;
        }
        int end = input.position();
        int at = phase == Phase.UPGRADING ? upgrade(bytes, end) : 0;
        at = frames(bytes, at, end);
        carried = at == end || phase == Phase.CLOSED ? NOTHING : Arrays.copyOfRange(bytes, at, end);
    }

    /** Position after the response, 0 if it is not whole yet. */
    private int upgrade(byte[] bytes, int end) throws IOException {
        String response = new String(bytes, 0, end, ISO_8859_1);
        int blank = response.indexOf("\r\n\r\n");
        if (blank < 0) {
            return 0;
        }
        if (!response.startsWith("HTTP/1.1 101 ") || !response.contains(clients.acceptedKey())) {
            throw new IllegalStateException(
                    "no upgrade: " + response.lines().findFirst().orElse(""));
        }
        phase = Phase.INTRODUCING;
        Dialect dialect = clients.dialect();
        send(Frames.TEXT, role == Role.PUBLISHER ? dialect.introduce() : dialect.subscribe(channelName));
        return blank + 4;
    }

    /** Position after the last whole frame. */
    private int frames(byte[] bytes, int from, int end) throws IOException {
        if (phase.compareTo(Phase.INTRODUCING) < 0) {
            return from;
        }
        long now = System.nanoTime();
        int at = from;
        while (end - at >= 2) {
            int header = 2;
            long length = bytes[at + 1] & 127;
            if (length == 126) {
                header = 4;
                length = end - at < 4 ? Integer.MAX_VALUE : (bytes[at + 2] & 255) << 8 | bytes[at + 3] & 255;
            } else if (length == 127) {
                header = 10;
                length = end - at < 10
                        ? Integer.MAX_VALUE
                        : ByteBuffer.wrap(bytes).getLong(at + 2);
            }
            if (end - at < header + length) {
                break;
            }
            int begin = at + header;
            at = begin + (int) length;
            frame(bytes[begin - header] & 15, bytes, begin, at, now);
        }
        return at;
    }

    private void frame(int opcode, byte[] bytes, int from, int to, long now) throws IOException {
        switch (opcode) {
            case Frames.PING -> send(Frames.PONG, Arrays.copyOfRange(bytes, from, to));
            case Frames.PONG -> {}
            case Frames.CLOSE ->
                end("the server closed: "
                        + (to - from < 2 ? "" : new String(bytes, from + 2, to - from - 2, ISO_8859_1)));
            default -> message(bytes, from, to, now);
        }
    }

    private void message(byte[] bytes, int from, int to, long now) throws IOException {
        Dialect dialect = clients.dialect();
        if (dialect.isPing(bytes, from, to)) {
            send(Frames.TEXT, dialect.pong());
        } else if (phase == Phase.INTRODUCING) {
            introduced(new String(bytes, from, to - from, ISO_8859_1));
        } else if (role != Role.PUBLISHER) {
            clients.meter().scan(this, bytes, from, to, now);
        } else if (dialect.isRefusal(bytes, from, to)) {
            end("refused: " + new String(bytes, from, to - from, ISO_8859_1));
        }
    }

    private void introduced(String frame) throws IOException {
        if (clients.dialect().isReady(role != Role.PUBLISHER, frame)) {
            phase = Phase.READY;
            clients.isReady();
            flush();
        } else if (frame.contains("\"error\"")) {
            end("refused: " + frame);
        }
    }
}
