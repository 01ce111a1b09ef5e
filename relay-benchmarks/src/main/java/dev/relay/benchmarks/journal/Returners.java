package dev.relay.benchmarks.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.benchmarks.load.Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/** Thousands of subscribers that come back at once, each with a position, and are given what they have missed. One thread. */
final class Returners {
    private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");
    private static final int MAX_CONNECTING = 500;

    /** Where a subscriber stood in its channel. */
    record Position(String channel, String epoch, long offset) {}

    /**
     * How it went.
     *
     * @param recovered who were given exactly what they missed
     * @param failed who were not, in a few words of the first
     * @param latencies from the beginning until each had recovered, milliseconds
     */
    record Outcome(int recovered, int failed, String firstFailure, Histogram latencies) {}

    private static final class Subscriber {
        private final Position position;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private boolean upgraded;

        Subscriber(Position position) {
            this.position = position;
        }
    }

    private final int port;
    private final long missed;
    private final Histogram latencies = new Histogram(3);
    private final ByteBuffer input = ByteBuffer.allocateDirect(1 << 16);
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<SocketChannel> sockets = new ArrayList<>();
    private int recovered;
    private int failed;
    private int connecting;
    private String firstFailure = "";

    /** @param missed publications that each of them has to be given */
    Returners(int port, long missed) {
        this.port = port;
        this.missed = missed;
    }

    /** Brings one subscriber back for each position; waits until all have recovered, or for {@code seconds}. */
    Outcome run(List<Position> positions, int seconds) throws IOException {
        long began = System.nanoTime();
        long deadline = began + TimeUnit.SECONDS.toNanos(seconds);
        int next = 0;
        try (Selector selector = Selector.open()) {
            while (recovered + failed < positions.size() && System.nanoTime() < deadline) {
                while (next < positions.size() && connecting < MAX_CONNECTING) {
                    connect(selector, positions.get(next++));
                }
                selector.select(100);
                for (SelectionKey key : selector.selectedKeys()) {
                    ready(key, began);
                }
                selector.selectedKeys().clear();
            }
        } finally {
            for (SocketChannel socket : sockets) {
                socket.close();
            }
        }
        return new Outcome(
                recovered,
                positions.size() - recovered,
                firstFailure.isEmpty() && recovered < positions.size() ? "no answer in time" : firstFailure,
                latencies);
    }

    private void connect(Selector selector, Position position) throws IOException {
        SocketChannel socket = SocketChannel.open();
        sockets.add(socket);
        socket.configureBlocking(false);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        connecting++;
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.register(selector, SelectionKey.OP_CONNECT, new Subscriber(position));
    }

    private void ready(SelectionKey key, long began) throws IOException {
        Subscriber subscriber = (Subscriber) key.attachment();
        SocketChannel socket = (SocketChannel) key.channel();
        try {
            if (key.isConnectable()) {
                socket.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                socket.write(ByteBuffer.wrap(("GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1:" + port
                                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(UTF_8)));
            } else if (key.isReadable()) {
                read(key, socket, subscriber, began);
            }
        } catch (IOException e) {
            fail(key, subscriber, String.valueOf(e.getMessage()));
        }
    }

    private void read(SelectionKey key, SocketChannel socket, Subscriber subscriber, long began) throws IOException {
        input.clear();
        if (socket.read(input) < 0) {
            fail(key, subscriber, "ended by the server");
            return;
        }
        byte[] bytes = new byte[input.flip().remaining()];
        input.get(bytes);
        subscriber.received.writeBytes(bytes);
        String text = subscriber.received.toString(ISO_8859_1);
        if (!subscriber.upgraded && text.contains("\r\n\r\n")) {
            upgraded(socket, subscriber, text);
        } else if (text.contains("\"subscribe\":{") && text.contains("}]") || text.contains("\"error\":{")) {
            answered(key, subscriber, text, began);
        }
    }

    private void upgraded(SocketChannel socket, Subscriber subscriber, String response) throws IOException {
        if (!response.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no upgrade: " + response.lines().findFirst().orElse(""));
        }
        subscriber.upgraded = true;
        subscriber.received.reset();
        Position position = subscriber.position;
        byte[] commands = ("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + position.channel()
                        + "\",\"recover\":true,\"offset\":" + position.offset() + ",\"epoch\":\"" + position.epoch()
                        + "\"}}")
                .getBytes(UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(commands.length + Frames.MAX_HEADER_BYTES);
        Frames.put(frame, Frames.TEXT, commands, commands.length, random);
        socket.write(frame.flip());
    }

    /** Each publication must be the next one, or it does not count. */
    private void answered(SelectionKey key, Subscriber subscriber, String text, long began) {
        int publications = text.indexOf("\"publications\":[");
        int end = publications < 0 ? -1 : text.indexOf("}]", publications);
        if (publications >= 0 && end < 0) {
            return; // the rest is on its way
        }
        long expected = subscriber.position.offset();
        Matcher offsets = OFFSET.matcher(publications < 0 ? "" : text.substring(publications, end));
        while (offsets.find() && Long.parseLong(offsets.group(1)) == expected + 1) {
            expected++;
        }
        if (expected - subscriber.position.offset() == missed && text.contains("\"recovered\":true")) {
            recovered++;
            latencies.recordValue((System.nanoTime() - began) / 1_000_000);
            done(key, subscriber);
        } else {
            fail(key, subscriber, text.substring(0, Math.min(200, text.length())));
        }
    }

    private void fail(SelectionKey key, Subscriber subscriber, String why) {
        failed++;
        if (firstFailure.isEmpty()) {
            firstFailure = why;
        }
        done(key, subscriber);
    }

    /** It stays connected, as a subscriber would; what it receives from now on is not looked at. */
    private void done(SelectionKey key, Subscriber subscriber) {
        connecting--;
        key.cancel();
        subscriber.received.reset();
    }
}
