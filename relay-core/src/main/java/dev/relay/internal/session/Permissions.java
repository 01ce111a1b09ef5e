package dev.relay.internal.session;

import dev.relay.ChannelOptions;

/**
 * What channel options permit to whom. Tokens have been asked before.
 *
 * <p><b>Threading.</b> Immutable.
 *
 * @param insecure everything is permitted
 */
record Permissions(boolean insecure) {
    boolean maySubscribe(ChannelOptions options, String user) {
        return insecure || options.allowSubscribeForClient() && known(user, options.allowSubscribeForAnonymous());
    }

    boolean mayPublish(ChannelOptions options, String user, boolean subscribed) {
        return insecure
                || (options.allowPublishForClient() || options.allowPublishForSubscriber() && subscribed)
                        && known(user, options.allowPublishForAnonymous());
    }

    boolean mayReadHistory(ChannelOptions options, String user, boolean subscribed) {
        return insecure
                || (options.allowHistoryForClient() || options.allowHistoryForSubscriber() && subscribed)
                        && known(user, options.allowHistoryForAnonymous());
    }

    private static boolean known(String user, boolean anonymousToo) {
        return !user.isEmpty() || anonymousToo;
    }
}
