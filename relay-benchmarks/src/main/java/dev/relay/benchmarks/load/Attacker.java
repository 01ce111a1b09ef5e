package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One hostile connection, opened again whenever it is cut off. One thread. */
final class Attacker {
    static final int TICKS_PER_SECOND = 50;

    private static final int TICKS_UNTIL_NEXT = 5;
    private static final int SMALLEST_RECEIVE_BYTES = 4096;
    private static final int MAX_READS_A_TICK = 8;
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAA==";

    private static final int PINGS_AT_ONCE = 16;
    private static final byte[] LONGEST_CONTROL = new byte[125];
    private static final String NOISE_CHANNEL = "noise";
    private static final byte[] NOISE = "x".repeat(8192).getBytes(US_ASCII);

    private final Hostility hostility;
    private final Dialect dialect;
    private final InetSocketAddress server;
    private final boolean encrypted;
    private final String channel;
    private final boolean first;
    private final SplittableRandom random;
    private final ByteBuffer sink;

    private @Nullable SocketChannel socket;
    private @Nullable ByteChannel wire;
    private ByteBuffer out = ByteBuffer.allocate(8192);
    private int waitTicks;
    private int age;
    private long opened;
    private long cutOff;

    Attacker(
            Hostility hostility,
            Dialect dialect,
            InetSocketAddress server,
            boolean encrypted,
            String channel,
            boolean first,
            SplittableRandom random,
            ByteBuffer sink) {
        this.hostility = hostility;
        this.dialect = dialect;
        this.server = server;
        this.encrypted = encrypted;
        this.channel = channel;
        this.first = first;
        this.random = random;
        this.sink = sink;
        // else all would come in one tick
        this.waitTicks = random.nextInt(TICKS_PER_SECOND);
    }

    void tick() {
        if (waitTicks > 0) {
            waitTicks--;
            return;
        }
        try {
            SocketChannel current = socket;
            if (current == null) {
                open();
            } else if (current.finishConnect()) {
                act(requireNonNull(wire, "wire"));
            }
        } catch (IOException e) {
            cutOff++;
            drop();
        }
    }

    private void open() throws IOException {
        SocketChannel next = SocketChannel.open();
        socket = next;
        wire = TlsChannel.over(next, encrypted);
        opened++;
        age = 0;
        out.clear();
        next.configureBlocking(false);
        next.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (!hostility.reads(this)) {
            next.setOption(StandardSocketOptions.SO_RCVBUF, SMALLEST_RECEIVE_BYTES);
        }
        next.connect(server);
    }

    private void act(ByteChannel current) throws IOException {
        if (hostility.reads(this)) {
            discard(current);
        }
        if (out.position() == 0) {
            hostility.act(this);
            age++;
        }
        if (socket != null && out.position() > 0) {
            out.flip();
            int limit = out.limit();
            if (hostility.isSlow()) {
                out.limit(1);
            }
            current.write(out);
            out.limit(limit);
            out.compact();
        }
    }

    private void discard(ByteChannel current) throws IOException {
        for (int i = 0; i < MAX_READS_A_TICK; i++) {
            int count = current.read(sink.clear());
            if (count < 0) {
                throw new IOException("cut off");
            }
            if (count == 0) {
                return;
            }
        }
    }

    /** Ticks since it was connected in which it could act. */
    int age() {
        return age;
    }

    /** Whether it is the first of its kind. */
    boolean isFirst() {
        return first;
    }

    /** How often it has connected. */
    long opened() {
        return opened;
    }

    /** How often the server ended it. */
    long cutOff() {
        return cutOff;
    }

    boolean isOpen() {
        return socket != null;
    }

    Hostility hostility() {
        return hostility;
    }

    void write(byte[] bytes) {
        room(bytes.length);
        out.put(bytes);
    }

    void upgrade() {
        write(Clients.upgradeRequest(dialect, server, KEY));
    }

    void introduce() {
        byte[] message = dialect.introduce();
        message(Frames.TEXT, message);
    }

    void subscribe() {
        byte[] message = dialect.subscribe(channel);
        message(Frames.TEXT, message);
    }

    /** Subscribes to what {@link #publishNoise()} publishes. */
    void subscribeNoise() {
        byte[] message = dialect.subscribeAlso(NOISE_CHANNEL);
        message(Frames.TEXT, message);
    }

    void publishNoise() {
        byte[] message = new byte[NOISE.length + Dialect.MAX_ENVELOPE_BYTES];
        int length = dialect.publish(message, age + 4L, NOISE_CHANNEL.getBytes(US_ASCII), NOISE);
        message(Frames.TEXT, Arrays.copyOf(message, length));
    }

    void pings() {
        for (int i = 0; i < PINGS_AT_ONCE; i++) {
            message(Frames.PING, LONGEST_CONTROL);
        }
    }

    void message(int opcode, byte[] payload) {
        room(payload.length + Frames.MAX_HEADER_BYTES);
        Frames.put(out, opcode, payload, payload.length, random);
    }

    void fragment(int opcode, byte[] payload) {
        room(payload.length + Frames.MAX_HEADER_BYTES);
        Frames.putUnfinished(out, opcode, payload, payload.length, random);
    }

    /** Begins a message that is said to be longer than what is sent of it. */
    void claim(long length, byte[] payload) {
        room(payload.length + Frames.MAX_HEADER_BYTES);
        Frames.putClaiming(out, Frames.BINARY, payload, length, random);
    }

    /** Sends what was written and resets the connection. */
    void reset() throws IOException {
        SocketChannel current = socket;
        if (current != null) {
            out.flip();
            requireNonNull(wire, "wire").write(out);
            current.setOption(StandardSocketOptions.SO_LINGER, 0);
            drop();
        }
    }

    /** Closes it, for good or until its next turn. */
    void drop() {
        SocketChannel current = socket;
        socket = null;
        out.clear();
        waitTicks = TICKS_UNTIL_NEXT;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                throw new IllegalStateException("cannot close a socket", e);
            }
        }
    }

    private void room(int bytes) {
        if (out.remaining() < bytes) {
            out = ByteBuffer.wrap(Arrays.copyOf(out.array(), 2 * (out.capacity() + bytes)))
                    .position(out.position());
        }
    }
}
