package dev.relay.websocket;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.relay.ClientInfo;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import dev.relay.transport.FilterNode;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import dev.relay.websocket.proto.ClientProtocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client's side of the Protobuf encoding, by way of the generated classes. */
final class ProtobufMirror {
    private ProtobufMirror() {}

    // ---- commands

    static ClientProtocol.Command write(Command command) {
        ClientProtocol.Command.Builder out = ClientProtocol.Command.newBuilder().setId(command.id());
        if (command instanceof Command.Connect connect) {
            ClientProtocol.ConnectRequest.Builder request = out.getConnectBuilder()
                    .setToken(connect.token())
                    .setData(bytes(connect.data()))
                    .setName(connect.name())
                    .setVersion(connect.version())
                    .putAllHeaders(connect.headers());
            connect.resumes()
                    .forEach((channel, resume) -> request.putSubs(
                            channel,
                            ClientProtocol.SubscribeRequest.newBuilder()
                                    .setRecover(resume.recover())
                                    .setOffset(resume.since().offset())
                                    .setEpoch(resume.since().epoch())
                                    .build()));
        } else if (command instanceof Command.Subscribe subscribe) {
            ClientProtocol.SubscribeRequest.Builder request = out.getSubscribeBuilder()
                    .setChannel(subscribe.channel())
                    .setToken(subscribe.token())
                    .setData(bytes(subscribe.data()))
                    .setRecover(subscribe.recover())
                    .setOffset(subscribe.since().offset())
                    .setEpoch(subscribe.since().epoch())
                    .setPositioned(subscribe.positioned())
                    .setRecoverable(subscribe.recoverable())
                    .setJoinLeave(subscribe.joinLeave())
                    .setFlag(subscribe.flag());
            if (subscribe.filter() != null) {
                request.setTf(write(subscribe.filter()));
            }
        } else if (command instanceof Command.Unsubscribe unsubscribe) {
            out.getUnsubscribeBuilder().setChannel(unsubscribe.channel());
        } else if (command instanceof Command.Publish publish) {
            out.getPublishBuilder().setChannel(publish.channel()).setData(bytes(publish.data()));
        } else if (command instanceof Command.History history) {
            ClientProtocol.HistoryRequest.Builder request = out.getHistoryBuilder()
                    .setChannel(history.channel())
                    .setLimit(history.limit())
                    .setReverse(history.reverse());
            if (history.since() != null) {
                request.getSinceBuilder()
                        .setOffset(history.since().offset())
                        .setEpoch(history.since().epoch());
            }
        } else if (command instanceof Command.Presence presence) {
            out.getPresenceBuilder().setChannel(presence.channel());
        } else if (command instanceof Command.PresenceStats stats) {
            out.getPresenceStatsBuilder().setChannel(stats.channel());
        } else if (command instanceof Command.Rpc rpc) {
            out.getRpcBuilder().setMethod(rpc.method()).setData(bytes(rpc.data()));
        } else if (command instanceof Command.SubRefresh refresh) {
            out.getSubRefreshBuilder().setChannel(refresh.channel()).setToken(refresh.token());
        } else if (command instanceof Command.Refresh refresh) {
            out.getRefreshBuilder().setToken(refresh.token());
        } else if (command instanceof Command.Send send) {
            out.getSendBuilder().setData(bytes(send.data()));
        }
        return out.build();
    }

    static ClientProtocol.FilterNode write(FilterNode node) {
        return ClientProtocol.FilterNode.newBuilder()
                .setOp(node.op())
                .setKey(node.key())
                .setCmp(node.cmp())
                .setVal(node.val())
                .addAllVals(node.vals())
                .addAllNodes(node.nodes().stream().map(ProtobufMirror::write).toList())
                .build();
    }

