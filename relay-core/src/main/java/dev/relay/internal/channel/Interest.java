package dev.relay.internal.channel;

import dev.relay.ClientInfo;
import dev.relay.StreamPosition;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription wants of its channel, beyond publications.
 *
 * @param since where to recover from; {@code null} if not at all
 * @param positioned whether it must notice a gap
 * @param joinLeave whether it is told who comes and goes
 * @param filter which publications it wants, by their tags; {@code null} for all
 * @param present as whom to list it among those present; {@code null} if not at all
 * @param maxHeldBytes that may come before it goes live
 */
public record Interest(
        @Nullable StreamPosition since,
        boolean positioned,
        boolean joinLeave,
        @Nullable Predicate<Map<String, String>> filter,
        @Nullable ClientInfo present,
        int maxHeldBytes) {
    /** In publications only, all of them, from now on. */
    public static Interest plain(int maxHeldBytes) {
        return new Interest(null, false, false, null, null, maxHeldBytes);
    }

    boolean wants(Map<String, String> tags) {
        return filter == null || filter.test(tags);
    }
}
