package dev.relay.internal.session;

import dev.relay.CloseCode;
import dev.relay.MessageHandler;
import dev.relay.Payload;
import dev.relay.RpcHandler;
import dev.relay.RpcResult;
import dev.relay.Session;
import dev.relay.SessionListener;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's handlers, called where the host wants them to run: on the shard, or on an executor, where calls for one
 * session stay in order.
 *
 * <p><b>Threading.</b> {@link #call(String, Payload)} from any thread; the rest on the session's shard.
 */
public final class Handlers {
    private static final String OWN_METHODS = "relay.";
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);

    private final Map<String, RpcHandler> methods;
    private final boolean hasMethods; // asked for whatever a stranger calls
    private final @Nullable MessageHandler messageHandler;
    private final @Nullable SessionListener listener;
    private final @Nullable Executor executor;

    // Written and read by all shards without order: it only keeps the log short.
    private volatile boolean refused;

    public Handlers(
            Map<String, RpcHandler> methods,
            @Nullable MessageHandler messageHandler,
            @Nullable SessionListener listener,
            @Nullable Executor executor) {
        this.methods = Map.copyOf(methods);
        this.hasMethods = methods.keySet().stream().anyMatch(method -> !method.startsWith(OWN_METHODS));
        this.messageHandler = messageHandler;
        this.listener = listener;
        this.executor = executor;
    }

    /** Whether the application has methods of its own. */
    public boolean hasMethods() {
        return hasMethods;
    }

    /** Whether there is a method of this name. */
    public boolean has(String method) {
        return methods.containsKey(method);
    }

    /** Calls a method that there is, for the application itself. The stage fails if the handler does. */
    public CompletionStage<RpcResult> call(String method, @Nullable Payload data) {
        return call(new RpcHandler.Call(null, method, data), executor);
    }

    /** The same for a client. */
    CompletionStage<RpcResult> call(ClientSession session, String method, @Nullable Payload data) {
        return call(
                new RpcHandler.Call(session.view(), method, data),
                session.identity().serial());
    }

    private CompletionStage<RpcResult> call(RpcHandler.Call call, @Nullable Executor where) {
        RpcHandler handler = methods.get(call.method());
        if (handler == null) {
            throw new IllegalArgumentException("no such method: " + call.method());
        }
        if (where == null) {
            return handler.call(call);
        }
        try {
            return CompletableFuture.supplyAsync(() -> handler.call(call), where)
                    .thenCompose(stage -> stage);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Whether messages without an answer are taken. */
    boolean takesMessages() {
        return messageHandler != null;
    }

    void message(ClientSession session, @Nullable Payload data) {
        MessageHandler handler = messageHandler;
        if (handler != null) {
            Session view = session.view();
            run(session, view, () -> handler.message(view, data));
        }
    }

    void connected(ClientSession session) {
        tell(session, (view, told) -> told.connected(view));
    }

    void subscribed(ClientSession session, String channel) {
        tell(session, (view, told) -> told.subscribed(view, channel));
    }

    void unsubscribed(ClientSession session, String channel, int code) {
        tell(session, (view, told) -> told.unsubscribed(view, channel, code));
    }

    void disconnected(ClientSession session, CloseCode code) {
        tell(session, (view, told) -> told.disconnected(view, code));
    }

    /** Where the calls for a new session run; {@code null} for its shard. */
    @Nullable
    Serial serial() {
        boolean nothingToCall = methods.isEmpty() && messageHandler == null && listener == null;
        return executor == null || nothingToCall ? null : new Serial(executor);
    }

    private interface Event {
        void tell(Session session, SessionListener listener);
    }

    private void tell(ClientSession session, Event event) {
        SessionListener told = listener;
        if (told != null) {
            Session view = session.view();
            run(session, view, () -> event.tell(view, told));
        }
    }

    private void run(ClientSession session, Session view, Runnable call) {
        Serial serial = session.identity().serial();
        if (serial == null) {
            if (!guarded(view, call)) {
                session.close(CloseCode.INTERNAL_ERROR);
            }
            return;
        }
        try {
            serial.execute(() -> {
                if (!guarded(view, call)) {
                    session.sessions().later(() -> session.close(CloseCode.INTERNAL_ERROR));
                }
            });
            if (refused) {
                refused = false;
            }
        } catch (RejectedExecutionException e) {
            if (!refused) {
                refused = true;
                LOG.warn(
                        "the executor of handlers refuses calls, which are lost; the first is for {}",
                        view.client(),
                        e);
            }
        }
    }

    private static boolean guarded(Session view, Runnable call) {
        try {
            call.run();
            return true;
        } catch (Throwable e) { // also an Error: it must not cost anybody else
            LOG.atWarn()
                    .addKeyValue("client", view.client())
                    .setCause(e)
                    .log("a handler has thrown for client {}; its connection is closed", view.client());
            return false;
        }
    }
}
