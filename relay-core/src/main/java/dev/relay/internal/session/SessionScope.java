package dev.relay.internal.session;

import dev.relay.Authorizer;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.channel.PayloadRules;
import java.util.concurrent.Executor;

/**
 * What the sessions of all shards share.
 *
 * @param executor carries answers back that come on foreign threads; may block
 */
public record SessionScope(
        Namespaces namespaces,
        Authorizer authorizer,
        SessionOptions options,
        PayloadRules payloadRules,
        Handlers handlers,
        Population population,
        OutboxBudget outboxBudget,
        EventLog events,
        Executor executor) {}
