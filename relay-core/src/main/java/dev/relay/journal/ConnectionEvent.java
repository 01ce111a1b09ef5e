package dev.relay.journal;

import static java.util.Objects.requireNonNull;

/**
 * Something that happened to a connection. Holds no token and no payload. Texts are {@code ""} where there is nothing to say.
 *
 * @param id given by the journal; 0 before it is written
 * @param timeMicros when it happened, microseconds since 1970-01-01 UTC
 * @param node name of the engine that it happened to
 * @param user whose connection; {@code ""} for an anonymous one, or when it is not known who it is
 * @param client id of the connection; {@code ""} before it has one
 * @param channel which it was about
 * @param address of the other side, as the transport knows it
 * @param sdk name of the client's SDK, as it calls itself
 * @param sdkVersion its version, as it says
 * @param code as {@code kind} says; 0 where there is none
 * @param reason for people: what was denied, or why it ended
 * @param count how many events this stands for: 1, or what was too much to be written one by one
 */
public record ConnectionEvent(
        long id,
        long timeMicros,
        EventKind kind,
        String node,
        String user,
        String client,
        String channel,
        String address,
        String sdk,
        String sdkVersion,
        int code,
        String reason,
        long count) {
    /** Characters of the longest text that a journal must take. */
    public static final int MAX_TEXT = 255;

    public ConnectionEvent {
        requireNonNull(kind, "kind");
        requireNonNull(node, "node");
        requireNonNull(user, "user");
        requireNonNull(client, "client");
        requireNonNull(channel, "channel");
        requireNonNull(address, "address");
        requireNonNull(sdk, "sdk");
        requireNonNull(sdkVersion, "sdkVersion");
        requireNonNull(reason, "reason");
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1: " + count);
        }
    }

    /** Where it stands in the log. */
    public EventPosition position() {
        return new EventPosition(timeMicros, id);
    }

    /** The same with the id that a journal has given to it. */
    public ConnectionEvent withId(long given) {
        return new ConnectionEvent(
                given, timeMicros, kind, node, user, client, channel, address, sdk, sdkVersion, code, reason, count);
    }
}
