package dev.relay.internal.channel;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last version seen in each channel of a home shard, for publications that carry one: a state that is not newer than
 * what subscribers have is dropped. Versions compare within one epoch; another epoch than the last one seen starts anew, and
 * {@code ""} means the last one seen.
 *
 * <p>A version counts as seen as soon as it was {@link #offer offered}, so that an older one cannot slip in while the journal
 * works. {@link #kept} confirms it, in the order of offers; {@link #failed} takes it back, and with it what was offered after
 * it: a stream that refuses an append refuses all behind it. So a publisher that was refused can try the same version again.
 *
 * <p>The number of channels is limited: beyond it the one that has been used least recently is forgotten, and any version is
 * new there.
 *
 * <p><b>Threading.</b> The home shard's thread only.
 */
final class Versions {
    /** Channels of one shard, by default. With names of 36 characters they take 20 MB. */
    static final int MAX_CHANNELS = 100_000;

    /** What is to become of a publication. */
    enum Verdict {
        /** Publish it; {@link #kept} or {@link #failed} follows, once. */
        NEW,
        /** Drop it: subscribers have this state or a later one. */
        OLD,
        /**
         * One on its way is not older. Only when that is kept may this one be dropped: to call it done now would lose the
         * state if the other fails. Refuse it as something to be tried again.
         */
        UNDECIDED
    }

    private record Version(long number, String epoch) {
        /** A version as a request names it, after this one. */
        Version next(long number, String epoch) {
            return new Version(number, epoch.isEmpty() ? this.epoch : epoch);
        }

        boolean isOlderThan(Version other) {
            return number < other.number || !epoch.equals(other.epoch);
        }
    }

    private static final class Seen {
        private static final Version NOTHING = new Version(0, "");

        private Version kept = NOTHING;
        private Version last = NOTHING; // the same as kept, unless something is on its way
    }

    private final LinkedHashMap<String, Seen> channels;

    Versions(int maxChannels) {
        if (maxChannels <= 0) {
            throw new IllegalArgumentException("limit must be positive: maxChannels=" + maxChannels);
        }
        this.channels =
                new LinkedHashMap<>(16, 0.75f, true) { // in order of access
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
                        return size() > maxChannels;
                    }
                };
    }

    /**
     * Decides about a publication, and notes its version if it is new.
     *
     * @param version 0 does not compare: new, and nothing is noted or has to follow
     * @param epoch {@code ""} for the last one seen
     */
    Verdict offer(String channel, long version, String epoch) {
        if (version == 0) {
            return Verdict.NEW;
        }
        Seen seen = seen(channel);
        Version offered = seen.last.next(version, epoch);
        if (seen.last.isOlderThan(offered)) {
            seen.last = offered;
            return Verdict.NEW;
        }
        return seen.kept.isOlderThan(offered) ? Verdict.UNDECIDED : Verdict.OLD;
    }

    /** A new version was published. */
    void kept(String channel, long version, String epoch) {
        if (version == 0) {
            return;
        }
        Seen seen = seen(channel);
        seen.kept = seen.kept.next(version, epoch);
        if (seen.last.equals(Seen.NOTHING)) { // was forgotten meanwhile
            seen.last = seen.kept;
        }
    }

    /** A new version was refused after all. */
    void failed(String channel, long version, String epoch) {
        Seen seen = channels.get(channel);
        if (version == 0 || seen == null) {
            return;
        }
        Version failed = seen.last.next(version, epoch);
        // An older one in its place was offered after another failure, which has taken this one back already.
        if (seen.last.number >= failed.number || !seen.last.epoch.equals(failed.epoch)) {
            seen.last = seen.kept;
        }
    }

    /** Channels in memory. */
    int size() {
        return channels.size();
    }

    private Seen seen(String channel) {
        return channels.computeIfAbsent(channel, c -> new Seen());
    }
}
