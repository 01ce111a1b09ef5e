package dev.relay.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * TLS as a client speaks it, on a socket that does not block. Writes take nothing until the handshake is over, so whoever
 * writes tries again; what the socket does not take leaves with the next write. It trusts whoever answers: the other end is
 * this program's own child. One thread.
 */
final class TlsChannel implements ByteChannel {
    private static final SSLContext CONTEXT = trustful();
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final SSLEngine engine = CONTEXT.createSSLEngine();
    private final ByteBuffer received;
    private final ByteBuffer encrypted;
    private boolean ended;

    private TlsChannel(SocketChannel socket) {
        this.socket = socket;
        engine.setUseClientMode(true);
        int record = engine.getSession().getPacketBufferSize();
        received = ByteBuffer.allocate(record);
        encrypted = ByteBuffer.allocate(record);
    }

    /** The socket itself, or TLS over it. */
    static ByteChannel over(SocketChannel socket, boolean tls) {
        return tls ? new TlsChannel(socket) : socket;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        int before = to.position();
        if (socket.read(received) < 0) {
            ended = true;
        }
        received.flip();
        boolean goesOn = true;
        while (goesOn && received.hasRemaining()) {
            SSLEngineResult result = engine.unwrap(received, to);
            ended |= result.getStatus() == Status.CLOSED;
            goesOn = result.getStatus() == Status.OK && isTalking(result);
        }
        received.compact();
        shakeHands();
        return ended && to.position() == before ? -1 : to.position() - before;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        shakeHands();
        int before = from.position();
        while (from.hasRemaining()
                && encrypted.position() == 0
                && engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
            engine.wrap(from, encrypted);
            send();
        }
        return from.position() - before;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Runs what the engine wants done; whether there may be more to read. */
    private boolean isTalking(SSLEngineResult result) throws IOException {
        shakeHands();
        return result.bytesConsumed() > 0 || engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP;
    }

    private void shakeHands() throws IOException {
        send();
        if (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                && engine.getSession().getProtocol().equals("NONE")) {
            engine.beginHandshake();
        }
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                engine.getDelegatedTask().run();
            } else if (status == HandshakeStatus.NEED_WRAP && encrypted.position() == 0) {
                engine.wrap(NOTHING.duplicate(), encrypted);
                send();
            } else {
                return;
            }
        }
    }

    private void send() throws IOException {
        if (encrypted.position() > 0) {
            encrypted.flip();
            socket.write(encrypted);
            encrypted.compact();
        }
    }

    private static SSLContext trustful() {
        TrustManager everybody = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {everybody}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }
}
