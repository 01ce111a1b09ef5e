package dev.relay.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.Payload;
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
import dev.relay.internal.shard.ParkPoller;
import dev.relay.internal.shard.Shard;
import dev.relay.transport.Encoding;
import dev.relay.transport.Push;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
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
 * The registry with so many channels that somebody follows: finding one of them by its name, and coming and going. Names are
 * strings of their own, as those of clients are: no hash is remembered.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RegistryBenchmark {
    private static final ChannelOptions OPTIONS = ChannelOptions.transientChannel();
    private static final Payload PAYLOAD = Payload.of("x");

    @Param({"1000", "100000"})
    public int channels = 1000;

    private final Shard shard = new Shard(0, RelayClock.system(), failure -> {});
    private final Topology topology = new Topology(List.of(shard), null, null, Duration.ofMinutes(5));
    private final ChannelRegistry registry = topology.registry(0);
    private final Reader reader = new Reader();
    private final PublishOutcome outcome = new Nobody();
    private final SplittableRandom random = new SplittableRandom(42);

    @Setup
    public void setUp() {
        shard.prepare(List.of(shard), new ParkPoller(), new Shard.Duties() {
            @Override
            public void flush() {
                registry.flush();
            }

            @Override
            public boolean retry() {
                return false;
            }
        });
        for (int i = 0; i < channels; i++) {
            registry.subscribe(name(i), OPTIONS, new Reader(), Interest.plain(1 << 20));
        }
    }

    /** Finding one of them and giving a publication to its only reader, who takes it as it is; and the end of the turn. */
    @Benchmark
    public long publishToOne() {
        registry.publish(name(random.nextInt(channels)), OPTIONS, PAYLOAD, null, PublishOptions.none(), outcome);
        shard.turn(false);
        return registry.delivered();
    }

    /** Somebody more in one of them. */
    @Benchmark
    public Subscription subscribeAndEnd() {
        Subscription made =
                registry.subscribe(name(random.nextInt(channels)), OPTIONS, reader, Interest.plain(1 << 20));
        made.end();
        return made;
    }

    /** Somebody in a channel that nobody else is in. */
    @Benchmark
    public Subscription openAndEnd() {
        Subscription made = registry.subscribe(name(channels), OPTIONS, reader, Interest.plain(1 << 20));
        made.end();
        return made;
    }

    private static String name(int channel) {
        return "room-" + channel;
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

    /** Code in this process. */
    private static final class Reader implements Receiver {
        private @Nullable Subscription subscription;

        @Override
        public @Nullable Encoding encoding() {
            return null;
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
        public void refused(Refused why) {
            throw new IllegalStateException(why.detail());
        }

        @Override
        public void push(String channel, Push push) {}

        @Override
        public void chunk(Chunk chunk) {}

        @Override
        public void insufficientState() {}

        @Override
        public void close(CloseCode code) {}
    }
}
