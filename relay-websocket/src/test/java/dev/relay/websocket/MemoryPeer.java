package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.CloseCode;
import dev.relay.transport.Command;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the edge from its request to its end, without a socket and without a thread: bytes go in in pieces, and what
 * comes of them is kept.
 */
final class MemoryPeer {
    /** Small, so that short inputs reach it. */
    static final int MAX_MESSAGE = 1024;

    /** The peer is a proxy whose word counts. */
    private static final DoorOptions DOOR = new DoorOptions(
            TrustedProxies.parse(List.of("127.0.0.1", "10.0.0.0/8"), new ArrayList<>()),
            false,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            0,
            () -> Integer.MAX_VALUE);

    private static final EdgeOptions OPTIONS = new EdgeOptions(
            "",
            0,
            "/connection/websocket",
            new OriginPolicy(List.of("https://*.example.org"), true),
            MAX_MESSAGE,
            1,
            1,
            DOOR,
            true,
            1);
    private static final IdleShard SHARD = new IdleShard();
    private static final ShardIo IO = new ShardIo(
            SHARD, OPTIONS, new Door(DOOR, Integer.MAX_VALUE, 0), new JsonEncoding(), new ProtobufEncoding(), null);

    private final MemoryChannel channel = new MemoryChannel();
    private final RelayConnection connection =
            new RelayConnection(IO, channel, IO.door.visitor(channel.getRemoteAddress()));
    private final FakeConnection engine;

    private int seen;

    MemoryPeer() {
        engine = (FakeConnection) SHARD.connect(connection);
        connection.start(channel.key(), engine);
    }

    /** One that has been upgraded. */
    static MemoryPeer open(boolean protobuf, boolean deflate) throws IOException {
        MemoryPeer peer = new MemoryPeer();
        byte[] request = RawClient.request(
                        "/connection/websocket" + (protobuf ? "?format=protobuf" : ""),
                        "Sec-WebSocket-Extensions: " + (deflate ? "permessage-deflate" : "none"))
                .getBytes(StandardCharsets.US_ASCII);
        peer.receive(request, 0, request.length);
        assertThat(peer.engine.opened).isDone();
        peer.seen = peer.channel.written().length;
        return peer;
    }

    /** Sends all of {@code bytes[from…]} at once. */
    Outcome whole(byte[] bytes, int from) throws IOException {
        receive(bytes, from, bytes.length);
        return outcome();
    }

    /** Sends {@code bytes[from…]} in pieces of random sizes. */
    Outcome inPieces(byte[] bytes, int from, Random random) throws IOException {
        int at = from;
        while (at < bytes.length) {
            int piece = random.nextInt(4) == 0 ? 1 + random.nextInt(300) : 1 + random.nextInt(8);
            int end = Math.min(bytes.length, at + piece);
            receive(bytes, at, end);
            at = end;
        }
        return outcome();
    }

    private void receive(byte[] bytes, int from, int to) throws IOException {
        channel.receive(bytes, from, to);
        while (channel.hasInput()) {
            connection.ready(SelectionKey.OP_READ);
            while (SHARD.turn()) {
                // what a read has left for later
            }
            engine.flush();
        }
    }

    private Outcome outcome() {
        byte[] written = channel.written();
        CloseCode closed = engine.closed.getNow(null);
        connection.abort(); // gives its place back
        return new Outcome(
                List.copyOf(engine.commands),
                engine.pongs.size(),
                engine.opened.isDone(),
                new String(Arrays.copyOfRange(written, seen, written.length), StandardCharsets.ISO_8859_1),
                closed);
    }

    /**
     * What became of the bytes.
     *
     * @param written what the server answered, a char for each byte
     */
    record Outcome(
            List<Command> commands,
            int pongs,
            boolean opened,
            String written,
            @Nullable CloseCode closed) {}
}
