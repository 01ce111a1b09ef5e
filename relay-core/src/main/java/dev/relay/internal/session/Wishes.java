package dev.relay.internal.session;

import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription is asked to be; what it becomes is up to the channel.
 *
 * @param recover whether to recover from {@code since}
 * @param rejectUnrecovered whether to have no subscription rather than one whose recovery failed
 * @param filter which publications are wanted, by their tags; {@code null} for all
 */
record Wishes(
        boolean recover,
        StreamPosition since,
        boolean positioned,
        boolean recoverable,
        boolean joinLeave,
        boolean rejectUnrecovered,
        @Nullable Predicate<Map<String, String>> filter) {
    static final Wishes NONE = new Wishes(false, StreamPosition.NONE, false, false, false, false, null);

    static Wishes of(Command.Subscribe command, @Nullable Predicate<Map<String, String>> filter) {
        return new Wishes(
                command.recover(),
                command.since(),
                command.positioned(),
                command.recoverable(),
                command.joinLeave(),
                (command.flag() & Command.Subscribe.REJECT_UNRECOVERED) != 0,
                filter);
    }

    /** From now on, or from a position. */
    static Wishes since(@Nullable StreamPosition since) {
        return since == null ? NONE : new Wishes(true, since, false, false, false, false, null);
    }
}
