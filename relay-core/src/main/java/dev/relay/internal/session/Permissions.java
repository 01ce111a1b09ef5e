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
    private static final char USERS = '#';

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

    boolean mayReadPresence(ChannelOptions options, String user, boolean subscribed) {
        return insecure
                || (options.allowPresenceForClient() || options.allowPresenceForSubscriber() && subscribed)
                        && known(user, options.allowPresenceForAnonymous());
    }

    /** Whether the channel's name says which users may subscribe. */
    static boolean isUserLimited(ChannelOptions options, String channel) {
        return options.allowUserLimitedChannels() && channel.indexOf(USERS) >= 0;
    }

    /** Whether the channel's name lists the user: {@code dialog#42,43} lists 42 and 43. */
    static boolean lists(String channel, String user) {
        if (user.isEmpty()) {
            return false;
        }
        for (int at = channel.lastIndexOf(USERS) + 1; at <= channel.length(); ) {
            int comma = channel.indexOf(',', at);
            int end = comma < 0 ? channel.length() : comma;
            if (end - at == user.length() && channel.startsWith(user, at)) {
                return true;
            }
            at = end + 1;
        }
        return false;
    }

    private static boolean known(String user, boolean anonymousToo) {
        return !user.isEmpty() || anonymousToo;
    }
}
