package dev.relay.websocket;

import dev.relay.RelayException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The listening sockets of one edge: one per shard on the same port where the system can share a port, else one.
 *
 * <p><b>Threading.</b> The thread that builds the engine.
 */
final class Listeners {
    private final String host;
    private final int shards;
    private int port;

    Listeners(String host, int port, int shards) {
        this.host = host;
        this.port = port;
        this.shards = shards;
    }

    /** The port; what was taken if it was 0, once the first listener is open. */
    int port() {
        return port;
    }

    /**
     * Opens the next shard's listener.
     *
     * @return {@code null} for a shard that has none, because the system cannot share a port
     * @throws RelayException if the port is in use or the address is not one of this machine
     */
    @Nullable
    ServerSocketChannel open(int shard) {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            boolean shares = shards > 1 && probe.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
            if (shard > 0 && !shares) {
                return null;
            }
            if (shares && shard == 0 && port != 0) {
                // a second Relay would share the port without anybody noticing, so first ask for it alone
                probe.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(address(), 1);
            }
            probe.close();
            return listen(shares);
        } catch (BindException e) {
            throw new RelayException(
                    "port in use: cannot listen on " + host + ":" + port + " (" + e.getMessage()
                            + "); stop the other program, or choose another port, or port 0 for a free one, or check"
                            + " that the host is an address of this machine",
                    e);
        } catch (IOException e) {
            throw new RelayException("cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private ServerSocketChannel listen(boolean shares) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            // before it listens: each connection inherits it in time to tell its peer how much it takes
            listener.setOption(StandardSocketOptions.SO_RCVBUF, EdgeOptions.SOCKET_BUFFER_BYTES);
            if (shares) {
                listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            listener.bind(address(), EdgeOptions.BACKLOG);
            port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            return listener;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private InetSocketAddress address() {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new RelayException("cannot listen on " + host + ":" + port + ": unknown host; use an address of this"
                    + " machine, 127.0.0.1 for this machine only or 0.0.0.0 for all its addresses");
        }
        return address;
    }
}
