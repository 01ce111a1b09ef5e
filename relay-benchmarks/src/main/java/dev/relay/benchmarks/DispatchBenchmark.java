package dev.relay.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishOptions;
import dev.relay.Refused;
import dev.relay.RelayClock;
import dev.relay.StreamPosition;
import dev.relay.internal.channel.ChannelRegistry;
import dev.relay.internal.channel.Interest;
import dev.relay.internal.channel.PublishOutcome;
import dev.relay.internal.channel.Receiver;
import dev.relay.internal.channel.SubscribeResult;
import dev.relay.internal.channel.Subscription;
import dev.relay.internal.channel.Topology;
import dev.relay.internal.outbox.Chunk;
import dev.relay.internal.outbox.Outbox;
import dev.relay.internal.shard.ParkPoller;
import dev.relay.internal.shard.Shard;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import dev.relay.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One publication of 128 bytes and one turn: through the home, encoded once, to every subscriber's outbox and into a
 * transport that takes everything and costs nothing. Divide by the subscribers for the price of one delivery without the
 * kernel.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DispatchBenchmark {
    private static final ChannelOptions OPTIONS = ChannelOptions.transientChannel();
    private static final Payload PAYLOAD = Payload.of("x".repeat(128));

    @Param({"1", "100", "1000"})
    public int subscribers = 1;

    private final Shard shard = new Shard(0, RelayClock.system(), failure -> {});
    private final Topology topology = new Topology(List.of(shard), null, null, Duration.ofMinutes(5));
    private final ChannelRegistry registry = topology.registry(0);
    private final List<Reader> readers = new ArrayList<>();
    private final PublishOutcome outcome = new Nobody();

    @Setup
    public void setUp() {
        shard.prepare(List.of(shard), new ParkPoller(), new Shard.Duties() {
            @Override
            public void flush() {
                registry.flush();
                for (int i = 0; i < readers.size(); i++) {
                    readers.get(i).flush();
                }
            }

            @Override
            public boolean retry() {
                return false;
            }
        });
        Encoding encoding = new PlainEncoding();
        for (int i = 0; i < subscribers; i++) {
            Reader reader = new Reader(registry, encoding);
            readers.add(reader);
            registry.subscribe("news", OPTIONS, reader, Interest.plain(1 << 20));
        }
    }

    @Benchmark
    public long publishAndFlush() {
        registry.publish("news", OPTIONS, PAYLOAD, null, PublishOptions.none(), outcome);
        shard.turn(false);
        return registry.delivered();
    }

    /** Finding the channel, on both its sides, with nobody to deliver to. */
    @Benchmark
    public boolean lookUp() {
        return registry.publish("empty", OPTIONS, PAYLOAD, null, PublishOptions.none(), outcome);
    }

    private static final class Nobody implements PublishOutcome {
        @Override
        public int origin() {
            return 0;
        }

        @Override
        public void published(StreamPosition position) {}

        @Override
        public void refused(Refused why) {
            throw new IllegalStateException(why.detail());
        }
    }

    /** A connection's outbox. */
    private static final class Reader implements Receiver, Transport {
        private final Encoding encoding;
        private final Outbox outbox;
        private @Nullable Subscription subscription;

        Reader(ChannelRegistry registry, Encoding encoding) {
            this.encoding = encoding;
            this.outbox = new Outbox(registry.chunks(), this, 1 << 20);
        }

        @Override
        public void ping() {}

        void flush() {
            try {
                outbox.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Encoding encoding() {
            return encoding;
        }

        @Override
        public void begins(Subscription made) {
            subscription = made;
        }

        @Override
        public void subscribed(SubscribeResult result) {
            requireNonNull(subscription, "begun").goLive();
        }

        @Override
        public void refused(Refused why) {}

        @Override
        public void push(String channel, Push push) {}

        @Override
        public void insufficientState() {}

        @Override
        public void chunk(Chunk chunk) {
            outbox.add(chunk);
        }

        @Override
        public void close(CloseCode code) {}

        @Override
        public int write(ByteBuffer bytes) {
            int count = bytes.remaining();
            bytes.position(bytes.limit());
            return count;
        }

        @Override
        public void wantWrite(boolean want) {}

        @Override
        public void wantRead(boolean want) {}

        @Override
        public void flushed() {}

        @Override
        public void abort() {}
    }

    /** Channel and payload, as they are. */
    private static final class PlainEncoding implements Encoding {
        @Override
        public String name() {
            return "plain";
        }

        @Override
        public int maxFrameBytes() {
            return 64 << 10;
        }

        @Override
        public void beginFrame(OutputBuffer out) {}

        @Override
        public void beginMessage(OutputBuffer out, boolean firstOfFrame) {}

        @Override
        public boolean push(OutputBuffer out, String channel, Push push) {
            out.putUtf8(channel);
            if (push instanceof Publication publication) {
                out.put(publication.data());
            }
            return true;
        }

        @Override
        public boolean reply(OutputBuffer out, int id, Reply reply) {
            return true;
        }

        @Override
        public void ping(OutputBuffer out) {}

        @Override
        public void endFrame(OutputBuffer out, int frameStart) {}
    }
}
