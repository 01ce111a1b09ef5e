package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.ClientInfo;
import dev.relay.Publication;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which publications to find: those that meet every condition. Begin with {@link #newest} or {@link #oldest} and narrow it.
 *
 * <p>In one channel the order is that of offsets. Across channels, or if a range of time is given, it is that of time; what has
 * the same microsecond comes in an order that stays the same.
 *
 * @param channel in which; {@code null} for all
 * @param channels in those whose names fit; {@code null} for all
 * @param user whose; {@code null} for everybody's, {@code ""} for anonymous clients'
 * @param client by which connection; {@code null} for all, and for those of the application
 * @param tags have all of these
 * @param afterOffset only with {@code channel}: later offsets than this
 * @param throughOffset only with {@code channel}: no later offset than this
 * @param fromMicros not what was accepted earlier, microseconds since 1970-01-01 UTC
 * @param toMicros only what was accepted earlier than this
 * @param newestFirst the direction
 * @param cursor {@link JournalPage#cursor} of the page before; {@code ""} for the first
 * @param limit at most so many, 1 to {@link #MAX_LIMIT}
 * @param maxBytes ends the page before payloads exceed this; the first publication is returned whatever its size
 * @param timeLimit ends the page when looking has taken so long; something is always looked at
 */
public record JournalQuery(
        @Nullable String channel,
        @Nullable Glob channels,
        @Nullable String user,
        @Nullable String client,
        Map<String, String> tags,
        long afterOffset,
        long throughOffset,
        long fromMicros,
        long toMicros,
        boolean newestFirst,
        String cursor,
        int limit,
        long maxBytes,
        Duration timeLimit) {
    /** Publications in one page. */
    public static final int MAX_LIMIT = 10_000;

    /** Most payload in one page, unless told otherwise. */
    public static final long DEFAULT_MAX_BYTES = 8 << 20;

    /** Longest look for one page, unless told otherwise. */
    public static final Duration DEFAULT_TIME_LIMIT = Duration.ofSeconds(1);

    public JournalQuery {
        tags = Map.copyOf(tags);
        requireNonNull(cursor, "cursor");
        requireNonNull(timeLimit, "timeLimit");
        require(limit >= 1 && limit <= MAX_LIMIT, "limit must be 1 to " + MAX_LIMIT + ": " + limit);
        require(maxBytes >= 1, "maxBytes must be at least 1: " + maxBytes);
        require(!timeLimit.isNegative(), "timeLimit must not be negative: " + timeLimit);
        require(channel == null || channels == null, "a channel and a pattern of channels exclude each other");
        boolean everyOffset = afterOffset == 0 && throughOffset == Long.MAX_VALUE;
        require(channel != null || everyOffset, "offsets are those of one channel, and none is given");
        require(
                afterOffset >= 0 && throughOffset >= afterOffset,
                "no range of offsets: after " + afterOffset + " through " + throughOffset);
        require(fromMicros <= toMicros, "no range of time: from " + fromMicros + " to " + toMicros);
        if (!cursor.isEmpty()) {
            JournalCursor position = JournalCursor.parse(cursor);
            boolean byTime = channel == null || fromMicros != Long.MIN_VALUE || toMicros != Long.MAX_VALUE;
            require(
                    position.byTime() == byTime && position.newestFirst() == newestFirst,
                    "the cursor is one of a search in another order");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** All publications, the newest first. */
    public static JournalQuery newest(int limit) {
        return all(true, limit);
    }

    /** All publications, the oldest first. */
    public static JournalQuery oldest(int limit) {
        return all(false, limit);
    }

    private static JournalQuery all(boolean newestFirst, int limit) {
        return new JournalQuery(
                null,
                null,
                null,
                null,
                Map.of(),
                0,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                newestFirst,
                "",
                limit,
                DEFAULT_MAX_BYTES,
                DEFAULT_TIME_LIMIT);
    }

    /** Only in this channel. */
    public JournalQuery inChannel(String only) {
        return with(only, channels, afterOffset, throughOffset);
    }

    /**
     * Only in channels whose names fit the pattern.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public JournalQuery inChannels(String glob) {
        return with(channel, Glob.compile(glob), afterOffset, throughOffset);
    }

    /** Only {@code after < offset <= through}; for one channel. */
    public JournalQuery offsets(long after, long through) {
        return with(channel, channels, after, through);
    }

    private JournalQuery with(@Nullable String one, @Nullable Glob many, long after, long through) {
        return new JournalQuery(
                one,
                many,
                user,
                client,
                tags,
                after,
                through,
                fromMicros,
                toMicros,
                newestFirst,
                cursor,
                limit,
                maxBytes,
                timeLimit);
    }

    /** Only this user's. */
    public JournalQuery ofUser(String only) {
        return with(only, client, tags, fromMicros, toMicros);
    }

    /** Only this connection's. */
    public JournalQuery ofClient(String only) {
        return with(user, only, tags, fromMicros, toMicros);
    }

    /** Only those that have all of these tags. */
    public JournalQuery tagged(Map<String, String> all) {
        return with(user, client, all, fromMicros, toMicros);
    }

    /** Only in this time: {@code from <= time < to}. */
    public JournalQuery between(long from, long to) {
        return with(user, client, tags, from, to);
    }

    private JournalQuery with(
            @Nullable String ofUser, @Nullable String ofClient, Map<String, String> tagged, long from, long to) {
        return new JournalQuery(
                channel,
                channels,
                ofUser,
                ofClient,
                tagged,
                afterOffset,
                throughOffset,
                from,
                to,
                newestFirst,
                cursor,
                limit,
                maxBytes,
                timeLimit);
    }

    /**
     * The page that follows.
     *
     * @throws IllegalArgumentException if this is no cursor of such a search
     */
    public JournalQuery after(String position) {
        return with(position, maxBytes, timeLimit);
    }

    /** Another limit for the payloads of a page. */
    public JournalQuery maxBytes(long bytes) {
        return with(cursor, bytes, timeLimit);
    }

    /** Another limit for the time that a page may take. */
    public JournalQuery timeLimit(Duration limit) {
        return with(cursor, maxBytes, limit);
    }

    private JournalQuery with(String position, long bytes, Duration time) {
        return new JournalQuery(
                channel,
                channels,
                user,
                client,
                tags,
                afterOffset,
                throughOffset,
                fromMicros,
                toMicros,
                newestFirst,
                position,
                limit,
                bytes,
                time);
    }

    /** Whether the order is that of time; else it is that of the channel's offsets. */
    public boolean byTime() {
        return channel == null || fromMicros != Long.MIN_VALUE || toMicros != Long.MAX_VALUE;
    }

    /** Where to go on; {@code null} for the beginning. */
    public @Nullable JournalCursor position() {
        return cursor.isEmpty() ? null : JournalCursor.parse(cursor);
    }

    /** Whether a publication is asked for, wherever the cursor stands. */
    public boolean matches(String in, Publication publication) {
        ClientInfo info = publication.info();
        return matches(in, info == null ? null : info.user(), info == null ? null : info.client(), publication.tags())
                && publication.offset() > afterOffset
                && publication.offset() <= throughOffset
                && publication.timeMicros() >= fromMicros
                && publication.timeMicros() < toMicros;
    }

    /** Whether it is asked for as far as these fields go; {@code null} users and clients are the application. */
    public boolean matches(
            String in, @Nullable String byUser, @Nullable String byClient, Map<String, String> taggedWith) {
        return (channel == null || channel.equals(in))
                && (channels == null || channels.matches(in))
                && (user == null || user.equals(byUser))
                && (client == null || client.equals(byClient))
                && taggedWith.entrySet().containsAll(tags.entrySet());
    }
}
