package dev.relay.websocket;

import dev.relay.Payload;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import dev.relay.transport.Command.Resume;
import dev.relay.transport.FilterNode;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one request as an encoding has found them, absent ones with their zero value, and the command they make:
 * what the protocol demands of a request is the same in every encoding. Reused for the next request.
 *
 * <p><b>Threading.</b> Not thread-safe: owned by one shard.
 */
final class Request {
    /** JavaScript reads offsets as doubles. */
    static final long MAX_OFFSET = (1L << 53) - 1;

    private static final int MAX_NAME = 16;
    private static final int MAX_VERSION = 64;

    String channel = "";
    String token = "";
    String name = "";
    String version = "";
    String method = "";
    String epoch = "";
    String delta = "";

    @Nullable
    Payload data;

    long offset;
    long flag;
    int type;
    int limit;
    boolean recover;
    boolean positioned;
    boolean recoverable;
    boolean joinLeave;
    boolean reverse;

    /** Whether a history request names a position, if only an empty one. */
    boolean since;

    /** Whether keys are to be tracked or no longer. */
    boolean tracks;

    @Nullable
    FilterNode filter;

    /** There is a filter, and it is none. */
    boolean badFilter;

    private Map<String, String> headers = Map.of();
    private Map<String, Resume> resumes = Map.of();

    void reset() {
        channel = "";
        token = "";
        name = "";
        version = "";
        method = "";
        epoch = "";
        delta = "";
        data = null;
        offset = 0;
        flag = 0;
        type = 0;
        limit = 0;
        recover = false;
        positioned = false;
        recoverable = false;
        joinLeave = false;
        reverse = false;
        since = false;
        tracks = false;
        filter = null;
        badFilter = false;
        headers = Map.of();
        resumes = Map.of();
    }

    // HashMap, not Map.copyOf, for keys that a stranger chose: colliding ones cost it a tree, not a linear search

    void header(String key, String value) {
        if (headers.isEmpty()) {
            headers = new HashMap<>();
        }
        headers.put(key, value);
    }

    /** A subscription the client still knows; fields of the value are this request's. */
    void resume(String key, Resume resume) {
        if (key.isEmpty()) {
            throw MalformedCommand.INSTANCE;
        }
        if (resumes.isEmpty()) {
            resumes = new HashMap<>();
        }
        resumes.put(key, resume);
    }

    /**
     * What the client wants.
     *
     * @param id as unsigned; 0 if absent
     * @param request the first in the order of the protocol, whose fields are here; {@code null} if there was none
     * @param sends whether there was a message without an answer, maybe behind another request
     * @throws MalformedCommand if it is none of the protocol
     */
    Command command(int id, @Nullable RequestMethod request, boolean sends) {
        if (id == 0 && !sends) {
            return new Command.Pong();
        }
        if (request == null || (id == 0 && request != RequestMethod.SEND)) {
            throw MalformedCommand.INSTANCE;
        }
        return switch (request) {
            case CONNECT ->
                new Command.Connect(
                        id,
                        token,
                        data,
                        cut(name, MAX_NAME),
                        cut(version, MAX_VERSION),
                        Collections.unmodifiableMap(headers),
                        Collections.unmodifiableMap(resumes));
            case SUBSCRIBE -> subscribe(id);
            case UNSUBSCRIBE -> new Command.Unsubscribe(id, channel());
            case PUBLISH -> {
                String to = channel();
                yield type == 0 ? new Command.Publish(id, to, data) : new Command.Unavailable(id, request.field);
            }
            case PRESENCE -> new Command.Presence(id, channel());
            case PRESENCE_STATS -> new Command.PresenceStats(id, channel());
            case HISTORY -> new Command.History(id, channel(), limit, since ? position() : null, reverse);
            case RPC -> new Command.Rpc(id, method, data);
            case SEND -> new Command.Send(data);
            case REFRESH -> new Command.Refresh(id, token);
            case SUB_REFRESH -> {
                String of = channel();
                yield type == 0 && !tracks
                        ? new Command.SubRefresh(id, of, token)
                        : new Command.Unavailable(id, request.field);
            }
        };
    }

    private Command subscribe(int id) {
        String to = channel();
        checkDelta(delta);
        if (type != 0) {
            return new Command.Unavailable(id, RequestMethod.SUBSCRIBE.field);
        }
        if (badFilter) {
            return new Command.Invalid(id);
        }
        return new Command.Subscribe(
                id, to, token, data, recover, position(), positioned, recoverable, joinLeave, filter, flag);
    }

    private String channel() {
        if (channel.isEmpty()) {
            throw MalformedCommand.INSTANCE;
        }
        return channel;
    }

    private StreamPosition position() {
        return position(offset, epoch);
    }

    static StreamPosition position(long offset, String epoch) {
        return offset == 0 && epoch.isEmpty() ? StreamPosition.NONE : new StreamPosition(offset, epoch);
    }

    /** A delta format nobody knows is no wish but a fault. */
    static void checkDelta(String delta) {
        if (!delta.isEmpty() && !delta.equals("fossil")) {
            throw MalformedCommand.INSTANCE;
        }
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
