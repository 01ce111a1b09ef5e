package dev.relay.internal.session;

import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.transport.Command;
import dev.relay.transport.ShardContext.Timer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a client says: runs its commands in order. One that cannot run yet waits in the backlog, everything behind it too,
 * and reading pauses: the backlog holds no more than what one read brought.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class Incoming {
    private static final long UNSUBSCRIBE_WAIT_NANOS = 5_000_000_000L;
    private static final long ANSWER_NANOS = 5_000_000_000L;

    private final ClientSession session;
    private @Nullable ChannelOrder order;
    private @Nullable ArrayDeque<Command> backlog;
    private @Nullable CommandRate rate;
    private @Nullable Runnable whenAnswered;
    private @Nullable Timer answerTimer;
    private boolean proceeding;
    private boolean triesAgain;
    private long receivedAtNanos;

    Incoming(ClientSession session) {
        this.session = session;
    }

    ChannelOrder order() {
        if (order == null) {
            order = new ChannelOrder();
        }
        return order;
    }

    /** From here on commands are counted. */
    void limitRate() {
        int perSecond = session.sessions().options().commandsPerSecond();
        if (perSecond < Integer.MAX_VALUE) {
            rate = new CommandRate(perSecond, nanoTime());
        }
    }

    /** When a command has come last, pongs aside; by the steady clock. */
    long receivedAtNanos() {
        return receivedAtNanos;
    }

    void receive(Command command) {
        if (!(command instanceof Command.Pong)) {
            receivedAtNanos = nanoTime();
        }
        if (!session.listens() || exceedsRate(command)) {
            return;
        }
        if (backlog == null && run(command)) {
            return;
        }
        if (session.listens()) {
            if (backlog == null) {
                backlog = new ArrayDeque<>();
                session.wantRead(false);
            }
            backlog.add(command);
            if (command instanceof Command.Unsubscribe unsubscribe) {
                session.sessions().shard().schedule(UNSUBSCRIBE_WAIT_NANOS, () -> checkUnsubscribed(unsubscribe));
            }
        }
    }

    /** Something has been answered: goes on with what waited for it. */
    void proceed() {
        if (!proceeding) {
            work();
            finishIfAnswered();
        }
    }

    /** Nothing more is read: runs {@code then} when all that has been read is answered, or should have been. */
    void finish(Runnable then) {
        whenAnswered = then;
        answerTimer = session.sessions().shard().schedule(ANSWER_NANOS, then);
        finishIfAnswered();
    }

    boolean isFinishing() {
        return whenAnswered != null;
    }

    private void finishIfAnswered() {
        if (whenAnswered != null && backlog == null && (order == null || order.isIdle()) && !session.isConnecting()) {
            whenAnswered.run();
        }
    }

    private void work() {
        if (backlog == null) {
            return;
        }
        proceeding = true;
        try {
            for (Command next = backlog.peek(); next != null && run(next) && backlog != null; next = backlog.peek()) {
                backlog.remove();
            }
        } finally {
            proceeding = false;
        }
        if (backlog != null && backlog.isEmpty()) {
            backlog = null;
            session.wantRead(true);
        }
    }

    /** Goes on in a moment: what the next command needs is not up to this client. */
    void tryAgain() {
        if (!triesAgain) {
            triesAgain = true;
            session.sessions().tryAgain(() -> {
                triesAgain = false;
                proceed();
            });
        }
    }

    /** Forgets what waits. */
    void clear() {
        backlog = null;
        if (answerTimer != null) {
            answerTimer.cancel();
            answerTimer = null;
        }
    }

    /** Runs a command; {@code false} iff it must wait. */
    private boolean run(Command command) {
        try {
            return dispatch(command);
        } catch (Throwable e) {
            session.failed(e);
            return true;
        }
    }

    private boolean dispatch(Command command) {
        if (session.isConnecting()) {
            return false;
        }
        if (command instanceof Command.Connect connect && session.beginConnecting()) {
            ConnectHandler.run(session, connect);
            return true;
        }
        if (!session.isConnected() || command instanceof Command.Connect) {
            session.close(CloseCode.BAD_REQUEST);
            return true;
        }
        if (isHeardByHandlers(command) && handlersAreBehind()) {
            tryAgain();
            return false;
        }
        if (command instanceof Command.Publish publish) {
            return PublishHandler.run(session, publish);
        } else if (command instanceof Command.Subscribe subscribe) {
            return SubscribeHandler.run(session, subscribe);
        } else if (command instanceof Command.Unsubscribe unsubscribe) {
            return UnsubscribeHandler.run(session, unsubscribe);
        } else if (command instanceof Command.History history) {
            return HistoryHandler.run(session, history);
        } else if (command instanceof Command.Refresh refresh) {
            return RefreshHandler.run(session, refresh);
        } else if (command instanceof Command.Presence presence) {
            return PresenceHandler.run(session, presence);
        } else if (command instanceof Command.PresenceStats stats) {
            return PresenceHandler.run(session, stats);
        } else if (command instanceof Command.Rpc rpc) {
            return CallHandler.run(session, rpc);
        } else if (command instanceof Command.SubRefresh refresh) {
            return RefreshHandler.run(session, refresh);
        } else if (command instanceof Command.Send send) {
            CallHandler.run(session, send);
        } else if (command instanceof Command.Pong) {
            if (!session.ponged()) {
                session.close(CloseCode.BAD_REQUEST);
            }
        } else if (command instanceof Command.Unavailable unavailable) {
            session.fail(unavailable.id(), ErrorCode.NOT_AVAILABLE);
        } else if (command instanceof Command.Invalid invalid) {
            session.fail(invalid.id(), ErrorCode.BAD_REQUEST);
        }
        return true;
    }

    private static boolean isHeardByHandlers(Command command) {
        return command instanceof Command.Subscribe
                || command instanceof Command.Unsubscribe
                || command instanceof Command.Rpc
                || command instanceof Command.Send;
    }

    /** Whether so many calls of handlers wait that this client should not cause more. */
    private boolean handlersAreBehind() {
        Serial serial = session.identity().serial();
        return serial != null && serial.isFull();
    }

    /** Refuses a command beyond the rate that a client may keep up. */
    private boolean exceedsRate(Command command) {
        if (rate == null || command instanceof Command.Pong || rate.take(nanoTime())) {
            return false;
        }
        if (command instanceof Command.Send) {
            session.close(CloseCode.TOO_MANY_REQUESTS);
        } else {
            session.fail(command.id(), ErrorCode.TOO_MANY_REQUESTS);
        }
        return true;
    }

    /** A subscribe that is not answered must not keep an unsubscribe waiting: the client has given up on both. */
    private void checkUnsubscribed(Command.Unsubscribe command) {
        if (backlog == null || !backlog.contains(command)) {
            return;
        }
        ClientSubscription subscription = session.subscriptions().get(command.channel());
        if (subscription != null && !subscription.isLive()) {
            session.close(CloseCode.INTERNAL_ERROR);
        }
    }

    private long nanoTime() {
        return session.sessions().shard().clock().nanoTime();
    }
}
