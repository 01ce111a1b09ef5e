package dev.relay.internal;

import static java.util.Objects.requireNonNull;

import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.Clients;
import dev.relay.CloseCode;
import dev.relay.ConnectionInfo;
import dev.relay.ConnectionPage;
import dev.relay.ControlResult;
import dev.relay.ErrorCode;
import dev.relay.PageRequest;
import dev.relay.Payload;
import dev.relay.Refused;
import dev.relay.ServerSubscription;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.session.SessionControl;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Carries orders about clients to all shards, since a user's connections may be on any. */
final class EngineClients implements Clients {
    private final ShardQueries shards;
    private final Namespaces namespaces;

    EngineClients(ShardQueries shards, Namespaces namespaces) {
        this.shards = shards;
        this.namespaces = namespaces;
    }

    @Override
    public CompletionStage<ControlResult> subscribe(ClientSelector who, String channel, ServerSubscription how) {
        requireNonNull(who, "who");
        requireNonNull(channel, "channel");
        requireNonNull(how, "how");
        ChannelOptions options = namespaces.options(channel);
        Refused refused = namespaces.refusal(channel, options);
        if (refused != null || options == null) {
            return CompletableFuture.completedFuture(requireNonNull(refused));
        }
        return summed(shards.askAll((scope, answer) ->
                new SessionControl(scope.sessions()).subscribe(who, channel, options, how, answer::accept)));
    }

    @Override
    public CompletionStage<ControlResult> unsubscribe(ClientSelector who, String channel) {
        requireNonNull(who, "who");
        requireNonNull(channel, "channel");
        if (!channel.isEmpty()) {
            Refused refused = namespaces.refusal(channel, namespaces.options(channel));
            if (refused != null) {
                return CompletableFuture.completedFuture(refused);
            }
        }
        return order(control -> control.unsubscribe(who, channel));
    }

    @Override
    public CompletionStage<ControlResult> disconnect(ClientSelector who, CloseCode code) {
        requireNonNull(who, "who");
        requireNonNull(code, "code");
        return order(control -> control.disconnect(who, code));
    }

    @Override
    public CompletionStage<ControlResult> refresh(
            ClientSelector who, long expiresAtSeconds, @Nullable Payload connInfo) {
        requireNonNull(who, "who");
        return order(control -> control.refresh(who, expiresAtSeconds, connInfo));
    }

    @Override
    public CompletionStage<ControlResult> send(ClientSelector who, Payload data) {
        requireNonNull(who, "who");
        requireNonNull(data, "data");
        return order(control -> control.send(who, data));
    }

    @Override
    public CompletionStage<ConnectionPage> list(@Nullable String user, PageRequest page) {
        requireNonNull(page, "page");
        int oneMore = page.limit() == Integer.MAX_VALUE ? page.limit() : page.limit() + 1;
        return shards.<List<ConnectionInfo>>askAll((scope, answer) ->
                        answer.accept(new SessionControl(scope.sessions()).list(user, page.cursor(), oneMore)))
                .thenApply(parts -> {
                    List<ConnectionInfo> found = parts.stream()
                            .flatMap(List::stream)
                            .sorted(Comparator.comparing(one -> one.session().client()))
                            .toList();
                    if (found.size() <= page.limit()) {
                        return new ConnectionPage(found, "");
                    }
                    List<ConnectionInfo> first = found.subList(0, page.limit());
                    return new ConnectionPage(
                            first, first.get(first.size() - 1).session().client());
                });
    }

    private CompletionStage<ControlResult> order(ToIntFunction<SessionControl> order) {
        return summed(shards.askAll(
                (scope, answer) -> answer.accept(order.applyAsInt(new SessionControl(scope.sessions())))));
    }

    private static CompletionStage<ControlResult> summed(CompletableFuture<List<Integer>> parts) {
        return parts.<ControlResult>thenApply(counts -> new ControlResult.Done(
                        counts.stream().mapToInt(Integer::intValue).sum()))
                .exceptionally(e ->
                        new Refused(ErrorCode.TOO_MANY_REQUESTS, "not carried out on all shards: " + e.getMessage()));
    }
}
