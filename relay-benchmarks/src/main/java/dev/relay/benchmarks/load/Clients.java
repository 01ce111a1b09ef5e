package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All connections to one server, on one selector and the calling thread. */
final class Clients implements AutoCloseable {
    private static final int INPUT_BYTES = 512 << 10;
    private static final int CONNECTING_AT_ONCE = 64;
    private static final int STALLED_RECEIVE_BYTES = 4096;
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Dialect dialect;
    private final InetSocketAddress server;
    private final boolean encrypted;
    private final Meter meter;
    private final Selector selector;
    private final List<Client> all = new ArrayList<>();
    private final List<Client> publishers = new ArrayList<>();
    private final ByteBuffer input = ByteBuffer.allocate(INPUT_BYTES);
    private final SplittableRandom random = new SplittableRandom();
    private final byte[] upgradeRequest;
    private final String acceptedKey;
    private final Consumer<SelectionKey> handler = key -> ((Client) key.attachment()).ready();

    private int readyCount;
    private int endedCount;
    private @Nullable String firstFault;

    Clients(Dialect dialect, InetSocketAddress server, boolean encrypted, Meter meter) throws IOException {
        this.dialect = dialect;
        this.encrypted = encrypted;
        this.server = server;
        this.meter = meter;
        this.selector = Selector.open();
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        this.upgradeRequest = upgradeRequest(dialect, server, key);
        this.acceptedKey = accepted(key);
    }

    static byte[] upgradeRequest(Dialect dialect, InetSocketAddress server, String key) {
        return ("GET " + dialect.path() + " HTTP/1.1\r\nHost: " + server.getHostString() + ":" + server.getPort()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                        + "\r\nSec-WebSocket-Key: " + key + "\r\n\r\n")
                .getBytes(US_ASCII);
    }

    /** Connects as many more, until all are ready. */
    void connect(Client.Role role, int count, int channels, String prefix, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        int before = readyCount;
        int opened = 0;
        while (readyCount - before < count) {
            while (opened < count && opened - (readyCount - before) < CONNECTING_AT_ONCE) {
                open(role, opened % channels, prefix);
                opened++;
            }
            turn(System.nanoTime() + 10_000_000);
            if (endedCount > 0) {
                throw new IOException("cannot connect client " + all.size() + ": " + firstFault);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("only " + (readyCount - before) + " of " + count + " clients are ready after "
                        + limit.toSeconds() + " s");
            }
        }
    }

    private void open(Client.Role role, int channel, String prefix) throws IOException {
        SocketChannel socket = SocketChannel.open();
        socket.configureBlocking(false);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (role == Client.Role.STALLED) {
            socket.setOption(StandardSocketOptions.SO_RCVBUF, STALLED_RECEIVE_BYTES);
        }
        SelectionKey key = socket.register(selector, SelectionKey.OP_CONNECT);
        Client client = new Client(this, role, channel, prefix + channel, socket, key);
        key.attach(client);
        all.add(client);
        if (role == Client.Role.PUBLISHER) {
            publishers.add(client);
        }
        if (socket.connect(server)) {
            client.ready();
        }
    }

    /**
     * Handles what is there, waiting for it until {@code untilNanos} at most. It waits in the kernel but for the last
     * millisecond, which a selector cannot measure: then it looks and comes back.
     */
    void turn(long untilNanos) throws IOException {
        long millis = (untilNanos - System.nanoTime()) / 1_000_000;
        if (millis >= 2) {
            selector.select(handler, millis - 1);
        } else {
            selector.selectNow(handler);
        }
    }

    List<Client> publishers() {
        return publishers;
    }

    List<Client> all() {
        return all;
    }

    /** The account of all subscribers, each channel having had so many publications. */
    Tally tally(long[] published) {
        Tally sum = new Tally(0, 0, 0, meter.corrupted());
        for (Client client : all) {
            if (client.isCounted()) {
                sum = sum.plus(client.ledger().close(published[client.channel()]));
            }
        }
        return sum;
    }

    /** How many the server has ended. */
    int endedCount() {
        return endedCount;
    }

    /** Why the first of them ended. */
    @Nullable
    String firstFault() {
        return firstFault;
    }

    void ended(Client client, String why) {
        endedCount++;
        if (firstFault == null) {
            firstFault = why;
        }
    }

    void isReady() {
        readyCount++;
    }

    /** Whether they speak TLS. */
    boolean isEncrypted() {
        return encrypted;
    }

    Dialect dialect() {
        return dialect;
    }

    Meter meter() {
        return meter;
    }

    ByteBuffer input() {
        return input;
    }

    SplittableRandom random() {
        return random;
    }

    byte[] upgradeRequest() {
        return upgradeRequest;
    }

    String acceptedKey() {
        return acceptedKey;
    }

    @Override
    public void close() throws IOException {
        all.forEach(Client::close);
        selector.close();
    }

    private static String accepted(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_SUFFIX).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
