package dev.relay.standalone.console;

import dev.relay.Payload;
import dev.relay.journal.EventKind;
import dev.relay.standalone.api.JsonInput;
import dev.relay.standalone.api.JsonObject;
import dev.relay.standalone.api.MalformedRequestException;
import dev.relay.watch.WatchQuery;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a page wants to see of the traffic.
 *
 * @param messages whether publications are wanted, besides events
 */
record TrafficQuery(WatchQuery watch, boolean messages) {
    /** Most messages, and most events, a page is shown in a second. */
    static final int MAX_PER_SECOND = 100;

    private static final String MESSAGE = "message";
    private static final int DEFAULT_PER_SECOND = 50;
    private static final int REPORTS_PER_SECOND = 4;
    private static final int MAX_KINDS = 16;

    /**
     * Reads what a page has subscribed with; nothing is all messages.
     *
     * @throws MalformedRequestException if it is of another shape
     * @throws IllegalArgumentException if a value makes no sense
     */
    static TrafficQuery read(@Nullable Payload data) {
        JsonObject given = JsonInput.object(
                data == null || data.size() == 0 ? Payload.of("{}").toByteArray() : data.toByteArray());
        List<String> kinds = given.has("kinds") ? given.textList("kinds") : List.of(MESSAGE);
        if (kinds.size() > MAX_KINDS) {
            throw new IllegalArgumentException("kinds has more than " + MAX_KINDS + " elements");
        }
        Set<EventKind> events = EnumSet.noneOf(EventKind.class);
        kinds.stream().filter(kind -> !kind.equals(MESSAGE)).map(EventKind::of).forEach(events::add);
        long perSecond = given.has("per_second") ? given.number("per_second", 1, MAX_PER_SECOND) : DEFAULT_PER_SECOND;
        WatchQuery watch = WatchQuery.every(Duration.ofMillis(1000 / REPORTS_PER_SECOND))
                .except(ConsoleChannels.ALL)
                .channels(given.text("channels"))
                .user(given.text("user"))
                .text(given.text("text"))
                .events(events)
                .samples((int) ((perSecond + REPORTS_PER_SECOND - 1) / REPORTS_PER_SECOND));
        return new TrafficQuery(watch, kinds.contains(MESSAGE));
    }
}
