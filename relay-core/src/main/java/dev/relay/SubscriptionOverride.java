package dev.relay;

import org.jspecify.annotations.Nullable;

/**
 * Options of a namespace that are different for one subscription; {@code null} leaves an option as the namespace has it.
 *
 * @param presence whether the client is listed as present
 * @param joinLeave whether its coming and going is published
 * @param forcePushJoinLeave whether it is told who comes and goes without having asked
 * @param forcePositioning whether the subscription is positioned without having asked
 * @param forceRecovery whether the subscription is recoverable without having asked
 */
public record SubscriptionOverride(
        @Nullable Boolean presence,
        @Nullable Boolean joinLeave,
        @Nullable Boolean forcePushJoinLeave,
        @Nullable Boolean forcePositioning,
        @Nullable Boolean forceRecovery) {
    /** Everything as the namespace has it. */
    public static final SubscriptionOverride NONE = new SubscriptionOverride(null, null, null, null, null);
}
