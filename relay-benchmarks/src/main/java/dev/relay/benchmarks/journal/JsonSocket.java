package dev.relay.benchmarks.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.benchmarks.load.Frames;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A client of the JSON protocol over a blocking socket, by hand. Answers pings. One thread; {@link #close} from any.
 */
final class JsonSocket implements Closeable {
    private static final int LIMIT_MILLIS = 10_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final SplittableRandom random = new SplittableRandom();
    private ByteBuffer frame = ByteBuffer.allocate(64 << 10);

    /** Connects and introduces itself. */
    JsonSocket(int port) throws IOException {
        boolean connected = false;
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 << 10));
            out = socket.getOutputStream();
            upgrade(port);
            send("{\"id\":1,\"connect\":{}}");
            String reply = receive(LIMIT_MILLIS);
            if (reply == null || !reply.contains("\"connect\":")) {
                throw new IOException("not connected: " + reply);
            }
            connected = true;
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    private void upgrade(int port) throws IOException {
        String request = "GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        out.write(request.getBytes(US_ASCII));
        StringBuilder response = new StringBuilder();
        while (response.indexOf("\r\n\r\n") < 0) {
            response.append((char) in.readUnsignedByte());
        }
        if (!response.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no upgrade: " + response.toString().lines().findFirst());
        }
    }

    /** Sends one frame, which may hold several commands, a line each. */
    void send(String commands) throws IOException {
        byte[] bytes = commands.getBytes(UTF_8);
        int room = bytes.length + Frames.MAX_HEADER_BYTES;
        if (frame.capacity() < room) {
            frame = ByteBuffer.allocate(2 * room);
        }
        frame.clear();
        Frames.put(frame, Frames.TEXT, bytes, bytes.length, random);
        out.write(frame.array(), 0, frame.position());
    }

    /**
     * The next frame of replies and pushes, a line each; {@code null} if none came in time.
     *
     * @throws IOException also when the server has ended the connection
     */
    @Nullable
    String receive(int millis) throws IOException {
        long deadline = System.nanoTime() + millis * 1_000_000L;
        while (true) {
            if (!awaitFrame(deadline)) {
                return null;
            }
            int opcode = in.readUnsignedByte() & 15;
            long length = in.readUnsignedByte() & 127;
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            byte[] payload = in.readNBytes((int) length);
            if (opcode == Frames.CLOSE) {
                throw new EOFException("closed by the server");
            }
            String text = new String(payload, UTF_8);
            if (text.equals("{}")) {
                send("{}");
            } else if (opcode == Frames.TEXT) {
                return text;
            }
        }
    }

    /** Waits for a frame's first byte only: what has begun is read to its end, whatever the time. */
    private boolean awaitFrame(long deadline) throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (in.available() > 0) {
            return true;
        }
        socket.setSoTimeout((int) Math.max(1, millis));
        in.mark(1);
        try {
            if (in.read() < 0) {
                throw new EOFException("ended by the server");
            }
            in.reset();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            socket.setSoTimeout(LIMIT_MILLIS);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
