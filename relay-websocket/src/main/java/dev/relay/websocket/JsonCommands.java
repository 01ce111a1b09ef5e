package dev.relay.websocket;

import dev.relay.Payload;
import dev.relay.transport.Command;
import dev.relay.transport.Command.Resume;
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
final class JsonCommands implements CommandDecoder {
    /** Deepest nesting of a command, application data included. */
    static final int MAX_DEPTH = 500;

    private static final long MAX_UINT32 = 0xffff_ffffL;
    private static final int MAX_DIGITS = 16;

    /** One factory per shard: the table of field names it keeps is not shared between threads. */
    private final JsonFactory json = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final Request request = new Request();

    // Where the command at hand stands.
    private byte[] source = new byte[0];
    private int sourceOffset;

    /** {@inheritDoc} The bytes are well-formed UTF-8. */
    @Override
    public boolean decodeFrame(byte[] bytes, int from, int length, Sink sink) {
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
        } catch (JacksonException | MalformedCommand e) {
            return null;
        } finally {
            request.data = null;
        }
    }

    private Command envelope(JsonParser in) {
        long id = 0;
        boolean sends = false;
        RequestMethod method = null;
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            JsonToken value = in.nextToken();
            if (field.equals("id")) {
                id = number(in, 0, MAX_UINT32);
                continue;
            }
            RequestMethod found = RequestMethod.of(field);
            if (found == null) {
                in.skipChildren();
            } else if (value == JsonToken.START_OBJECT) {
                sends |= found == RequestMethod.SEND;
                if (method == null || found.compareTo(method) <= 0) {
                    method = found;
                    request(in, found);
                } else {
                    in.skipChildren();
                }
            } else if (value != JsonToken.VALUE_NULL) {
                throw MalformedCommand.INSTANCE;
            }
        }
        if (in.currentToken() != JsonToken.END_OBJECT) {
            throw MalformedCommand.INSTANCE;
        }
        return request.command((int) id, method, sends);
    }

    private void request(JsonParser in, RequestMethod method) {
        request.reset();
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            JsonToken value = in.nextToken();
            switch (method) {
                case CONNECT -> connectField(in, field, value);
                case SUBSCRIBE -> subscribeField(in, field, value);
                case PUBLISH -> publishField(in, field, value);
                case HISTORY -> historyField(in, field, value);
                case RPC -> rpcField(in, field, value);
                case SUB_REFRESH -> subRefreshField(in, field, value);
                case UNSUBSCRIBE, PRESENCE, PRESENCE_STATS -> channelField(in, field, value);
                case SEND -> dataField(in, field, value);
                case REFRESH -> tokenField(in, field, value);
            }
        }
        if (in.currentToken() != JsonToken.END_OBJECT) {
            throw MalformedCommand.INSTANCE;
        }
    }

    private void channelField(JsonParser in, String field, JsonToken value) {
        if (field.equals("channel")) {
            request.channel = text(in, value);
        } else {
            in.skipChildren();
        }
    }

    private void tokenField(JsonParser in, String field, JsonToken value) {
        if (field.equals("token")) {
            request.token = text(in, value);
        } else {
            in.skipChildren();
        }
    }

    private void dataField(JsonParser in, String field, JsonToken value) {
        if (field.equals("data")) {
            request.data = raw(in, value);
        } else {
            in.skipChildren();
        }
    }

    private void connectField(JsonParser in, String field, JsonToken value) {
        switch (field) {
            case "token" -> request.token = text(in, value);
            case "data" -> request.data = raw(in, value);
            case "name" -> request.name = text(in, value);
            case "version" -> request.version = text(in, value);
            case "headers" -> headers(in, value);
            case "subs" -> resumes(in, value);
            default -> in.skipChildren();
        }
    }

    private void subscribeField(JsonParser in, String field, JsonToken value) {
        switch (field) {
            case "channel" -> request.channel = text(in, value);
            case "token" -> request.token = text(in, value);
            case "data" -> request.data = raw(in, value);
            case "recover" -> request.recover = truth(value);
            case "epoch" -> request.epoch = text(in, value);
            case "offset" -> request.offset = number(in, 0, Request.MAX_OFFSET);
            case "positioned" -> request.positioned = truth(value);
            case "recoverable" -> request.recoverable = truth(value);
            case "join_leave" -> request.joinLeave = truth(value);
            case "flag" -> request.flag = number(in, -Request.MAX_OFFSET, Request.MAX_OFFSET);
            case "delta" -> request.delta = text(in, value);
            case "type" -> request.type = (int) number(in, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "tf" -> {
                request.filter = value == JsonToken.VALUE_NULL ? null : JsonFilter.read(in);
                request.badFilter = value != JsonToken.VALUE_NULL && request.filter == null;
            }
            default -> in.skipChildren();
        }
    }

    private void publishField(JsonParser in, String field, JsonToken value) {
        switch (field) {
            case "channel" -> request.channel = text(in, value);
            case "data" -> request.data = raw(in, value);
            case "type" -> request.type = (int) number(in, Integer.MIN_VALUE, Integer.MAX_VALUE);
            default -> in.skipChildren();
        }
    }

    private void historyField(JsonParser in, String field, JsonToken value) {
        switch (field) {
            case "channel" -> request.channel = text(in, value);
            case "limit" -> request.limit = (int) number(in, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "reverse" -> request.reverse = truth(value);
            case "since" -> since(in, value);
            default -> in.skipChildren();
        }
    }

    private void rpcField(JsonParser in, String field, JsonToken value) {
        if (field.equals("method")) {
            request.method = text(in, value);
        } else {
            dataField(in, field, value);
        }
    }

    private void subRefreshField(JsonParser in, String field, JsonToken value) {
        switch (field) {
            case "channel" -> request.channel = text(in, value);
            case "token" -> request.token = text(in, value);
            case "type" -> request.type = (int) number(in, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "track", "untrack" -> request.tracks |= holdsAnything(in, value);
            default -> in.skipChildren();
        }
    }

    /** Whether the value, of a feature that is not offered, asks for it: an empty list does not. */
    private static boolean holdsAnything(JsonParser in, JsonToken value) {
        if (value == JsonToken.START_OBJECT) {
            in.skipChildren();
            return true;
        }
        if (value != JsonToken.START_ARRAY) {
            return isPresent(value, JsonToken.START_ARRAY);
        }
        boolean any = false;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            any = true;
            in.skipChildren();
        }
        return any;
    }

    private void headers(JsonParser in, JsonToken value) {
        if (!isPresent(value, JsonToken.START_OBJECT)) {
            return;
        }
        for (String key = in.nextName(); key != null; key = in.nextName()) {
            JsonToken inner = in.nextToken();
            if (inner != JsonToken.VALUE_NULL) {
                request.header(key, text(in, inner));
            }
        }
    }

    private void resumes(JsonParser in, JsonToken value) {
        if (!isPresent(value, JsonToken.START_OBJECT)) {
            return;
        }
        for (String key = in.nextName(); key != null; key = in.nextName()) {
            if (isPresent(in.nextToken(), JsonToken.START_OBJECT)) {
                request.resume(key, resume(in));
            }
        }
    }

    private static Resume resume(JsonParser in) {
        boolean recover = false;
        long offset = 0;
        String epoch = "";
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            JsonToken value = in.nextToken();
            switch (field) {
                case "recover" -> recover = truth(value);
                case "offset" -> offset = number(in, 0, Request.MAX_OFFSET);
                case "epoch" -> epoch = text(in, value);
                case "delta" -> Request.checkDelta(text(in, value));
                default -> in.skipChildren();
            }
        }
        return new Resume(recover, Request.position(offset, epoch));
    }

    private void since(JsonParser in, JsonToken value) {
        request.offset = 0;
        request.epoch = "";
        request.since = isPresent(value, JsonToken.START_OBJECT);
        if (!request.since) {
            return;
        }
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            JsonToken inner = in.nextToken();
            switch (field) {
                case "offset" -> request.offset = number(in, 0, Request.MAX_OFFSET);
                case "epoch" -> request.epoch = text(in, inner);
                default -> in.skipChildren();
            }
        }
    }

    /** Whether the value is there; one of another type than the expected is malformed. */
    private static boolean isPresent(JsonToken value, JsonToken expected) {
        if (value != expected && value != JsonToken.VALUE_NULL) {
            throw MalformedCommand.INSTANCE;
        }
        return value == expected;
    }

    private static String text(JsonParser in, JsonToken value) {
        return switch (value) {
            case VALUE_STRING -> in.getString();
            case VALUE_NULL -> "";
            default -> throw MalformedCommand.INSTANCE;
        };
    }

    private static boolean truth(JsonToken value) {
        return switch (value) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw MalformedCommand.INSTANCE;
        };
    }

    private static long number(JsonParser in, long least, long most) {
        JsonToken value = in.currentToken();
        if (value == JsonToken.VALUE_NULL) {
            return 0;
        }
        if (value != JsonToken.VALUE_NUMBER_INT || in.getStringLength() > MAX_DIGITS + 1) {
            throw MalformedCommand.INSTANCE;
        }
        long number = in.getLongValue();
        if (number < least || number > most) {
            throw MalformedCommand.INSTANCE;
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
}
