package dev.relay.internal;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.UniformReservoir;
import com.codahale.metrics.WeightedSnapshot;
import com.codahale.metrics.WeightedSnapshot.WeightedSample;
import dev.relay.BucketCounts;
import dev.relay.Bucketed;
import dev.relay.internal.shard.Buckets;
import java.util.ArrayList;
import java.util.List;

/**
 * What several threads count, each for itself, as one histogram. Reading adds up; nobody who counts notices.
 *
 * <p>Dropwizard's own histograms sample: they lock or contend where many count, and lose what Prometheus wants to add up over
 * time and servers.
 */
final class BucketHistogram extends Histogram implements Bucketed {
    private final List<Buckets> parts;

    /** @param parts one at least, all with the same bounds */
    BucketHistogram(List<Buckets> parts) {
        super(new UniformReservoir(1)); // never asked
        this.parts = List.copyOf(parts);
    }

    @Override
    public BucketCounts read() {
        long[] bounds = parts.get(0).upperBounds();
        long[] counts = new long[bounds.length + 1];
        long sum = 0;
        for (Buckets part : parts) {
            sum += part.addTo(counts);
        }
        return new BucketCounts(bounds, counts, sum);
    }

    @Override
    public long getCount() {
        return read().count();
    }

    /** Each bucket counts as values in its middle. */
    @Override
    public Snapshot getSnapshot() {
        BucketCounts counts = read();
        List<WeightedSample> samples = new ArrayList<>();
        for (int i = 0; i <= counts.bounds(); i++) {
            if (counts.count(i) > 0) {
                samples.add(new WeightedSample(middle(counts, i), counts.count(i)));
            }
        }
        return new WeightedSnapshot(samples);
    }

    private static long middle(BucketCounts counts, int index) {
        long lower = index == 0 ? 0 : counts.upperBound(index - 1);
        return index == counts.bounds()
                ? lower
                : index == 0 ? counts.upperBound(0) : (lower + counts.upperBound(index) + 1) / 2;
    }

    @Override
    public void update(int value) {
        update((long) value);
    }

    @Override
    public void update(long value) {
        throw new UnsupportedOperationException("only the engine counts here");
    }
}