    /** What the generated classes make of it; {@code null} if it is malformed. */
    static ClientProtocol.@Nullable Command parse(byte[] bytes) {
        try {
            return ClientProtocol.Command.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    /** Whether a command repeats its tags filter, of which Relay takes the last while the generated classes merge them. */
    static boolean hasManyFilters(byte[] bytes) throws IOException {
        List<ByteString> requests = UnknownFieldSet.parseFrom(bytes).getField(5).getLengthDelimitedList();
        int filters = 0;
        for (ByteString request : requests) {
            filters += UnknownFieldSet.parseFrom(request)
                    .getField(13)
                    .getLengthDelimitedList()
                    .size();
        }
        return filters > 1;
    }

    /** The message behind its length, as it stands in a frame. */
    static byte[] delimited(ClientProtocol.Command command) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        command.writeDelimitedTo(out);
        return out.toByteArray();
    }

    // ---- pushes

    static Push push(ClientProtocol.Push in) {
        if (in.hasPub()) {
            Publication publication = publication(in.getPub());
            String from = in.getPub().getChannel();
            return from.isEmpty() ? publication : new Push.Matched(from, publication);
        } else if (in.hasJoin()) {
            return new Push.Joined(info(in.getJoin().getInfo()));
        } else if (in.hasLeave()) {
            return new Push.Left(info(in.getLeave().getInfo()));
        } else if (in.hasUnsubscribe()) {
            return new Push.Unsubscribed(
                    in.getUnsubscribe().getCode(), in.getUnsubscribe().getReason());
        } else if (in.hasSubscribe()) {
            ClientProtocol.Subscribe subscribe = in.getSubscribe();
            return new Push.Subscribed(
                    subscribe.getRecoverable(),
                    subscribe.getPositioned(),
                    new StreamPosition(subscribe.getOffset(), subscribe.getEpoch()),
                    payload(subscribe.getData()));
        } else if (in.hasMessage()) {
            return new Push.Message(Payload.of(in.getMessage().getData().toByteArray()));
        } else if (in.hasRefresh()) {
            return new Push.Refreshed(
                    in.getRefresh().getExpires(), in.getRefresh().getTtl());
        }
        throw new AssertionError("a push of nothing: " + in);
    }

    // ---- replies

    static Reply reply(ClientProtocol.Reply in) {
        if (in.hasConnect()) {
            ClientProtocol.ConnectResult connect = in.getConnect();
            return new Reply.Connected(
                    connect.getClient(),
                    connect.getVersion(),
                    payload(connect.getData()),
                    connect.getExpires(),
                    connect.getTtl(),
                    connect.getPing(),
                    connect.getPong(),
                    map(connect.getSubsMap(), ProtobufMirror::subscribed));
        } else if (in.hasSubscribe()) {
            return subscribed(in.getSubscribe());
        } else if (in.hasUnsubscribe()) {
            return Reply.Unsubscribed.INSTANCE;
        } else if (in.hasPublish()) {
            return Reply.Published.INSTANCE;
        } else if (in.hasHistory()) {
            ClientProtocol.HistoryResult history = in.getHistory();
            return new Reply.History(
                    publications(history.getPublicationsList()),
                    new StreamPosition(history.getOffset(), history.getEpoch()));
        } else if (in.hasRefresh()) {
            ClientProtocol.RefreshResult refresh = in.getRefresh();
            return new Reply.Refreshed(
                    refresh.getClient(), refresh.getVersion(), refresh.getExpires(), refresh.getTtl());
        } else if (in.hasSubRefresh()) {
            return new Reply.SubRefreshed(
                    in.getSubRefresh().getExpires(), in.getSubRefresh().getTtl());
        } else if (in.hasPresence()) {
            return new Reply.Presence(map(in.getPresence().getPresenceMap(), ProtobufMirror::info));
        } else if (in.hasPresenceStats()) {
            return new Reply.PresenceStats(
                    in.getPresenceStats().getNumClients(), in.getPresenceStats().getNumUsers());
        } else if (in.hasRpc()) {
            return new Reply.Returned(payload(in.getRpc().getData()));
        } else if (in.hasError()) {
            ClientProtocol.Error error = in.getError();
            return new Reply.Failed(new ErrorCode(error.getCode(), error.getMessage(), error.getTemporary()));
        }
        throw new AssertionError("a reply of nothing: " + in);
    }

    private static Reply.Subscribed subscribed(ClientProtocol.SubscribeResult in) {
        return new Reply.Subscribed(
                in.getExpires(),
                in.getTtl(),
                in.getRecoverable(),
                in.getPositioned(),
                new StreamPosition(in.getOffset(), in.getEpoch()),
                in.getRecovered(),
                in.getWasRecovering(),
                publications(in.getPublicationsList()),
                payload(in.getData()));
    }

    private static List<Publication> publications(List<ClientProtocol.Publication> in) {
        return in.stream().map(ProtobufMirror::publication).toList();
    }

    private static Publication publication(ClientProtocol.Publication in) {
        return new Publication(
                Payload.of(in.getData().toByteArray()),
                in.hasInfo() ? info(in.getInfo()) : null,
                in.getTagsMap(),
                new StreamPosition(in.getOffset(), in.getEpoch()),
                0);
    }

    private static ClientInfo info(ClientProtocol.ClientInfo in) {
        return new ClientInfo(in.getUser(), in.getClient(), payload(in.getConnInfo()), payload(in.getChanInfo()));
    }

    private static <A, B> Map<String, B> map(Map<String, A> in, Function<A, B> value) {
        Map<String, B> out = new LinkedHashMap<>();
        in.forEach((key, each) -> out.put(key, value.apply(each)));
        return out;
    }

    private static @Nullable Payload payload(ByteString in) {
        return in.isEmpty() ? null : Payload.of(in.toByteArray());
    }

    private static ByteString bytes(@Nullable Payload payload) {
        return payload == null ? ByteString.EMPTY : ByteString.copyFrom(payload.asByteBuffer());
    }
}
