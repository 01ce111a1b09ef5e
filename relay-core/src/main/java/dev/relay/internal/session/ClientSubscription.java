package dev.relay.internal.session;

import dev.relay.Authorizer.Subscribing.Allowed;
import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.channel.Receiver;
import dev.relay.internal.channel.SubscribeResult;
import dev.relay.internal.channel.Subscription;
import dev.relay.internal.outbox.Chunk;
import dev.relay.transport.Command;
import dev.relay.transport.Command.Subscribe;
import dev.relay.transport.Encoding;
import dev.relay.transport.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's subscription: from the command to the reply, and then the way of its channel's publications. */
final class ClientSubscription implements Receiver {
    private static final int MAX_RECOVERED_BYTES = 768 << 10; // of encoded reply

    private final ClientSession session;
    private final ChannelOptions options;
    private @Nullable Subscribe command; // until it is answered
    private @Nullable Subscription subscription; // once it is permitted
    private @Nullable Payload chanInfo;
    private @Nullable Payload data; // until it is told

    ClientSubscription(ClientSession session, Subscribe command, ChannelOptions options) {
        this.session = session;
        this.command = command;
        this.options = options;
    }

    /** It is permitted: goes to the channel. */
    void start(Allowed allowed) {
        Subscribe request = command;
        if (request == null) {
            return;
        }
        chanInfo = allowed.chanInfo();
        data = allowed.data();
        StreamPosition since = request.recover() && isRecoverable(request) ? request.since() : null;
        session.sessions()
                .channels()
                .subscribe(
                        request.channel(),
                        options,
                        this,
                        since,
                        session.sessions().options().outboxBytes());
    }

    void fail(ErrorCode error) {
        Subscribe request = command;
        if (request != null) {
            session.subscriptions().remove(request.channel());
            session.fail(request.id(), error);
            answered(request);
        }
    }

    /** Whether the reply is written. */
    boolean isLive() {
        return command == null;
    }

    @Nullable
    Payload chanInfo() {
        return chanInfo;
    }

    /** Nothing more comes. The session knows. */
    void end() {
        if (subscription != null) {
            subscription.end();
        }
    }

    @Override
    public Encoding encoding() {
        return session.encoding();
    }

    @Override
    public void begins(Subscription made) {
        subscription = made;
    }

    @Override
    public void subscribed(SubscribeResult result) {
        Subscribe request = command;
        if (request == null) {
            return;
        }
        boolean recoverable = isRecoverable(request);
        boolean recovering = recoverable && request.recover();
        boolean answered = result.recovered()
                && session.replyWithin(request.id(), reply(request, result, true), MAX_RECOVERED_BYTES);
        if (!answered) {
            if (recovering && (request.flag() & Command.Subscribe.REJECT_UNRECOVERED) != 0) {
                end();
                fail(ErrorCode.UNRECOVERABLE_POSITION);
                return;
            }
            session.reply(request.id(), reply(request, result, false));
        }
        data = null;
        answered(request);
    }

    @Override
    public void refused(Refused why) {
        fail(why.error());
    }

    @Override
    public void publication(String channel, Publication publication) {
        session.push(channel, publication);
    }

    @Override
    public void chunk(Chunk chunk) {
        session.send(chunk);
    }

    @Override
    public void close(CloseCode code) {
        session.close(code);
    }

    private Reply.Subscribed reply(Subscribe request, SubscribeResult result, boolean recovered) {
        boolean recoverable = isRecoverable(request);
        boolean positioned = recoverable || isPositioned(request);
        StreamPosition position = StreamPosition.NONE;
        if (recovered) {
            position = new StreamPosition(request.since().offset(), result.top().epoch());
        } else if (positioned) {
            position = result.top();
        }
        return new Reply.Subscribed(
                false,
                0,
                recoverable,
                positioned,
                position,
                recovered,
                recoverable && request.recover(),
                recovered ? result.missed() : List.of(),
                data);
    }

    private boolean isRecoverable(Subscribe request) {
        return options.hasStream()
                && (options.forceRecovery() || request.recoverable() && (options.allowRecovery() || mayReadHistory()));
    }

    private boolean isPositioned(Subscribe request) {
        return options.hasStream()
                && (options.forcePositioning()
                        || request.positioned() && (options.allowPositioning() || mayReadHistory()));
    }

    private boolean mayReadHistory() {
        return session.sessions()
                .permissions()
                .mayReadHistory(options, session.client().user(), true);
    }

    /** The channel is free for the next command; the reply has been written. */
    private void answered(Subscribe request) {
        command = null;
        session.order().end(request.channel());
        session.proceed();
    }
}
