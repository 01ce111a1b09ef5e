package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** A TLS client that can put its records on the socket as it likes, and sees close_notify and FIN apart. */
final class TlsClient implements AutoCloseable {
    final Socket socket = new Socket();
    final SSLEngine engine = TestCertificates.clients().createSSLEngine("localhost", 1);

    /** Bytes of each write to the socket. */
    int sliceBytes = Integer.MAX_VALUE;

    private final DataInputStream plain = new DataInputStream(new Decrypted());
    private ByteBuffer encrypted = ByteBuffer.allocate(64 * 1024).flip();
    private ByteBuffer decrypted = ByteBuffer.allocate(64 * 1024).flip();

    TlsClient(int port, String... protocols) throws IOException {
        this(port, 0, protocols);
    }

    /** With a receive buffer of this size, if it is not 0. */
    TlsClient(int port, int receiveBytes, String... protocols) throws IOException {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        engine.setSSLParameters(parameters);
        engine.setUseClientMode(true);
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
        socket.setSoTimeout(20_000);
    }

    /** Connected, shaken hands, upgraded. */
    static TlsClient open(int port, String... protocols) throws IOException {
        return new TlsClient(port, protocols).upgrade();
    }

    TlsClient upgrade() throws IOException {
        handshake();
        send(RawClient.request("/connection/websocket").getBytes(StandardCharsets.US_ASCII));
        assertThat(head()).startsWith("HTTP/1.1 101 ");
        return this;
    }

    void handshake() throws IOException {
        engine.beginHandshake();
        pump();
    }

    /** Goes on until the engine has nothing to say and waits for nothing. */
    void pump() throws IOException {
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                engine.getDelegatedTask().run();
            } else if (status == HandshakeStatus.NEED_WRAP) {
                write(encrypt());
            } else if (status == HandshakeStatus.NEED_UNWRAP) {
                if (!unwrap()) {
                    throw new IOException("the server ended the connection in the handshake");
                }
            } else {
                return;
            }
        }
    }

    void send(byte... bytes) throws IOException {
        write(encrypt(bytes));
    }

    void sendText(String text) throws IOException {
        send(RawClient.frame(RawClient.TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Records that say this, not sent. */
    byte[] encrypt(byte... bytes) throws SSLException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        do {
            SSLEngineResult result = engine.wrap(in, record.clear());
            out.write(record.array(), 0, record.position());
            if (result.bytesProduced() == 0) {
                break;
            }
        } while (in.hasRemaining());
        return out.toByteArray();
    }

    /** Puts bytes on the socket as they are. */
    void write(byte... bytes) throws IOException {
        for (int at = 0; at < bytes.length; at += Math.min(sliceBytes, bytes.length - at)) {
            socket.getOutputStream().write(bytes, at, Math.min(sliceBytes, bytes.length - at));
        }
    }

    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) plain.readUnsignedByte());
        }
        return head.toString();
    }

    RawClient.Frame read() throws IOException {
        int first = plain.readUnsignedByte();
        int length = plain.readUnsignedByte();
        if (length == 126) {
            length = plain.readUnsignedShort();
        } else if (length == 127) {
            length = (int) plain.readLong();
        }
        byte[] payload = new byte[length];
        plain.readFully(payload);
        return new RawClient.Frame(first, payload);
    }

    /** The next frame closes with this code; then come close_notify and the end of the stream, without a reset. */
    void expectClose(int code) throws IOException {
        RawClient.Frame frame = read();
        assertThat(frame.first()).isEqualTo(RawClient.CLOSE);
        assertThat(frame.closeCode()).isEqualTo(code);
        expectEnd();
    }

    /** close_notify, then FIN. */
    void expectEnd() throws IOException {
        assertThat(plain.read()).as("more data").isEqualTo(-1);
        assertThat(engine.isInboundDone()).as("close_notify").isTrue();
        assertThat(socket.getInputStream().read()).as("end of stream").isEqualTo(-1);
    }

    X509Certificate certificate() throws SSLException {
        return (X509Certificate) engine.getSession().getPeerCertificates()[0];
    }

    /** Decrypts one record more; false at close_notify or at the end of the stream. */
    private boolean unwrap() throws IOException {
        while (true) {
            decrypted.compact();
            SSLEngineResult result = engine.unwrap(encrypted, decrypted);
            decrypted.flip();
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                return false;
            } else if (result.getStatus() == SSLEngineResult.Status.OK) {
                return true;
            }
            encrypted.compact();
            int count = socket.getInputStream().read(encrypted.array(), encrypted.position(), encrypted.remaining());
            if (count > 0) {
                encrypted.position(encrypted.position() + count);
            }
            encrypted.flip();
            if (count < 0) {
                return false;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private final class Decrypted extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            while (!decrypted.hasRemaining()) {
                if (!unwrap()) {
                    return -1;
                }
                pump();
            }
            int count = Math.min(length, decrypted.remaining());
            decrypted.get(bytes, from, count);
            return count;
        }
    }
}
