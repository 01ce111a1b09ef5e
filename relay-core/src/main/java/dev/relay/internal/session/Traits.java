package dev.relay.internal.session;

import dev.relay.ChannelOptions;
import dev.relay.RecoveryMode;
import dev.relay.StreamPosition;
import dev.relay.SubscriptionOverride;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription is: what was wished, as far as channel and client may have it.
 *
 * @param recovering whether it is to be brought up to date now
 * @param joinLeave whether it is told who comes and goes
 * @param announced whether others are told that it has come and gone
 * @param present whether it is listed among those present
 */
record Traits(
        boolean recoverable,
        boolean positioned,
        boolean recovering,
        boolean joinLeave,
        boolean announced,
        boolean present) {
    /** Publications, and nothing else. */
    static final Traits NONE = new Traits(false, false, false, false, false, false);

    static Traits of(ClientSession session, ChannelOptions options, Wishes wishes, SubscriptionOverride override) {
        boolean recoverable = options.hasStream()
                && (either(override.forceRecovery(), options.forceRecovery())
                        || wishes.recoverable() && (options.allowRecovery() || mayReadHistory(session, options)));
        boolean positioned = options.hasStream()
                && (recoverable
                        || either(override.forcePositioning(), options.forcePositioning())
                        || wishes.positioned() && (options.allowPositioning() || mayReadHistory(session, options)));
        boolean autoCache = options.autoCacheRecover() && options.recoveryMode() == RecoveryMode.CACHE;
        boolean announced = either(override.joinLeave(), options.joinLeave());
        boolean joinLeave = either(override.forcePushJoinLeave(), options.forcePushJoinLeave())
                || announced && wishes.joinLeave() && mayReadPresence(session, options);
        boolean present = either(override.presence(), options.presence());
        if (!positioned && !joinLeave && !announced && !present) {
            return NONE;
        }
        return new Traits(
                recoverable, positioned, recoverable && (wishes.recover() || autoCache), joinLeave, announced, present);
    }

    /** Where to recover from; {@code null} if not at all. */
    @Nullable
    StreamPosition since(Wishes wishes) {
        if (!recovering) {
            return null;
        }
        return wishes.recover() ? wishes.since() : StreamPosition.NONE;
    }

    private static boolean either(@Nullable Boolean override, boolean option) {
        return override == null ? option : override;
    }

    /** As subscriber, which it is about to become. */
    private static boolean mayReadHistory(ClientSession session, ChannelOptions options) {
        return session.sessions()
                .permissions()
                .mayReadHistory(options, session.client().user(), true);
    }

    private static boolean mayReadPresence(ClientSession session, ChannelOptions options) {
        return session.sessions()
                .permissions()
                .mayReadPresence(options, session.client().user(), true);
    }
}
