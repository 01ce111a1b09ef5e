package dev.relay.websocket;

import dev.relay.Payload;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Reads the commands of a JSON frame. Application data is not rebuilt: it is checked while it is skipped, and goes on as
 * the bytes the client sent.
 *
 * <p>Everything that is not the protocol – no object, a wrong type, a number out of range, too deep – makes the frame
 * malformed; nothing is thrown.
 *
 * <p><b>Threading.</b> Not thread-safe: owned by one shard.
 */
final class JsonCommands {
    /** Deepest nesting of a command, application data included. */
    static final int MAX_DEPTH = 500;

    private static final long MAX_OFFSET = (1L << 53) - 1;
    private static final long MAX_UINT32 = 0xffff_ffffL;
    private static final int MAX_DIGITS = 16;
    private static final int MAX_NAME = 16;
    private static final int MAX_VERSION = 64;

    /** Takes the commands of a frame. */
    interface Sink {
        /** Takes the next command; whether the one after it still counts. */
        boolean receive(Command command);
    }

    /** Not the protocol. One instance without a trace: malformed input is no fault of ours and may come in floods. */
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;
        static final Malformed INSTANCE = new Malformed();

        private Malformed() {
            super("malformed command", null, false, false);
        }
    }

    /** One factory per shard: the table of field names it keeps is not shared between threads. */
    private final JsonFactory json = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    // The request at hand; reset for each.
    private byte[] source = new byte[0];
    private int sourceOffset;
    private String channel = "";
    private String token = "";
    private String name = "";
    private String version = "";
    private String epoch = "";
    private String delta = "";
    private @Nullable Payload data;
    private long offset;
    private long flag;
    private long type;
    private int limit;
    private boolean recover;
    private boolean positioned;
    private boolean recoverable;
    private boolean reverse;
    private boolean filtered;
    private boolean since;

    /**
     * Hands the commands of {@code bytes[from, from + length)}, which is well-formed UTF-8, to the sink one by one, until
     * it answers {@code false}.
     *
     * @return {@code false} if what follows the commands handed out so far is malformed
     */
    boolean decodeFrame(byte[] bytes, int from, int length, Sink sink) {
        int end = from + length;
        if (length > 0 && bytes[end - 1] == '\n') {
            end--;
        }
        int at = from;
        while (true) {
            int lineEnd = at;
            while (lineEnd < end && bytes[lineEnd] != '\n') {
                lineEnd++;
            }
            Command command = decode(bytes, at, lineEnd);
            if (command == null) {
                return false;
            }
            if (!sink.receive(command) || lineEnd == end) {
                return true;
            }
            at = lineEnd + 1;
        }
    }

    /** The command in {@code bytes[from, to)}; {@code null} if there is none. */
    @Nullable
    Command decode(byte[] bytes, int from, int to) {
        int start = from;
        while (start < to && (bytes[start] == ' ' || bytes[start] == '\t' || bytes[start] == '\r')) {
            start++;
        }
        // the second byte: a zero there would make Jackson take the text for UTF-16
        if (to - start < 2 || bytes[start] != '{' || bytes[start + 1] == 0) {
            return null;
        }
        source = bytes;
        sourceOffset = start;
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), bytes, start, to - start)) {
            parser.nextToken();
            Command command = envelope(parser);
            return parser.nextToken() == null ? command : null;
        } catch (JacksonException | Malformed e) {
            return null;
        } finally {
            data = null;
        }
    }

    private Command envelope(JsonParser in) {
        long id = 0;
        RequestMethod method = null;
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            if (field.equals("id")) {
                in.nextToken();
                id = number(in, 0, MAX_UINT32);
                continue;
            }
            RequestMethod found = RequestMethod.of(field);
            JsonToken value = in.nextToken();
            if (found == null) {
                in.skipChildren();
            } else if (value == JsonToken.START_OBJECT) {
                if (method == null || found.compareTo(method) <= 0) {
                    method = found;
                    request(in, found);
                } else {
                    in.skipChildren();
                }
            } else if (value != JsonToken.VALUE_NULL) {
                throw Malformed.INSTANCE;
            } else if (found == method) {
                throw Malformed.INSTANCE; // given, then taken back: too odd to guess what was meant
            }
        }
        if (in.currentToken() != JsonToken.END_OBJECT) {
            throw Malformed.INSTANCE;
        }
        if (id == 0) {
            if (method == RequestMethod.SEND) {
                return new Command.Send(data);
            }
            return new Command.Pong();
        }
        if (method == null) {
            throw Malformed.INSTANCE;
        }
        return command((int) id, method);
    }

    private Command command(int id, RequestMethod method) {
        return switch (method) {
            case CONNECT ->
                new Command.Connect(
                        id, token, data, cut(name, MAX_NAME), cut(version, MAX_VERSION), Map.of(), Map.of());
            case SUBSCRIBE -> subscribe(id);
            case UNSUBSCRIBE -> new Command.Unsubscribe(id, channel());
            case PUBLISH -> {
                String to = channel();
                yield type == 0 ? new Command.Publish(id, to, data) : new Command.Unavailable(id, method.field);
            }
            case HISTORY -> new Command.History(id, channel(), limit, since ? position() : null, reverse);
            case SEND -> new Command.Send(data);
            case REFRESH -> new Command.Refresh(id, token);
            case PRESENCE, PRESENCE_STATS, RPC, SUB_REFRESH -> new Command.Unavailable(id, method.field);
        };
    }

    private Command subscribe(int id) {
        String to = channel();
        if (!delta.isEmpty() && !delta.equals("fossil")) {
            throw Malformed.INSTANCE;
        }
        if (type != 0) {
            return new Command.Unavailable(id, RequestMethod.SUBSCRIBE.field);
        }
        if (filtered) {
            return new Command.Invalid(id);
        }
        return new Command.Subscribe(
                id, to, token, data, recover, position(), positioned, recoverable, false, null, flag);
    }

    private String channel() {
        if (channel.isEmpty()) {
            throw Malformed.INSTANCE;
        }
        return channel;
    }

    private StreamPosition position() {
        return offset == 0 && epoch.isEmpty() ? StreamPosition.NONE : new StreamPosition(offset, epoch);
    }

    private void reset() {
        channel = "";
        token = "";
        name = "";
        version = "";
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
        reverse = false;
        filtered = false;
        since = false;
    }

    private void request(JsonParser in, RequestMethod method) {
        reset();
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            JsonToken value = in.nextToken();
            switch (method) {
                case CONNECT -> connectField(in, field, value);
                case SUBSCRIBE -> subscribeField(in, field, value);
                case PUBLISH -> publishField(in, field, value);
                case HISTORY -> historyField(in, field, value);
                case UNSUBSCRIBE -> {
                    if (field.equals("channel")) {
                        channel = text(in, value);
                    } else {
                        in.skipChildren();
                    }
                }
                case SEND -> {
                    if (field.equals("data")) {
                        data = raw(in, value);
                    } else {
                        in.skipChildren();
                    }
                }
                case REFRESH -> {
                    if (field.equals("token")) {
                        token = text(in, value);
                    } else {
                        in.skipChildren();
                    }
                }
                case PRESENCE, PRESENCE_STATS, RPC, SUB_REFRESH -> in.skipChildren();
            }
        }
        if (in.currentToken() != JsonToken.END_OBJECT) {
            throw Malformed.INSTANCE;
        }
    }

    private void connectField(JsonParser in, String field, JsonToken value) {
        switch (field) {
            case "token" -> token = text(in, value);
            case "data" -> data = raw(in, value);
            case "name" -> name = text(in, value);
            case "version" -> version = text(in, value);
            default -> in.skipChildren();
        }
    }

    private void subscribeField(JsonParser in, String field, JsonToken value) {
        switch (field) {
            case "channel" -> channel = text(in, value);
            case "token" -> token = text(in, value);
            case "data" -> data = raw(in, value);
            case "recover" -> recover = truth(value);
            case "epoch" -> epoch = text(in, value);
            case "offset" -> offset = number(in, 0, MAX_OFFSET);
            case "positioned" -> positioned = truth(value);
            case "recoverable" -> recoverable = truth(value);
            case "join_leave" -> truth(value);
            case "flag" -> flag = number(in, -MAX_OFFSET, MAX_OFFSET);
            case "delta" -> delta = text(in, value);
            case "type" -> type = number(in, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "tf" -> {
                filtered = value != JsonToken.VALUE_NULL;
                in.skipChildren();
            }
            default -> in.skipChildren();
        }
    }

    private void publishField(JsonParser in, String field, JsonToken value) {
        switch (field) {
            case "channel" -> channel = text(in, value);
            case "data" -> data = raw(in, value);
            case "type" -> type = number(in, Integer.MIN_VALUE, Integer.MAX_VALUE);
            default -> in.skipChildren();
        }
    }

    private void historyField(JsonParser in, String field, JsonToken value) {
        switch (field) {
            case "channel" -> channel = text(in, value);
            case "limit" -> limit = (int) number(in, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "reverse" -> reverse = truth(value);
            case "since" -> since(in, value);
            default -> in.skipChildren();
        }
    }

    private void since(JsonParser in, JsonToken value) {
        offset = 0;
        epoch = "";
        since = value != JsonToken.VALUE_NULL;
        if (!since) {
            return;
        }
        if (value != JsonToken.START_OBJECT) {
            throw Malformed.INSTANCE;
        }
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            JsonToken inner = in.nextToken();
            switch (field) {
                case "offset" -> offset = number(in, 0, MAX_OFFSET);
                case "epoch" -> epoch = text(in, inner);
                default -> in.skipChildren();
            }
        }
    }

    private static String text(JsonParser in, JsonToken value) {
        return switch (value) {
            case VALUE_STRING -> in.getString();
            case VALUE_NULL -> "";
            default -> throw Malformed.INSTANCE;
        };
    }

    private static boolean truth(JsonToken value) {
        return switch (value) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw Malformed.INSTANCE;
        };
    }

    private static long number(JsonParser in, long least, long most) {
        JsonToken value = in.currentToken();
        if (value == JsonToken.VALUE_NULL) {
            return 0;
        }
        if (value != JsonToken.VALUE_NUMBER_INT || in.getStringLength() > MAX_DIGITS + 1) {
            throw Malformed.INSTANCE;
        }
        long number = in.getLongValue();
        if (number < least || number > most) {
            throw Malformed.INSTANCE;
        }
        return number;
    }

    /** The value at hand as it stands in the source. */
    private @Nullable Payload raw(JsonParser in, JsonToken value) {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        int start = sourceOffset + (int) in.currentTokenLocation().getByteOffset();
        in.skipChildren();
        in.finishToken(); // strings are checked no earlier
        int end = sourceOffset + (int) in.currentLocation().getByteOffset();
        return Payload.verifiedJson(source, start, end - start);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
