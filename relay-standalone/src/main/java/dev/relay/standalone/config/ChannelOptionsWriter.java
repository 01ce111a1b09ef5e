package dev.relay.standalone.config;

import dev.relay.ChannelOptions;
import dev.relay.DataFormat;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The other way than {@link ChannelOptionsReader}: what channel options are, under the names they are written with. */
public final class ChannelOptionsWriter {
    private ChannelOptionsWriter() {}

    /**
     * All options that Relay has, whether they were written or not.
     *
     * @return by name: {@link Boolean}, {@link Long}, {@link String}, or a {@link List} of {@link String}; times as in the file, 0
     *     where there is no limit
     */
    public static Map<String, Object> written(ChannelOptions options) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("durability", text(options.durability()));
        kept(options, written);
        written.put("overflow", text(options.overflow()));
        written.put("linger", text(options.linger()));
        written.put("presence", options.presence());
        written.put("join_leave", options.joinLeave());
        written.put("force_push_join_leave", options.forcePushJoinLeave());
        written.put("allow_subscribe_for_client", options.allowSubscribeForClient());
        written.put("allow_subscribe_for_anonymous", options.allowSubscribeForAnonymous());
        written.put("allow_publish_for_client", options.allowPublishForClient());
        written.put("allow_publish_for_subscriber", options.allowPublishForSubscriber());
        written.put("allow_publish_for_anonymous", options.allowPublishForAnonymous());
        written.put("allow_history_for_client", options.allowHistoryForClient());
        written.put("allow_history_for_subscriber", options.allowHistoryForSubscriber());
        written.put("allow_history_for_anonymous", options.allowHistoryForAnonymous());
        written.put("allow_presence_for_client", options.allowPresenceForClient());
        written.put("allow_presence_for_subscriber", options.allowPresenceForSubscriber());
        written.put("allow_presence_for_anonymous", options.allowPresenceForAnonymous());
        written.put("allow_user_limited_channels", options.allowUserLimitedChannels());
        written.put("allow_tags_filter", options.allowTagsFilter());
        written.put("allow_wildcards", options.allowWildcards());
        Pattern regex = options.channelRegex();
        written.put("channel_regex", regex == null ? "" : regex.pattern());
        written.put(
                "publication_data_format", options.dataFormat() == DataFormat.ANY ? "" : text(options.dataFormat()));
        return written;
    }

    private static void kept(ChannelOptions options, Map<String, Object> written) {
        written.put("history_size", limit(options.hasStream() ? options.historySize() : ChannelOptions.UNLIMITED));
        written.put("history_ttl", age(options.hasStream() ? options.historyTtl() : ChannelOptions.FOREVER));
        written.put("history_meta_ttl", "0s"); // Relay never forgets how far a stream has come
        written.put("history_max_publication_limit", (long) options.historyMaxPublications());
        written.put("recovery_max_publication_limit", (long) options.recoveryMaxPublications());
        written.put("force_recovery", options.forceRecovery());
        written.put("allow_recovery", options.allowRecovery());
        written.put("force_recovery_mode", text(options.recoveryMode()));
        written.put("auto_cache_recover", options.autoCacheRecover());
        written.put("force_positioning", options.forcePositioning());
        written.put("allow_positioning", options.allowPositioning());
        written.put("journal_ttl", age(options.journalTtl()));
        written.put("journal_max_bytes", limit(options.journalMaxBytes()));
        written.put("journal_payload", options.journalPayload());
        written.put("journal_identity", options.journalIdentity());
        written.put("journal_redact", options.journalRedact());
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static Long limit(long value) {
        return value == ChannelOptions.UNLIMITED ? 0L : value;
    }

    private static String age(Duration age) {
        return age.compareTo(ChannelOptions.FOREVER) >= 0 ? "0s" : text(age);
    }

    private static String text(Duration duration) {
        return Kind.shown(duration);
    }
}
