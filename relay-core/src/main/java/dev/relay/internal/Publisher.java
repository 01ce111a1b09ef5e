package dev.relay.internal;

import static dev.relay.PublishOptions.MAX_PAYLOAD_BYTES;
import static dev.relay.PublishOptions.MAX_TAGS;
import static dev.relay.PublishOptions.MAX_TAG_BYTES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.relay.ChannelOptions;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.channel.PayloadRules;
import dev.relay.internal.channel.PublishOutcome;
import dev.relay.internal.channel.Topology;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the application publishes: what is in order and is admitted goes to the channel's home.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class Publisher {
    private final EngineOptions options;
    private final List<ShardScope> scopes;
    private final Topology topology;
    private final PayloadRules rules;
    private final BooleanSupplier isStopping;

    Publisher(
            EngineOptions options,
            List<ShardScope> scopes,
            Topology topology,
            PayloadRules rules,
            BooleanSupplier isStopping) {
        this.options = options;
        this.scopes = scopes;
        this.topology = topology;
        this.rules = rules;
        this.isStopping = isStopping;
    }

    CompletableFuture<PublishResult> publish(String channel, Payload data, PublishOptions how) {
        requireNonNull(channel, "channel");
        requireNonNull(data, "data");
        requireNonNull(how, "how");
        ChannelOptions channelOptions = options.namespaces().options(channel);
        Refused refused = options.namespaces().refusal(channel, channelOptions);
        if (refused == null && channelOptions != null && Namespaces.isPattern(channel, channelOptions)) {
            refused = new Refused(ErrorCode.BAD_REQUEST, "nothing can be published to a pattern: " + channel);
        }
        if (refused == null) {
            refused = checkSizes(data, how.tags());
        }
        if (refused != null || channelOptions == null) {
            return CompletableFuture.completedFuture(requireNonNull(refused));
        }
        Payload accepted = rules.accepted(channelOptions, data);
        if (accepted == null) {
            return CompletableFuture.completedFuture(new Refused(
                    ErrorCode.BAD_REQUEST,
                    "the payload of " + data.size() + " bytes is not what channel " + channel + " takes: "
                            + channelOptions.dataFormat()));
        }
        return handOver(channel, channelOptions, accepted, how);
    }

    CompletionStage<List<PublishResult>> broadcast(List<String> channels, Payload data, PublishOptions how) {
        List<CompletableFuture<PublishResult>> results =
                channels.stream().map(channel -> publish(channel, data, how)).toList();
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(done -> results.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<PublishResult> handOver(
            String channel, ChannelOptions channelOptions, Payload data, PublishOptions how) {
        int home = topology.homeOf(channel);
        int charge = topology.admission(home).admit(data.size());
        Outcome outcome = new Outcome(home);
        ShardScope scope = scopes.get(home);
        if (charge == 0
                || !scope.shard().offer(() -> scope.channels()
                        .publishAdmitted(channel, channelOptions, data, how, charge, outcome))) {
            topology.admission(home).release(charge);
            outcome.refused(new Refused(
                    ErrorCode.TOO_MANY_REQUESTS,
                    isStopping.getAsBoolean()
                            ? "the engine is stopping"
                            : "too many publications are on their way; publish more slowly or try again"));
        }
        return outcome.result;
    }

    private static @Nullable Refused checkSizes(Payload data, Map<String, String> tags) {
        if (data.size() > MAX_PAYLOAD_BYTES) {
            return new Refused(
                    ErrorCode.BAD_REQUEST, "payload of " + data.size() + " bytes; the limit is " + MAX_PAYLOAD_BYTES);
        } else if (tags.size() > MAX_TAGS) {
            return new Refused(ErrorCode.BAD_REQUEST, tags.size() + " tags; the limit is " + MAX_TAGS);
        }
        long bytes = 0;
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            bytes += tag.getKey().getBytes(UTF_8).length + tag.getValue().getBytes(UTF_8).length;
        }
        return bytes <= MAX_TAG_BYTES
                ? null
                : new Refused(ErrorCode.BAD_REQUEST, "tags of " + bytes + " bytes; the limit is " + MAX_TAG_BYTES);
    }

    /** Completes its stage, on the home shard. */
    private static final class Outcome implements PublishOutcome {
        private final int home;
        private final CompletableFuture<PublishResult> result = new CompletableFuture<>();

        Outcome(int home) {
            this.home = home;
        }

        @Override
        public int origin() {
            return home;
        }

        @Override
        public void published(StreamPosition position) {
            result.complete(new PublishResult.Published(position));
        }

        @Override
        public void refused(Refused why) {
            result.complete(why);
        }
    }
}
