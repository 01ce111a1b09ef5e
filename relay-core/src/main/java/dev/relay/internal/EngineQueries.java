package dev.relay.internal;

import static java.util.Objects.requireNonNull;

import dev.relay.ChannelOptions;
import dev.relay.ChannelPage;
import dev.relay.ErrorCode;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.NodeInfo;
import dev.relay.PageRequest;
import dev.relay.PresenceResult;
import dev.relay.PresenceStatsResult;
import dev.relay.Refused;
import dev.relay.internal.channel.Topology;
import dev.relay.internal.session.Population;
import dev.relay.journal.Glob;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an application asks about channels and about the engine.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class EngineQueries {
    private final ShardQueries shards;
    private final Topology topology;
    private final EngineOptions options;
    private final Population population;
    private final String uid = UUID.randomUUID().toString();
    private final long startedAtNanos;

    EngineQueries(ShardQueries shards, Topology topology, EngineOptions options, Population population) {
        this.shards = shards;
        this.topology = topology;
        this.options = options;
        this.population = population;
        this.startedAtNanos = options.clock().nanoTime();
    }

    CompletionStage<HistoryResult> history(String channel, HistoryQuery query) {
        requireNonNull(query, "query");
        return atHome(channel, (scope, channelOptions, answer) -> scope.channels()
                .history(channel, channelOptions, query, Integer.MAX_VALUE, Long.MAX_VALUE, answer));
    }

    CompletionStage<HistoryResult> removeHistory(String channel) {
        return atHome(channel, (scope, channelOptions, answer) -> scope.channels()
                .removeHistory(channel, channelOptions, answer));
    }

    CompletionStage<PresenceResult> presence(String channel) {
        return present(channel, (scope, answer) -> scope.channels()
                .present(channel, clients -> answer.accept(new PresenceResult.Present(clients))));
    }

    CompletionStage<PresenceStatsResult> presenceStats(String channel) {
        return present(channel, (scope, answer) -> scope.channels()
                .countPresent(
                        channel, (clients, users) -> answer.accept(new PresenceStatsResult.Counted(clients, users))));
    }

    CompletionStage<ChannelPage> channels(String pattern, PageRequest page) {
        requireNonNull(page, "page");
        Predicate<String> matches;
        try {
            matches = pattern.isEmpty() ? name -> true : Glob.compile(pattern)::matches;
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        return shards.<SortedMap<String, Integer>>askAll((scope, answer) -> {
                    TreeMap<String, Integer> found = new TreeMap<>();
                    scope.channels().forEachFollowed((name, subscribers) -> {
                        if (name.compareTo(page.cursor()) > 0 && matches.test(name)) {
                            found.put(name, subscribers);
                            if (found.size() - 1 > page.limit()) { // one more tells that there is more
                                found.pollLastEntry();
                            }
                        }
                    });
                    answer.accept(found);
                })
                .thenApply(parts -> {
                    TreeMap<String, Integer> all = new TreeMap<>();
                    parts.forEach(all::putAll);
                    boolean more = all.size() > page.limit();
                    while (all.size() > page.limit()) {
                        all.pollLastEntry();
                    }
                    return new ChannelPage(all, more ? all.lastKey() : "");
                });
    }

    CompletionStage<NodeInfo> info() {
        return shards.<int[]>askAll((scope, answer) -> answer.accept(new int[] {
                    scope.sessions().subscriptionCount(), scope.channels().followedCount()
                }))
                .thenApply(parts -> new NodeInfo(
                        uid,
                        options.nodeName(),
                        options.sessions().version(),
                        population.clients(),
                        population.users(),
                        parts.stream().mapToInt(part -> part[0]).sum(),
                        parts.stream().mapToInt(part -> part[1]).sum(),
                        TimeUnit.NANOSECONDS.toSeconds(options.clock().nanoTime() - startedAtNanos)));
    }

    private interface HomeQuestion {
        void ask(ShardScope home, ChannelOptions options, Consumer<HistoryResult> answer);
    }

    private CompletionStage<HistoryResult> atHome(String channel, HomeQuestion question) {
        requireNonNull(channel, "channel");
        ChannelOptions channelOptions = options.namespaces().options(channel);
        Refused refused = options.namespaces().refusal(channel, channelOptions);
        if (refused != null || channelOptions == null) {
            return CompletableFuture.completedFuture(requireNonNull(refused));
        }
        return shards.<HistoryResult>ask(
                        topology.homeOf(channel), (scope, answer) -> question.ask(scope, channelOptions, answer))
                .exceptionally(EngineQueries::failed);
    }

    /** @param <T> a result that can be a refusal */
    @SuppressWarnings("unchecked") // Refused is one of each of these results
    private <T> CompletionStage<T> present(String channel, BiConsumer<ShardScope, Consumer<T>> question) {
        Refused refused = presenceRefusal(channel);
        return refused != null
                ? CompletableFuture.completedFuture((T) refused)
                : shards.ask(topology.homeOf(channel), question).exceptionally(e -> (T) failed(e));
    }

    private @Nullable Refused presenceRefusal(String channel) {
        requireNonNull(channel, "channel");
        ChannelOptions channelOptions = options.namespaces().options(channel);
        Refused refused = options.namespaces().refusal(channel, channelOptions);
        return refused == null && channelOptions != null && !channelOptions.presence()
                ? new Refused(ErrorCode.NOT_AVAILABLE, "channel " + channel + " keeps no presence")
                : refused;
    }

    private static Refused failed(Throwable cause) {
        return new Refused(ErrorCode.TOO_MANY_REQUESTS, String.valueOf(cause.getMessage()));
    }
}
