package dev.relay.websocket;

import com.google.protobuf.WireFormat;
import dev.relay.transport.Command;
import dev.relay.transport.Command.Resume;
import dev.relay.websocket.proto.ClientProtocol;
import dev.relay.websocket.proto.ClientProtocol.ConnectRequest;
import dev.relay.websocket.proto.ClientProtocol.HistoryRequest;
import dev.relay.websocket.proto.ClientProtocol.PresenceRequest;
import dev.relay.websocket.proto.ClientProtocol.PublishRequest;
import dev.relay.websocket.proto.ClientProtocol.RPCRequest;
import dev.relay.websocket.proto.ClientProtocol.RefreshRequest;
import dev.relay.websocket.proto.ClientProtocol.SendRequest;
import dev.relay.websocket.proto.ClientProtocol.StreamPosition;
import dev.relay.websocket.proto.ClientProtocol.SubRefreshRequest;
import dev.relay.websocket.proto.ClientProtocol.SubscribeRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the commands of a Protobuf frame. Field by field, and not through the generated messages, which would keep all unknown
 * fields and every node of a filter: a stranger could have a message take a hundred times its size. The generated classes are
 * only named here for their numbers, which the compiler puts in.
 *
 * <p>The same request given twice is merged, as the format demands, except for a tags filter: the last one counts.
 *
 * <p><b>Threading.</b> Not thread-safe: owned by one shard.
 */
final class ProtobufCommands implements CommandDecoder {
    private static final int KEY = 1; // of each entry of a map
    private static final int VALUE = 2;

    private final Request request = new Request();

    @Override
    public boolean decodeFrame(byte[] bytes, int from, int length, Sink sink) {
        if (length == 0) {
            return false;
        }
        ProtobufInput in = new ProtobufInput(bytes, from, length);
        while (true) {
            Command command = next(in);
            if (command == null) {
                return false;
            }
            if (!sink.receive(command) || isAtEnd(in)) {
                return true;
            }
        }
    }

    private static boolean isAtEnd(ProtobufInput in) {
        try {
            return in.isAtEnd();
        } catch (IOException e) {
            return false; // there is more, and it is malformed
        }
    }

    private @Nullable Command next(ProtobufInput in) {
        try {
            int begun = in.beginOfFrame();
            Command command = envelope(in);
            in.end(begun);
            return command;
        } catch (IOException | MalformedCommand e) {
            return null;
        } finally {
            request.data = null;
        }
    }

    private Command envelope(ProtobufInput in) throws IOException {
        int id = 0;
        boolean sends = false;
        RequestMethod method = null;
        for (int tag = in.nextTag(); tag != 0; tag = in.nextTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (field == ClientProtocol.Command.ID_FIELD_NUMBER) {
                id = in.number(tag, id);
                continue;
            }
            RequestMethod found = RequestMethod.of(field);
            if (found == null) {
                in.skip(tag);
            } else if (in.isDelimited(tag)) {
                sends |= found == RequestMethod.SEND;
                int begun = in.begin();
                if (method != null && found.compareTo(method) > 0) {
                    in.skipToEnd(begun);
                    continue;
                }
                if (found != method) {
                    request.reset();
                    method = found;
                }
                request(in, found);
                in.end(begun);
            }
        }
        return request.command(id, method, sends);
    }

    private void request(ProtobufInput in, RequestMethod method) throws IOException {
        for (int tag = in.nextTag(); tag != 0; tag = in.nextTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            switch (method) {
                case CONNECT -> connectField(in, field, tag);
                case SUBSCRIBE -> subscribeField(in, field, tag);
                case PUBLISH -> publishField(in, field, tag);
                case HISTORY -> historyField(in, field, tag);
                case RPC -> rpcField(in, field, tag);
                case SUB_REFRESH -> subRefreshField(in, field, tag);
                case UNSUBSCRIBE, PRESENCE, PRESENCE_STATS -> channelField(in, field, tag);
                case SEND -> sendField(in, field, tag);
                case REFRESH -> refreshField(in, field, tag);
            }
        }
    }

