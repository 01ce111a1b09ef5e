package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.CloseCode;
import dev.relay.transport.Command;
import dev.relay.transport.Connection;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.PeerInfo;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import dev.relay.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The engine's half of a connection: an outbox, and a record of what the edge said. */
final class FakeConnection implements Connection {
    final Transport transport;
    final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
    final CompletableFuture<PeerInfo> opened = new CompletableFuture<>();
    final CompletableFuture<CloseCode> closed = new CompletableFuture<>();
    final CompletableFuture<Void> gone = new CompletableFuture<>();
    final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();
    final AtomicInteger endings = new AtomicInteger();
    Consumer<Command> onCommand;

    private final ArrayDeque<ByteBuffer> outbox = new ArrayDeque<>();
    private volatile @Nullable Encoding encoding;
    private volatile boolean transportPings;
    private boolean closing;
    private boolean flushed;

    FakeConnection(Transport transport, Consumer<Command> onCommand) {
        this.transport = transport;
        this.onCommand = onCommand;
    }

    @Override
    public void raw(ByteBuffer bytes) {
        outbox.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
    }

    @Override
    public void open(Encoding encoding, PeerInfo peer, boolean transportPings) {
        this.encoding = encoding;
        this.transportPings = transportPings;
        opened.complete(peer);
    }

    @Override
    public void pong() {
        pongs.add("pong");
    }

    @Override
    public void receive(Command command) {
        commands.add(command);
        onCommand.accept(command);
    }

    @Override
    public void close(CloseCode code) {
        if (!closing) {
            closing = true;
            closed.complete(code);
            transport.close(code);
        }
    }

    @Override
    public void writable() {
        flush();
    }

    @Override
    public void ended() {
        endings.incrementAndGet();
        gone.complete(null);
    }

    /** On the shard's thread: a frame with one reply. */
    void reply(int id, Reply reply) {
        frame((by, out) -> by.reply(out, id, reply));
    }

    /** On the shard's thread: a frame with one push. */
    void push(String channel, Push push) {
        frame((by, out) -> by.push(out, channel, push));
    }

    /** On the shard's thread: a ping of the encoding. */
    void ping() {
        frame(Encoding::ping);
    }

    boolean hasTransportPings() {
        return transportPings;
    }

    @Nullable
    Encoding encoding() {
        return encoding;
    }

    private void frame(BiConsumer<Encoding, OutputBuffer> message) {
        Encoding by = requireNonNull(encoding, "encoding");
        OutputBuffer out = new OutputBuffer(256);
        by.beginFrame(out);
        by.beginMessage(out, true);
        message.accept(by, out);
        by.endFrame(out, 0);
        raw(out.view(0, out.position()));
    }

    /** Writes what the socket takes; whether the connection is over. */
    boolean flush() {
        try {
            while (!outbox.isEmpty() && !gone.isDone()) {
                transport.write(outbox.peek());
                if (outbox.peek().hasRemaining()) {
                    transport.wantWrite(true);
                    return false;
                }
                outbox.remove();
            }
            if (!gone.isDone()) {
                transport.wantWrite(false);
                if (closing && !flushed) {
                    flushed = true;
                    transport.flushed();
                }
            }
        } catch (IOException e) {
            transport.abort();
        }
        return gone.isDone();
    }
}
