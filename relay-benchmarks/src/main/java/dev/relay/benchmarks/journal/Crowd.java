package dev.relay.benchmarks.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Publishers and followers of a few channels, each on its own thread. One thread. */
final class Crowd {
    private static final long FAREWELL_MILLIS = 30_000;

    private final Recorder latencies = new Recorder(3);
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();
    private final List<Thread> publishing = new ArrayList<>();
    private final List<Thread> following = new ArrayList<>();

    /**
     * Begins to publish and to follow.
     *
     * @param channels {@code proof-0}, {@code proof-1}, …; publishers take them in turn, and each has one follower if
     *     {@code followed}
     */
    Crowd(int publishers, int channels, boolean followed, Publisher.Load load) {
        for (int i = 0; followed && i < channels; i++) {
            Follower follower = new Follower(load.port(), "proof-" + i);
            followers.add(follower);
            following.add(started(follower, "follower-" + i));
        }
        for (int i = 0; i < publishers; i++) {
            Publisher publisher = new Publisher(i, "proof-" + i % channels, load, latencies);
            this.publishers.add(publisher);
            publishing.add(started(publisher, "publisher-" + i));
        }
    }

    private static Thread started(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    List<Publisher> publishers() {
        return publishers;
    }

    List<Follower> followers() {
        return followers;
    }

    long acknowledgements() {
        return publishers.stream().mapToLong(Publisher::acknowledgements).sum();
    }

    long refusals() {
        return publishers.stream().mapToLong(Publisher::refusals).sum();
    }

    /** Latencies of acknowledgements since the last call, microseconds. */
    Histogram latencies() {
        return latencies.getIntervalHistogram();
    }

    /** Waits until so many more are acknowledged; false after {@code millis}. */
    boolean awaitMore(long acknowledgements, long millis) {
        long target = acknowledgements() + acknowledgements;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (acknowledgements() < target) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            RelayJar.pause();
        }
        return true;
    }

    /** Ends publishing, waits for what is on its way. */
    void stopPublishing() {
        publishers.forEach(Publisher::stop);
        join(publishing);
    }

    /** Waits until followers have seen what is in their channels, then ends them; how many have not. */
    int stopFollowing(java.util.function.ToLongFunction<String> top) {
        int behind = 0;
        for (Follower follower : followers) {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
            long last = top.applyAsLong(follower.channel());
            while (follower.offset() < last && System.nanoTime() < deadline) {
                RelayJar.pause();
            }
            behind += follower.offset() == last ? 0 : 1;
            follower.stop();
        }
        join(following);
        return behind;
    }

    private static void join(List<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join(FAREWELL_MILLIS);
                if (thread.isAlive()) {
                    throw new IllegalStateException(thread.getName() + " does not end");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
