package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that can say anything, byte by byte. */
final class RawClient implements AutoCloseable {
    static final int TEXT = 0x81;
    static final int BINARY = 0x82;
    static final int CLOSE = 0x88;
    static final int PING = 0x89;
    static final int PONG = 0x8a;
    private static final byte[] MASK = {0x12, (byte) 0xfe, 0x35, 0x47};

    final Socket socket;
    private final DataInputStream in;

    RawClient(int port) throws IOException {
        this(port, 0);
    }

    /** Takes no more than about so many bytes before it reads; 0 for whatever is usual. */
    RawClient(int port, int receiveBytes) throws IOException {
        this(connected(port, receiveBytes));
    }

    /** On a socket that is connected. */
    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    private static Socket connected(int port, int receiveBytes) throws IOException {
        Socket socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 5000);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Connected, upgraded. */
    static RawClient open(int port, String... extraHeaders) throws IOException {
        RawClient client = new RawClient(port);
        client.send(request("/connection/websocket", extraHeaders));
        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        return client;
    }

    static String request(String target, String... extraHeaders) {
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n");
        for (String header : extraHeaders) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void sendText(String text) throws IOException {
        send(frame(TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A masked frame with this first byte. */
    static byte[] frame(int first, byte... payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        if (payload.length <= 125) {
            out.write(0x80 | payload.length);
        } else if (payload.length <= 0xffff) {
            out.write(0x80 | 126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        } else {
            out.write(0x80 | 127);
            out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        out.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ MASK[i % 4]);
        }
        return out.toByteArray();
    }

    static byte[] closeFrame(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return frame(
                CLOSE,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
    }

    /** The head of an HTTP response. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** Everything until the peer closes. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        assertThat(length).as("servers do not mask").isLessThan(0x80);
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = (int) in.readLong();
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(first, payload);
    }

    /** The header of the next frame, whose payload is {@link #payload} then. */
    byte[] header() throws IOException {
        byte[] start = payload(2);
        byte[] length = payload(start[1] == 126 ? Short.BYTES : start[1] == 127 ? Long.BYTES : 0);
        return ByteBuffer.allocate(start.length + length.length)
                .put(start)
                .put(length)
                .array();
    }

    /** The next bytes. */
    byte[] payload(int length) throws IOException {
        byte[] payload = new byte[length];
        in.readFully(payload);
        return payload;
    }

    /** The next frame closes with this code, and the connection then ends in order, without a reset. */
    Frame expectClose(int code) throws IOException {
        Frame frame = read();
        assertThat(frame.first()).isEqualTo(CLOSE);
        assertThat(frame.closeCode()).isEqualTo(code);
        assertThat(in.read()).as("end of stream").isEqualTo(-1);
        return frame;
    }

    boolean atEnd() throws IOException {
        return in.read() == -1;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    record Frame(int first, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return ByteBuffer.wrap(payload).getShort() & 0xffff;
        }
    }
}