    private void channelField(ProtobufInput in, int field, int tag) throws IOException {
        if (field == PresenceRequest.CHANNEL_FIELD_NUMBER) { // the others have the same
            request.channel = in.text(tag, request.channel);
        } else {
            in.skip(tag);
        }
    }

    private void sendField(ProtobufInput in, int field, int tag) throws IOException {
        if (field == SendRequest.DATA_FIELD_NUMBER) {
            request.data = in.payload(tag, request.data);
        } else {
            in.skip(tag);
        }
    }

    private void refreshField(ProtobufInput in, int field, int tag) throws IOException {
        if (field == RefreshRequest.TOKEN_FIELD_NUMBER) {
            request.token = in.text(tag, request.token);
        } else {
            in.skip(tag);
        }
    }

    private void connectField(ProtobufInput in, int field, int tag) throws IOException {
        switch (field) {
            case ConnectRequest.TOKEN_FIELD_NUMBER -> request.token = in.text(tag, request.token);
            case ConnectRequest.DATA_FIELD_NUMBER -> request.data = in.payload(tag, request.data);
            case ConnectRequest.NAME_FIELD_NUMBER -> request.name = in.text(tag, request.name);
            case ConnectRequest.VERSION_FIELD_NUMBER -> request.version = in.text(tag, request.version);
            case ConnectRequest.HEADERS_FIELD_NUMBER -> {
                if (in.isDelimited(tag)) {
                    header(in);
                }
            }
            case ConnectRequest.SUBS_FIELD_NUMBER -> {
                if (in.isDelimited(tag)) {
                    resume(in);
                }
            }
            default -> in.skip(tag);
        }
    }

    private void subscribeField(ProtobufInput in, int field, int tag) throws IOException {
        switch (field) {
            case SubscribeRequest.CHANNEL_FIELD_NUMBER -> request.channel = in.text(tag, request.channel);
            case SubscribeRequest.TOKEN_FIELD_NUMBER -> request.token = in.text(tag, request.token);
            case SubscribeRequest.RECOVER_FIELD_NUMBER -> request.recover = in.flag(tag, request.recover);
            case SubscribeRequest.EPOCH_FIELD_NUMBER -> request.epoch = in.text(tag, request.epoch);
            case SubscribeRequest.OFFSET_FIELD_NUMBER -> request.offset = in.offset(tag, request.offset);
            case SubscribeRequest.DATA_FIELD_NUMBER -> request.data = in.payload(tag, request.data);
            case SubscribeRequest.POSITIONED_FIELD_NUMBER -> request.positioned = in.flag(tag, request.positioned);
            case SubscribeRequest.RECOVERABLE_FIELD_NUMBER -> request.recoverable = in.flag(tag, request.recoverable);
            case SubscribeRequest.JOIN_LEAVE_FIELD_NUMBER -> request.joinLeave = in.flag(tag, request.joinLeave);
            case SubscribeRequest.DELTA_FIELD_NUMBER -> request.delta = in.text(tag, request.delta);
            case SubscribeRequest.FLAG_FIELD_NUMBER -> request.flag = in.number(tag, request.flag);
            case SubscribeRequest.TYPE_FIELD_NUMBER -> request.type = in.number(tag, request.type);
            case SubscribeRequest.TF_FIELD_NUMBER -> {
                if (in.isDelimited(tag)) {
                    request.filter = ProtobufFilter.read(in);
                    request.badFilter = request.filter == null;
                }
            }
            default -> in.skip(tag);
        }
    }

    private void publishField(ProtobufInput in, int field, int tag) throws IOException {
        switch (field) {
            case PublishRequest.CHANNEL_FIELD_NUMBER -> request.channel = in.text(tag, request.channel);
            case PublishRequest.DATA_FIELD_NUMBER -> request.data = in.payload(tag, request.data);
            case PublishRequest.TYPE_FIELD_NUMBER -> request.type = in.number(tag, request.type);
            default -> in.skip(tag);
        }
    }

