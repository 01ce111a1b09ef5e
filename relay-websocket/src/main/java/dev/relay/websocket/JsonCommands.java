package dev.relay.websocket;

import dev.relay.Payload;
import dev.relay.transport.Command;
import dev.relay.transport.Command.Resume;
import dev.relay.websocket.JsonCursor.Token;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
    private static final long MAX_UINT32 = 0xffff_ffffL;
    private static final int MAX_DIGITS = 16;

    private final JsonCursor in = new JsonCursor();
    private final TextCache channels = new TextCache(4096);
    private final Request request = new Request();

    private byte[] source = new byte[0];

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
        source = bytes;
        in.reset(bytes, from, to);
        try {
            if (in.next() != Token.BEGIN_OBJECT) {
                return null;
            }
            Command command = envelope();
            return in.next() == Token.END ? command : null;
        } catch (MalformedCommand e) {
            return null;
        } finally {
            request.data = null;
        }
    }

    private Command envelope() {
        long id = 0;
        boolean sends = false;
        RequestMethod method = null;
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            Token value = in.next();
            if (field.equals("id")) {
                id = number(0, MAX_UINT32);
                continue;
            }
            RequestMethod found = RequestMethod.of(field);
            if (found == null) {
                in.skipChildren();
            } else if (value == Token.BEGIN_OBJECT) {
                sends |= found == RequestMethod.SEND;
                if (method == null || found.compareTo(method) <= 0) {
                    method = found;
                    request(found);
                } else {
                    in.skipChildren();
                }
            } else if (value != Token.NULL) {
                throw MalformedCommand.INSTANCE;
            }
        }
        return request.command((int) id, method, sends);
    }

    private void request(RequestMethod method) {
        request.reset();
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            Token value = in.next();
            switch (method) {
                case CONNECT -> connectField(field, value);
                case SUBSCRIBE -> subscribeField(field, value);
                case PUBLISH -> publishField(field, value);
                case HISTORY -> historyField(field, value);
                case RPC -> rpcField(field, value);
                case SUB_REFRESH -> subRefreshField(field, value);
                case UNSUBSCRIBE, PRESENCE, PRESENCE_STATS -> channelField(field, value);
                case SEND -> dataField(field, value);
                case REFRESH -> tokenField(field, value);
            }
        }
    }

    private void channelField(String field, Token value) {
        if (field.equals("channel")) {
            request.channel = channel(value);
        } else {
            in.skipChildren();
        }
    }

    private void tokenField(String field, Token value) {
        if (field.equals("token")) {
            request.token = text(value);
        } else {
            in.skipChildren();
        }
    }

    private void dataField(String field, Token value) {
        if (field.equals("data")) {
            request.data = raw(value);
        } else {
            in.skipChildren();
        }
    }

    private void connectField(String field, Token value) {
        switch (field) {
            case "token" -> request.token = text(value);
            case "data" -> request.data = raw(value);
            case "name" -> request.name = text(value);
            case "version" -> request.version = text(value);
            case "headers" -> headers(value);
            case "subs" -> resumes(value);
            default -> in.skipChildren();
        }
    }

    private void subscribeField(String field, Token value) {
        switch (field) {
            case "channel" -> request.channel = channel(value);
            case "token" -> request.token = text(value);
            case "data" -> request.data = raw(value);
            case "recover" -> request.recover = truth(value);
            case "epoch" -> request.epoch = text(value);
            case "offset" -> request.offset = number(0, Request.MAX_OFFSET);
            case "positioned" -> request.positioned = truth(value);
            case "recoverable" -> request.recoverable = truth(value);
            case "join_leave" -> request.joinLeave = truth(value);
            case "flag" -> request.flag = number(-Request.MAX_OFFSET, Request.MAX_OFFSET);
            case "delta" -> request.delta = text(value);
            case "type" -> request.type = (int) number(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "tf" -> {
                request.filter = value == Token.NULL ? null : JsonFilter.read(in);
                request.badFilter = value != Token.NULL && request.filter == null;
            }
            default -> in.skipChildren();
        }
    }

    private void publishField(String field, Token value) {
        switch (field) {
            case "channel" -> request.channel = channel(value);
            case "data" -> request.data = raw(value);
            case "type" -> request.type = (int) number(Integer.MIN_VALUE, Integer.MAX_VALUE);
            default -> in.skipChildren();
        }
    }

    private void historyField(String field, Token value) {
        switch (field) {
            case "channel" -> request.channel = channel(value);
            case "limit" -> request.limit = (int) number(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "reverse" -> request.reverse = truth(value);
            case "since" -> since(value);
            default -> in.skipChildren();
        }
    }

    private void rpcField(String field, Token value) {
        if (field.equals("method")) {
            request.method = text(value);
        } else {
            dataField(field, value);
        }
    }

    private void subRefreshField(String field, Token value) {
        switch (field) {
            case "channel" -> request.channel = channel(value);
            case "token" -> request.token = text(value);
            case "type" -> request.type = (int) number(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "track", "untrack" -> request.tracks |= holdsAnything(value);
            default -> in.skipChildren();
        }
    }

    /** Whether the value, of a feature that is not offered, asks for it: an empty list does not. */
    private boolean holdsAnything(Token value) {
        if (value == Token.BEGIN_OBJECT) {
            in.skipChildren();
            return true;
        }
        if (value != Token.BEGIN_ARRAY) {
            return isPresent(value, Token.BEGIN_ARRAY);
        }
        boolean any = false;
        while (in.next() != Token.END_ARRAY) {
            any = true;
            in.skipChildren();
        }
        return any;
    }

    private void headers(Token value) {
        if (!isPresent(value, Token.BEGIN_OBJECT)) {
            return;
        }
        for (String key = in.nextName(); key != null; key = in.nextName()) {
            Token inner = in.next();
            if (inner != Token.NULL) {
                request.header(key, text(inner));
            }
        }
    }

    private void resumes(Token value) {
        if (!isPresent(value, Token.BEGIN_OBJECT)) {
            return;
        }
        for (String key = in.nextName(); key != null; key = in.nextName()) {
            if (isPresent(in.next(), Token.BEGIN_OBJECT)) {
                request.resume(key, resume());
            }
        }
    }

    private Resume resume() {
        boolean recover = false;
        long offset = 0;
        String epoch = "";
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            Token value = in.next();
            switch (field) {
                case "recover" -> recover = truth(value);
                case "offset" -> offset = number(0, Request.MAX_OFFSET);
                case "epoch" -> epoch = text(value);
                case "delta" -> Request.checkDelta(text(value));
                default -> in.skipChildren();
            }
        }
        return new Resume(recover, Request.position(offset, epoch));
    }

    private void since(Token value) {
        request.offset = 0;
        request.epoch = "";
        request.since = isPresent(value, Token.BEGIN_OBJECT);
        if (!request.since) {
            return;
        }
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            Token inner = in.next();
            switch (field) {
                case "offset" -> request.offset = number(0, Request.MAX_OFFSET);
                case "epoch" -> request.epoch = text(inner);
                default -> in.skipChildren();
            }
        }
    }

    /** Whether the value is there; one of another type than the expected is malformed. */
    private static boolean isPresent(Token value, Token expected) {
        if (value != expected && value != Token.NULL) {
            throw MalformedCommand.INSTANCE;
        }
        return value == expected;
    }

    private String channel(Token value) {
        return value == Token.STRING ? in.text(channels) : text(value);
    }

    private String text(Token value) {
        return switch (value) {
            case STRING -> in.text();
            case NULL -> "";
            default -> throw MalformedCommand.INSTANCE;
        };
    }

    private static boolean truth(Token value) {
        return switch (value) {
            case TRUE -> true;
            case FALSE, NULL -> false;
            default -> throw MalformedCommand.INSTANCE;
        };
    }

    private long number(long least, long most) {
        Token value = in.token();
        if (value == Token.NULL) {
            return 0;
        }
        if (value != Token.INTEGER) {
            throw MalformedCommand.INSTANCE;
        }
        long number = in.integer(MAX_DIGITS);
        if (number < least || number > most) {
            throw MalformedCommand.INSTANCE;
        }
        return number;
    }

    /** The value at hand as it stands in the source, but for raw carriage returns, which are white space here. */
    private @Nullable Payload raw(Token value) {
        if (value == Token.NULL) {
            return null;
        }
        int start = in.tokenStart();
        in.skipChildren();
        int end = in.position();
        if (!JsonCheck.hasLineBreak(source, start, end)) {
            return Payload.verifiedJson(source, start, end - start);
        }
        byte[] copy = Arrays.copyOfRange(source, start, end);
        return Payload.verifiedJson(copy, 0, JsonCheck.takeLineBreaksOut(copy));
    }
}
