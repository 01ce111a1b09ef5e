package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client on a plain socket, able to say what no decent client says. It checks that what the server sends is
 * well formed.
 *
 * <p>Threading: one thread reads; any may send.
 */
final class RawWebSocket implements Closeable {
    static final int TEXT = 1;
    static final int CLOSE = 8;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    /** Longer than a well-behaved server is ever silent: it pings every 25 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String KEY = "cmVsYXkgZW5kIHRvIGVuZA==";

    /** What a close frame says. */
    record Closed(int code, String reason) {
        @Override
        public String toString() {
            return "close " + code + " " + reason;
        }
    }

    private final Socket socket;
    private final DataInputStream input;
    private final Deque<String> lines = new ArrayDeque<>();
    private final String responseHead;
    private @Nullable Closed closed;
    private int framesRead;

    private RawWebSocket(Socket socket, String headers) throws IOException {
        this.socket = socket;
        this.input = new DataInputStream(socket.getInputStream());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        raw(("GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n%s\r\n")
                .formatted(socket.getPort(), KEY, headers)
                .getBytes(ISO_8859_1));
        responseHead = readHead();
        String accept = header("Sec-WebSocket-Accept");
        if (!responseHead.startsWith("HTTP/1.1 101 ") || !acceptKey().equals(accept)) {
            throw new AssertionError("handshake refused: " + responseHead);
        }
    }

    /** A connection to the WebSocket port, the handshake done. */
    static RawWebSocket open(int port) {
        return open(port, "");
    }

    /** The same with more header lines, each ended by CR LF. */
    static RawWebSocket open(int port, String headers) {
        try {
            return new RawWebSocket(dial(port), headers);
        } catch (IOException e) {
            throw new AssertionError("no WebSocket on port " + port, e);
        }
    }

    /** A connection to the port and nothing said yet. */
    static Socket dial(int port) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) PATIENCE.toMillis());
        return socket;
    }

    /** The value of a header of the handshake's response, null where there is none. */
    @Nullable
    String header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        for (String line : responseHead.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(start)) {
                return line.substring(start.length()).strip();
            }
        }
        return null;
    }

    /** Sends protocol messages in one text frame. */
    void send(String... messages) {
        frame(FINAL | TEXT, String.join("\n", messages).getBytes(UTF_8));
    }

    /** Sends one masked frame; {@code firstByte} holds the final bit, the reserved bits and the opcode. */
    void frame(int firstByte, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
        frame.put((byte) firstByte);
        if (payload.length < 126) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        byte[] mask = {0x12, 0x34, 0x56, 0x78};
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i & 3]));
        }
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        raw(bytes);
    }

    /** Sends bytes as they are. */
    void raw(byte[] bytes) {
        try {
            synchronized (socket) {
                socket.getOutputStream().write(bytes);
            }
        } catch (IOException e) {
            throw new AssertionError("cannot send to port " + socket.getPort(), e);
        }
    }

    /** The next protocol message. */
    String line() {
        while (lines.isEmpty()) {
            if (closed != null) {
                throw new AssertionError("expected a message, got " + closed);
            }
            readFrame();
        }
        return lines.remove();
    }

    /** The close frame; messages before it are passed over. Answers it, and sees the server end the connection. */
    Closed awaitClose() {
        while (closed == null) {
            readFrame();
        }
        Closed seen = closed;
        try {
            frame(FINAL | CLOSE, new byte[] {(byte) (seen.code() >> 8), (byte) seen.code()});
        } catch (AssertionError e) {
            return seen; // the server need not wait for the answer
        }
        awaitEnd();
        return seen;
    }

    /** Sees the server end the connection, with or without saying anything before. */
    void awaitEnd() {
        try {
            while (input.read() >= 0) {
                // whatever is still on its way
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the server keeps the connection open for more than " + PATIENCE, e);
        } catch (IOException e) {
            // reset: ended too
        }
    }

    /** The close frame that has been read; null where there was none. */
    @Nullable
    Closed closed() {
        return closed;
    }

    /** Frames with messages read so far. */
    int framesRead() {
        return framesRead;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void readFrame() {
        try {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            int first = 0;
            int opcode = 0;
            while ((first & FINAL) == 0) {
                first = input.readUnsignedByte();
                if ((first & 0x70) != 0) {
                    throw new AssertionError("the server sets reserved bits: " + first);
                }
                opcode = (first & 0x0F) == 0 ? opcode : first & 0x0F;
                message.write(input.readNBytes(payloadLength()));
            }
            accept(opcode, message.toByteArray());
        } catch (EOFException e) {
            throw new AssertionError("the server ended the connection without a close frame", e);
        } catch (IOException e) {
            throw new AssertionError("nothing to read from port " + socket.getPort(), e);
        }
    }

    private int payloadLength() throws IOException {
        int second = input.readUnsignedByte();
        if ((second & MASKED) != 0) {
            throw new AssertionError("the server masks its frames");
        }
        return switch (second) {
            case 126 -> input.readUnsignedShort();
            case 127 -> Math.toIntExact(input.readLong());
            default -> second;
        };
    }

    private void accept(int opcode, byte[] payload) {
        switch (opcode) {
            case TEXT -> {
                framesRead++;
                for (String line : new String(payload, UTF_8).split("\n", -1)) {
                    if (line.isBlank()) {
                        throw new AssertionError("the server sends a blank line in: " + new String(payload, UTF_8));
                    }
                    lines.add(line);
                }
            }
            case CLOSE -> {
                if (payload.length < 3) {
                    throw new AssertionError("a close frame without a reason");
                }
                ByteBuffer buffer = ByteBuffer.wrap(payload);
                closed = new Closed(
                        Short.toUnsignedInt(buffer.getShort()),
                        UTF_8.decode(buffer).toString());
            }
            default -> throw new AssertionError("unexpected frame with opcode " + opcode);
        }
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = input.read();
            if (next < 0) {
                throw new AssertionError("handshake not answered: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static String acceptKey() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
