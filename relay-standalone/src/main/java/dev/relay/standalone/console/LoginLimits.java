package dev.relay.standalone.console;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How often passwords may be tried: by one address {@value #PER_ADDRESS} times at once and then once in {@value
 * #ADDRESS_SECONDS} s, by all together {@value #OVERALL} times at once and then once in {@value #OVERALL_SECONDS} s. An address
 * whose password was right begins anew.
 *
 * <p>Of each address one number is kept, and of at most {@value #MAX_ADDRESSES}, about 2 MB; then the one that was seen longest
 * ago is forgotten. Who has more addresses than that still meets the limit of all together.
 *
 * <p><b>Threading.</b> Any thread; a short lock.
 */
final class LoginLimits {
    static final int PER_ADDRESS = 5;
    static final int ADDRESS_SECONDS = 20;
    static final int OVERALL = 20;
    static final int OVERALL_SECONDS = 2;
    static final int MAX_ADDRESSES = 10_000;

    /** When the place that each attempt takes is free again, if all were used one after the other. Guarded by this. */
    private final Map<String, Long> freeAtNanos = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    private boolean used;
    private long allFreeAtNanos;

    /** Takes a place for an attempt: 0, or the seconds to wait until there is one. */
    synchronized long take(String address, long nowNanos) {
        long mine = later(freeAtNanos.getOrDefault(address, nowNanos), nowNanos);
        long all = used ? later(allFreeAtNanos, nowNanos) : nowNanos;
        long wait = Math.max(
                waitNanos(mine, nowNanos, PER_ADDRESS, ADDRESS_SECONDS),
                waitNanos(all, nowNanos, OVERALL, OVERALL_SECONDS));
        if (wait > 0) {
            return TimeUnit.NANOSECONDS.toSeconds(wait - 1) + 1;
        }
        freeAtNanos.put(address, mine + TimeUnit.SECONDS.toNanos(ADDRESS_SECONDS));
        allFreeAtNanos = all + TimeUnit.SECONDS.toNanos(OVERALL_SECONDS);
        used = true;
        return 0;
    }

    /** The password was right. */
    synchronized void succeeded(String address) {
        freeAtNanos.remove(address);
    }

    synchronized int addresses() {
        return freeAtNanos.size();
    }

    /** Of two times of a clock that may wrap. */
    private static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }

    private static long waitNanos(long freeAt, long now, int places, int seconds) {
        return freeAt - now - TimeUnit.SECONDS.toNanos((long) (places - 1) * seconds);
    }
}
