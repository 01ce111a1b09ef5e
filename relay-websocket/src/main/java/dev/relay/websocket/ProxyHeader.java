package dev.relay.websocket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The header of PROXY protocol version 2 at the begin of a connection. Reads exactly that and not a byte more, so that
 * whatever follows – TLS or HTTP – finds its own begin in the socket.
 *
 * <p><b>Threading.</b> The connection's shard only.
 */
final class ProxyHeader {
    /** Longest header. Proxies send what fits one segment; the rest after the addresses is of no use here. */
    static final int MAX_BYTES = 2048;

    /** What has been read. */
    enum Outcome {
        /** Not all of it yet. */
        INCOMPLETE,
        COMPLETE,
        /** Something else. */
        MALFORMED,
        /** The peer has ended the connection. */
        ENDED
    }

    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final int COMMAND_AT = 12;
    private static final int FAMILY_AT = 13;
    private static final int LENGTH_AT = 14;
    private static final int FIXED_BYTES = 16;

    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int TCP_OVER_IPV4 = 0x11;
    private static final int TCP_OVER_IPV6 = 0x21;

    private ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES);
    private @Nullable InetSocketAddress client;

    /** Reads what is there. Not to be called again once it was anything but {@link Outcome#INCOMPLETE}. */
    Outcome read(ReadableByteChannel channel) throws IOException {
        while (true) {
            int count = channel.read(bytes);
            if (count < 0) {
                return Outcome.ENDED;
            }
            if (!startsWithSignature()) {
                return Outcome.MALFORMED;
            }
            if (bytes.hasRemaining()) {
                return Outcome.INCOMPLETE;
            }
            int length = FIXED_BYTES + (bytes.getShort(LENGTH_AT) & 0xffff);
            if (length > MAX_BYTES || !isKnown()) {
                return Outcome.MALFORMED;
            }
            if (bytes.capacity() == length) {
                return readAddress(length) ? Outcome.COMPLETE : Outcome.MALFORMED;
            }
            bytes = ByteBuffer.allocate(length).put(bytes.flip());
        }
    }

    /** Whom the proxy speaks for; {@code null} if for itself, or for somebody without an address. Once complete. */
    @Nullable
    InetSocketAddress client() {
        return client;
    }

    private boolean startsWithSignature() {
        for (int i = Math.min(bytes.position(), SIGNATURE.length) - 1; i >= 0; i--) {
            if (bytes.get(i) != SIGNATURE[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean isKnown() {
        int command = bytes.get(COMMAND_AT) & 0xff;
        int family = bytes.get(FAMILY_AT) & 0xff;
        return (command == LOCAL || command == PROXY) && family >>> 4 <= 3 && (family & 0xf) <= 2;
    }

    private boolean readAddress(int length) {
        int family = bytes.get(FAMILY_AT) & 0xff;
        if (bytes.get(COMMAND_AT) == LOCAL || (family != TCP_OVER_IPV4 && family != TCP_OVER_IPV6)) {
            return true;
        }
        int addressBytes = family == TCP_OVER_IPV4 ? 4 : 16;
        if (length < FIXED_BYTES + 2 * (addressBytes + Short.BYTES)) {
            return false;
        }
        byte[] source = new byte[addressBytes];
        bytes.get(FIXED_BYTES, source);
        int port = bytes.getShort(FIXED_BYTES + 2 * addressBytes) & 0xffff;
        try {
            client = new InetSocketAddress(InetAddress.getByAddress(source), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("four or sixteen bytes are an address", e);
        }
        return true;
    }
}