    private void historyField(ProtobufInput in, int field, int tag) throws IOException {
        switch (field) {
            case HistoryRequest.CHANNEL_FIELD_NUMBER -> request.channel = in.text(tag, request.channel);
            case HistoryRequest.LIMIT_FIELD_NUMBER -> request.limit = in.number(tag, request.limit);
            case HistoryRequest.REVERSE_FIELD_NUMBER -> request.reverse = in.flag(tag, request.reverse);
            case HistoryRequest.SINCE_FIELD_NUMBER -> {
                if (in.isDelimited(tag)) {
                    since(in);
                }
            }
            default -> in.skip(tag);
        }
    }

    private void rpcField(ProtobufInput in, int field, int tag) throws IOException {
        switch (field) {
            case RPCRequest.DATA_FIELD_NUMBER -> request.data = in.payload(tag, request.data);
            case RPCRequest.METHOD_FIELD_NUMBER -> request.method = in.text(tag, request.method);
            default -> in.skip(tag);
        }
    }

    private void subRefreshField(ProtobufInput in, int field, int tag) throws IOException {
        switch (field) {
            case SubRefreshRequest.CHANNEL_FIELD_NUMBER -> request.channel = in.text(tag, request.channel);
            case SubRefreshRequest.TOKEN_FIELD_NUMBER -> request.token = in.text(tag, request.token);
            case SubRefreshRequest.TYPE_FIELD_NUMBER -> request.type = in.number(tag, request.type);
            case SubRefreshRequest.TRACK_FIELD_NUMBER, SubRefreshRequest.UNTRACK_FIELD_NUMBER -> {
                request.tracks |= WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
                in.skip(tag);
            }
            default -> in.skip(tag);
        }
    }

    private void since(ProtobufInput in) throws IOException {
        request.since = true;
        int begun = in.begin();
        for (int tag = in.nextTag(); tag != 0; tag = in.nextTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case StreamPosition.OFFSET_FIELD_NUMBER -> request.offset = in.offset(tag, request.offset);
                case StreamPosition.EPOCH_FIELD_NUMBER -> request.epoch = in.text(tag, request.epoch);
                default -> in.skip(tag);
            }
        }
        in.end(begun);
    }

    private void header(ProtobufInput in) throws IOException {
        String key = "";
        String value = "";
        int begun = in.begin();
        for (int tag = in.nextTag(); tag != 0; tag = in.nextTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case KEY -> key = in.text(tag, key);
                case VALUE -> value = in.text(tag, value);
                default -> in.skip(tag);
            }
        }
        in.end(begun);
        request.header(key, value);
    }

    private void resume(ProtobufInput in) throws IOException {
        String key = "";
        Resume value = new Resume(false, dev.relay.StreamPosition.NONE);
        int begun = in.begin();
        for (int tag = in.nextTag(); tag != 0; tag = in.nextTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (field == KEY) {
                key = in.text(tag, key);
            } else if (field != VALUE) {
                in.skip(tag);
            } else if (in.isDelimited(tag)) {
                value = resumeOf(in);
            }
        }
        in.end(begun);
        request.resume(key, value);
    }

    private static Resume resumeOf(ProtobufInput in) throws IOException {
        boolean recover = false;
        long offset = 0;
        String epoch = "";
        int begun = in.begin();
        for (int tag = in.nextTag(); tag != 0; tag = in.nextTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case SubscribeRequest.RECOVER_FIELD_NUMBER -> recover = in.flag(tag, recover);
                case SubscribeRequest.OFFSET_FIELD_NUMBER -> offset = in.offset(tag, offset);
                case SubscribeRequest.EPOCH_FIELD_NUMBER -> epoch = in.text(tag, epoch);
                case SubscribeRequest.DELTA_FIELD_NUMBER -> Request.checkDelta(in.text(tag, ""));
                default -> in.skip(tag);
            }
        }
        in.end(begun);
        return new Resume(recover, Request.position(offset, epoch));
    }
}
