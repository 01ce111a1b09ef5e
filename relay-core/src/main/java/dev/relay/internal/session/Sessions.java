package dev.relay.internal.session;

import dev.relay.Authorizer;
import dev.relay.CloseCode;
import dev.relay.internal.channel.ChannelRegistry;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.shard.Shard;
import dev.relay.transport.Connection;
import dev.relay.transport.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one shard, and what they share.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
public final class Sessions {
    private final Shard shard;
    private final ChannelRegistry channels;
    private final Namespaces namespaces;
    private final Authorizer authorizer;
    private final Permissions permissions;
    private final SessionOptions options;
    private final Executor executor;
    private final List<ClientSession> all = new ArrayList<>();
    private final ArrayDeque<ClientSession> dirty = new ArrayDeque<>();
    private final List<ClientSession> notAdmitted = new ArrayList<>();
    private boolean stopping;
    private @Nullable Runnable whenGone;

    /** @param executor carries answers of an authorizer back when they come on foreign threads; may block */
    public Sessions(
            Shard shard,
            ChannelRegistry channels,
            Namespaces namespaces,
            Authorizer authorizer,
            SessionOptions options,
            Executor executor) {
        this.shard = shard;
        this.channels = channels;
        this.namespaces = namespaces;
        this.authorizer = authorizer;
        this.permissions = new Permissions(options.insecure());
        this.options = options;
        this.executor = executor;
    }

    /** A new connection of this shard. */
    public Connection connect(Transport transport) {
        ClientSession session = new ClientSession(this, transport);
        session.place = all.size();
        all.add(session);
        return session;
    }

    /** Connections of this shard, whatever their state. */
    public int count() {
        return all.size();
    }

    /** Sends what the turn has produced. */
    public void flush() {
        for (ClientSession next = dirty.poll(); next != null; next = dirty.poll()) {
            next.flush();
        }
    }

    /** Tries again what was not admitted; whether something still is not. */
    public boolean retry() {
        if (notAdmitted.isEmpty()) {
            return false;
        }
        List<ClientSession> again = List.copyOf(notAdmitted);
        notAdmitted.clear();
        again.forEach(ClientSession::proceed);
        return !notAdmitted.isEmpty();
    }

    /** Takes no more commands; what is on its way will be answered. */
    public void stopReading() {
        stopping = true;
        all.forEach(ClientSession::stopReading);
    }

    /** Closes every connection; {@code whenGone} is told when the last one has gone. */
    public void closeAll(CloseCode code, Runnable whenGone) {
        stopping = true;
        if (all.isEmpty()) {
            whenGone.run();
            return;
        }
        this.whenGone = whenGone;
        for (ClientSession session : List.copyOf(all)) {
            session.close(code);
        }
    }

    void remove(ClientSession session) {
        ClientSession last = all.remove(all.size() - 1);
        if (last != session) {
            all.set(session.place, last);
            last.place = session.place;
        }
        if (all.isEmpty() && whenGone != null) {
            whenGone.run();
            whenGone = null;
        }
    }

    void dirty(ClientSession session) {
        dirty.add(session);
    }

    void notAdmitted(ClientSession session) {
        notAdmitted.add(session);
    }

    boolean isStopping() {
        return stopping;
    }

    Shard shard() {
        return shard;
    }

    ChannelRegistry channels() {
        return channels;
    }

    Namespaces namespaces() {
        return namespaces;
    }

    Permissions permissions() {
        return permissions;
    }

    SessionOptions options() {
        return options;
    }

    /**
     * Asks the authorizer and tells {@code then} the answer on this shard: at once if it is known already. A question that
     * throws has failed as a stage may.
     */
    <T> void ask(Function<Authorizer, CompletionStage<T>> question, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        CompletionStage<T> stage;
        try {
            stage = question.apply(authorizer);
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (future.isDone()) {
            T result = null;
            Throwable failure = null;
            try {
                result = future.join();
            } catch (CompletionException | CancellationException e) {
                failure = e;
            }
            then.accept(result, failure); // outside the stage, which would swallow what this throws
        } else {
            // By way of the executor: the completing thread may be a shard, which must not wait for room in an inbox.
            future.whenCompleteAsync((result, failure) -> shard.put(() -> then.accept(result, failure)), executor);
        }
    }
}
