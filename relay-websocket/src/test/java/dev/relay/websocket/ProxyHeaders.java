package dev.relay.websocket;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Headers of PROXY protocol version 2, as proxies write them and as they should not. */
final class ProxyHeaders {
    static final int PROXY = 0x21;
    static final int LOCAL = 0x20;
    static final int TCP4 = 0x11;
    static final int TCP6 = 0x21;

    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

    private ProxyHeaders() {}

    /** What a proxy sends for a client, with something of {@code extraBytes} behind the addresses. */
    static byte[] of(String client, int port, int extraBytes) {
        try {
            byte[] source = InetAddress.getByName(client).getAddress();
            ByteBuffer rest = ByteBuffer.allocate(2 * source.length + 4 + extraBytes)
                    .put(source)
                    .put(source)
                    .putShort((short) port)
                    .putShort((short) 443);
            return raw(PROXY, source.length == 4 ? TCP4 : TCP6, rest.array());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(client, e);
        }
    }

    static byte[] raw(int command, int family, byte... rest) {
        return raw(command, family, rest.length, rest);
    }

    static byte[] raw(int command, int family, int length, byte... rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        out.write(command);
        out.write(family);
        out.write(length >> 8);
        out.write(length);
        out.writeBytes(rest);
        return out.toByteArray();
    }
}
