package dev.relay;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a namespace allows its channels and keeps for them. Immutable; everything is off until switched on.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class ChannelOptions {
    /** {@link Builder#historySize} and {@link Builder#journalMaxBytes}: no limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** {@link Builder#historyTtl} and {@link Builder#journalTtl}: any age. */
    public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE / 1_000_000_000L);

    private static final Pattern POINTER = Pattern.compile("(/([^/~]|~[01])*)+");
    private static final Duration MAX_LINGER = Duration.ofMillis(100);

    private final Durability durability;
    private final long historySize;
    private final Duration historyTtl;
    private final int historyMaxPublications;
    private final int recoveryMaxPublications;
    private final boolean forceRecovery;
    private final boolean allowRecovery;
    private final boolean forcePositioning;
    private final boolean allowPositioning;
    private final boolean allowSubscribeForClient;
    private final boolean allowSubscribeForAnonymous;
    private final boolean allowPublishForClient;
    private final boolean allowPublishForSubscriber;
    private final boolean allowPublishForAnonymous;
    private final boolean allowHistoryForClient;
    private final boolean allowHistoryForSubscriber;
    private final boolean allowHistoryForAnonymous;
    private final boolean presence;
    private final boolean joinLeave;
    private final boolean forcePushJoinLeave;
    private final boolean autoCacheRecover;
    private final boolean allowPresenceForClient;
    private final boolean allowPresenceForSubscriber;
    private final boolean allowPresenceForAnonymous;
    private final boolean allowUserLimitedChannels;
    private final boolean allowTagsFilter;
    private final boolean allowWildcards;
    private final RecoveryMode recoveryMode;
    private final @Nullable Pattern channelRegex;
    private final DataFormat dataFormat;
    private final OverflowPolicy overflow;
    private final Duration linger;
    private final Duration journalTtl;
    private final long journalMaxBytes;
    private final boolean journalPayload;
    private final boolean journalIdentity;
    private final List<String> journalRedact;

    private ChannelOptions(Builder builder) {
        durability = builder.durability;
        historySize = builder.historySize;
        historyTtl = builder.historyTtl;
        historyMaxPublications = builder.historyMaxPublications;
        recoveryMaxPublications = builder.recoveryMaxPublications;
        forceRecovery = builder.forceRecovery;
        allowRecovery = builder.allowRecovery;
        forcePositioning = builder.forcePositioning;
        allowPositioning = builder.allowPositioning;
        allowSubscribeForClient = builder.allowSubscribeForClient;
        allowSubscribeForAnonymous = builder.allowSubscribeForAnonymous;
        allowPublishForClient = builder.allowPublishForClient;
        allowPublishForSubscriber = builder.allowPublishForSubscriber;
        allowPublishForAnonymous = builder.allowPublishForAnonymous;
        allowHistoryForClient = builder.allowHistoryForClient;
        allowHistoryForSubscriber = builder.allowHistoryForSubscriber;
        allowHistoryForAnonymous = builder.allowHistoryForAnonymous;
        presence = builder.presence;
        joinLeave = builder.joinLeave;
        forcePushJoinLeave = builder.forcePushJoinLeave;
        autoCacheRecover = builder.autoCacheRecover;
        allowPresenceForClient = builder.allowPresenceForClient;
        allowPresenceForSubscriber = builder.allowPresenceForSubscriber;
        allowPresenceForAnonymous = builder.allowPresenceForAnonymous;
        allowUserLimitedChannels = builder.allowUserLimitedChannels;
        allowTagsFilter = builder.allowTagsFilter;
        allowWildcards = builder.allowWildcards;
        recoveryMode = builder.recoveryMode;
        channelRegex = builder.channelRegex;
        dataFormat = builder.dataFormat;
        overflow = builder.overflow;
        linger = builder.linger;
        journalTtl = builder.journalTtl;
        journalMaxBytes = builder.journalMaxBytes;
        journalPayload = builder.journalPayload;
        journalIdentity = builder.journalIdentity;
        journalRedact = builder.journalRedact;
    }

    /** Starts from "off". */
    public static Builder builder() {
        return new Builder();
    }

    /** A channel that only passes on what is published now: no stream, no history, no recovery. */
    public static ChannelOptions transientChannel() {
        return builder().build();
    }

    /** A channel that journals everything before it acknowledges and recovers its subscribers. */
    public static ChannelOptions journaled() {
        return builder().durability(Durability.SYNC).forceRecovery(true).build();
    }

    /** When a publisher is told "done". */
    public Durability durability() {
        return durability;
    }

    /** Whether the channel keeps a stream: offsets, history, recovery. */
    public boolean hasStream() {
        return durability != Durability.NONE;
    }

    /** How many of the newest publications may be read. */
    public long historySize() {
        return historySize;
    }

    /** How old a publication may be and still be read. */
    public Duration historyTtl() {
        return historyTtl;
    }

    /** Publications per history answer for a client. */
    public int historyMaxPublications() {
        return historyMaxPublications;
    }

    /** A gap of more publications than this is not recovered. */
    public int recoveryMaxPublications() {
        return recoveryMaxPublications;
    }

    public boolean forceRecovery() {
        return forceRecovery;
    }

    public boolean allowRecovery() {
        return allowRecovery;
    }

    public boolean forcePositioning() {
        return forcePositioning;
    }

    public boolean allowPositioning() {
        return allowPositioning;
    }

    public boolean allowSubscribeForClient() {
        return allowSubscribeForClient;
    }

    public boolean allowSubscribeForAnonymous() {
        return allowSubscribeForAnonymous;
    }

    public boolean allowPublishForClient() {
        return allowPublishForClient;
    }

    public boolean allowPublishForSubscriber() {
        return allowPublishForSubscriber;
    }

    public boolean allowPublishForAnonymous() {
        return allowPublishForAnonymous;
    }

    public boolean allowHistoryForClient() {
        return allowHistoryForClient;
    }

    public boolean allowHistoryForSubscriber() {
        return allowHistoryForSubscriber;
    }

    public boolean allowHistoryForAnonymous() {
        return allowHistoryForAnonymous;
    }

    public boolean presence() {
        return presence;
    }

    public boolean joinLeave() {
        return joinLeave;
    }

    public boolean forcePushJoinLeave() {
        return forcePushJoinLeave;
    }

    public boolean autoCacheRecover() {
        return autoCacheRecover;
    }

    public boolean allowPresenceForClient() {
        return allowPresenceForClient;
    }

    public boolean allowPresenceForSubscriber() {
        return allowPresenceForSubscriber;
    }

    public boolean allowPresenceForAnonymous() {
        return allowPresenceForAnonymous;
    }

    public boolean allowUserLimitedChannels() {
        return allowUserLimitedChannels;
    }

    public boolean allowTagsFilter() {
        return allowTagsFilter;
    }

    public boolean allowWildcards() {
        return allowWildcards;
    }

    /** What a client that comes back is given. */
    public RecoveryMode recoveryMode() {
        return recoveryMode;
    }

    /** What the name must match behind its namespace; {@code null} where any printable ASCII will do. */
    public @Nullable Pattern channelRegex() {
        return channelRegex;
    }

    /** What publications may be. */
    public DataFormat dataFormat() {
        return dataFormat;
    }

    /** What becomes of publications at a subscriber that does not keep up. */
    public OverflowPolicy overflow() {
        return overflow;
    }

    /** How long a publication may wait for others of its channel, so that they leave together. */
    public Duration linger() {
        return linger;
    }

    /** How old a publication must be to be deleted from the journal. */
    public Duration journalTtl() {
        return journalTtl;
    }

    /** Payload bytes of a stream in the journal beyond which its oldest publications are deleted. */
    public long journalMaxBytes() {
        return journalMaxBytes;
    }

    /** Whether publications are deleted because of their age or size. */
    public boolean hasRetention() {
        return journalMaxBytes != UNLIMITED || journalTtl.compareTo(FOREVER) < 0;
    }

    /** Whether payloads are journaled. */
    public boolean journalPayload() {
        return journalPayload;
    }

    /** Whether it is journaled who has published. */
    public boolean journalIdentity() {
        return journalIdentity;
    }

    /** JSON pointers to what is not journaled of a payload. */
    public List<String> journalRedact() {
        return journalRedact;
    }

    /**
     * What holds for patterns where wildcards are allowed: who may subscribe and how it is delivered to, and nothing that
     * belongs to one channel.
     */
    public ChannelOptions forPatterns() {
        return builder()
                .allowSubscribeForClient(allowSubscribeForClient)
                .allowSubscribeForAnonymous(allowSubscribeForAnonymous)
                .allowTagsFilter(allowTagsFilter)
                .allowWildcards(true)
                .overflow(overflow)
                .linger(linger)
                .build();
    }

    /** Collects options; {@link #build()} checks them together. Not thread-safe. */
    public static final class Builder {
        private Durability durability = Durability.NONE;
        private long historySize = UNLIMITED;
        private Duration historyTtl = FOREVER;
        private int historyMaxPublications = 300;
        private int recoveryMaxPublications = 10_000;
        private boolean forceRecovery;
        private boolean allowRecovery;
        private boolean forcePositioning;
        private boolean allowPositioning;
        private boolean allowSubscribeForClient;
        private boolean allowSubscribeForAnonymous;
        private boolean allowPublishForClient;
        private boolean allowPublishForSubscriber;
        private boolean allowPublishForAnonymous;
        private boolean allowHistoryForClient;
        private boolean allowHistoryForSubscriber;
        private boolean allowHistoryForAnonymous;
        private boolean presence;
        private boolean joinLeave;
        private boolean forcePushJoinLeave;
        private boolean autoCacheRecover;
        private boolean allowPresenceForClient;
        private boolean allowPresenceForSubscriber;
        private boolean allowPresenceForAnonymous;
        private boolean allowUserLimitedChannels;
        private boolean allowTagsFilter;
        private boolean allowWildcards;
        private RecoveryMode recoveryMode = RecoveryMode.STREAM;
        private @Nullable Pattern channelRegex;
        private DataFormat dataFormat = DataFormat.ANY;
        private OverflowPolicy overflow = OverflowPolicy.DISCONNECT;
        private Duration linger = Duration.ZERO;
        private Duration journalTtl = FOREVER;
        private long journalMaxBytes = UNLIMITED;
        private boolean journalPayload = true;
        private boolean journalIdentity = true;
        private List<String> journalRedact = List.of();

        private Builder() {}

        /** Default {@link Durability#NONE}. */
        public Builder durability(Durability durability) {
            this.durability = requireNonNull(durability, "durability");
            return this;
        }

        /** How many of the newest publications may be read, at least 1; default {@link #UNLIMITED}. */
        public Builder historySize(long publications) {
            this.historySize = publications;
            return this;
        }

        /** How old a publication may be and still be read, positive; default: any age. */
        public Builder historyTtl(Duration ttl) {
            this.historyTtl = requireNonNull(ttl, "ttl");
            return this;
        }

        /** Publications per history answer for a client, at least 1; default 300. */
        public Builder historyMaxPublications(int publications) {
            this.historyMaxPublications = publications;
            return this;
        }

        /** A gap of more publications than this is not recovered, at least 1; default 10,000. */
        public Builder recoveryMaxPublications(int publications) {
            this.recoveryMaxPublications = publications;
            return this;
        }

        /** Every subscription is recoverable, asked for or not. */
        public Builder forceRecovery(boolean force) {
            this.forceRecovery = force;
            return this;
        }

        /** A subscription is recoverable when the client asks for it. */
        public Builder allowRecovery(boolean allow) {
            this.allowRecovery = allow;
            return this;
        }

        /** Every subscription is positioned, asked for or not. */
        public Builder forcePositioning(boolean force) {
            this.forcePositioning = force;
            return this;
        }

        /** A subscription is positioned when the client asks for it. */
        public Builder allowPositioning(boolean allow) {
            this.allowPositioning = allow;
            return this;
        }

        /** Clients with an identity may subscribe. */
        public Builder allowSubscribeForClient(boolean allow) {
            this.allowSubscribeForClient = allow;
            return this;
        }

        /** With {@link #allowSubscribeForClient}: anonymous clients too. */
        public Builder allowSubscribeForAnonymous(boolean allow) {
            this.allowSubscribeForAnonymous = allow;
            return this;
        }

        /** Clients with an identity may publish. */
        public Builder allowPublishForClient(boolean allow) {
            this.allowPublishForClient = allow;
            return this;
        }

        /** Subscribers with an identity may publish. */
        public Builder allowPublishForSubscriber(boolean allow) {
            this.allowPublishForSubscriber = allow;
            return this;
        }

        /** With one of the other two: anonymous clients too. */
        public Builder allowPublishForAnonymous(boolean allow) {
            this.allowPublishForAnonymous = allow;
            return this;
        }

        /** Clients with an identity may read history. */
        public Builder allowHistoryForClient(boolean allow) {
            this.allowHistoryForClient = allow;
            return this;
        }

        /** Subscribers with an identity may read history. */
        public Builder allowHistoryForSubscriber(boolean allow) {
            this.allowHistoryForSubscriber = allow;
            return this;
        }

        /** With one of the other two: anonymous clients too. */
        public Builder allowHistoryForAnonymous(boolean allow) {
            this.allowHistoryForAnonymous = allow;
            return this;
        }

        /** Who is subscribed can be asked for. */
        public Builder presence(boolean on) {
            this.presence = on;
            return this;
        }

        /** Coming and going is published to subscribers that ask to be told. */
        public Builder joinLeave(boolean on) {
            this.joinLeave = on;
            return this;
        }

        /** With {@link #joinLeave}: every subscriber is told, asked for or not. */
        public Builder forcePushJoinLeave(boolean force) {
            this.forcePushJoinLeave = force;
            return this;
        }

        /** With {@link RecoveryMode#CACHE} and {@link #forceRecovery}: every subscriber is given the newest publication. */
        public Builder autoCacheRecover(boolean on) {
            this.autoCacheRecover = on;
            return this;
        }

        /** Clients with an identity may ask who is present. */
        public Builder allowPresenceForClient(boolean allow) {
            this.allowPresenceForClient = allow;
            return this;
        }

        /** Subscribers with an identity may ask who is present. */
        public Builder allowPresenceForSubscriber(boolean allow) {
            this.allowPresenceForSubscriber = allow;
            return this;
        }

        /** With one of the other two: anonymous clients too. */
        public Builder allowPresenceForAnonymous(boolean allow) {
            this.allowPresenceForAnonymous = allow;
            return this;
        }

        /** A name such as {@code dialog#42,43} may be subscribed to by the users it lists, and by nobody else. */
        public Builder allowUserLimitedChannels(boolean allow) {
            this.allowUserLimitedChannels = allow;
            return this;
        }

        /** A subscription may ask for publications with certain tags only. */
        public Builder allowTagsFilter(boolean allow) {
            this.allowTagsFilter = allow;
            return this;
        }

        /**
         * A name with a segment {@code *} (any one segment) or, at its end, {@code **} (any rest) is a pattern: who subscribes to it gets
         * the publications of every channel of the namespace that it matches. Segments are parted by dots.
         */
        public Builder allowWildcards(boolean allow) {
            this.allowWildcards = allow;
            return this;
        }

        /** Default {@link RecoveryMode#STREAM}. */
        public Builder recoveryMode(RecoveryMode mode) {
            this.recoveryMode = requireNonNull(mode, "mode");
            return this;
        }

        /**
         * What a channel's name must match, as a whole, behind the namespace and its colon; it may then hold any characters.
         * Without one a name is printable ASCII.
         */
        public Builder channelRegex(Pattern regex) {
            this.channelRegex = requireNonNull(regex, "regex");
            return this;
        }

        /** Default {@link DataFormat#ANY}. The JSON formats need {@link RelayBuilder#jsonVerifier} or an edge that has one. */
        public Builder dataFormat(DataFormat format) {
            this.dataFormat = requireNonNull(format, "format");
            return this;
        }

        /**
         * What becomes of publications at a subscriber that does not keep up; default {@link OverflowPolicy#DISCONNECT}.
         * Positioned subscriptions must not miss any and are always treated as with the default, so a policy that gives
         * publications up cannot be had together with {@link #forceRecovery} or {@link #forcePositioning}. An exception is
         * {@link OverflowPolicy#CONFLATE} with {@link RecoveryMode#CACHE}, where the newest publication is all that matters.
         */
        public Builder overflow(OverflowPolicy policy) {
            this.overflow = requireNonNull(policy, "policy");
            return this;
        }

        /**
         * How long a publication may wait for others of its channel, so that more of them leave in one write: each costs
         * less, and arrives later. From zero (default: what is published in one turn leaves at its end) to 100 ms, with a
         * resolution of about a millisecond. Publications for subscribers that filter, and for those in this process, do not
         * wait.
         */
        public Builder linger(Duration time) {
            this.linger = requireNonNull(time, "time");
            return this;
        }

        /**
         * How old a publication must be to be deleted from the journal, positive and not shorter than {@link #historyTtl};
         * default {@link #FOREVER}. What {@link #historySize} and {@link #historyTtl} let be read, where one of them is given,
         * stays whatever its age.
         */
        public Builder journalTtl(Duration ttl) {
            this.journalTtl = requireNonNull(ttl, "ttl");
            return this;
        }

        /**
         * Payload bytes of a channel in the journal beyond which its oldest publications are deleted, at least 1; default
         * {@link #UNLIMITED}. The newest publication stays, and so does what {@link #historySize} and {@link #historyTtl} let
         * be read, where one of them is given.
         */
        public Builder journalMaxBytes(long bytes) {
            this.journalMaxBytes = bytes;
            return this;
        }

        /**
         * With {@code false}, the journal gets everything of a publication but its payload. Who comes back recovers what is
         * still in memory, and is told that it has not recovered where that does not reach back far enough. Default {@code
         * true}.
         */
        public Builder journalPayload(boolean journaled) {
            this.journalPayload = journaled;
            return this;
        }

        /** With {@code false}, neither journal nor history know which client has published. Default {@code true}. */
        public Builder journalIdentity(boolean journaled) {
            this.journalIdentity = journaled;
            return this;
        }

        /**
         * JSON pointers (RFC 6901), such as {@code /card/number}, to values that are {@code null} in the journal, in history and
         * in what is recovered; only who is subscribed when it is published sees them. Of a payload that is not JSON, nothing is
         * journaled. Needs {@link RelayBuilder#jsonRedactor} or an edge that has one. Default: none.
         */
        public Builder journalRedact(List<String> pointers) {
            this.journalRedact = List.copyOf(pointers);
            return this;
        }

        /**
         * The options.
         *
         * @throws InvalidConfigurationException with every option that is out of range or contradicts another
         */
        public ChannelOptions build() {
            List<String> faults = new ArrayList<>();
            require(faults, historySize >= 1, "history_size must be at least 1: " + historySize);
            require(faults, historyTtl.compareTo(Duration.ZERO) > 0, "history_ttl must be positive: " + historyTtl);
            require(
                    faults,
                    historyMaxPublications >= 1,
                    "history_max_publication_limit must be at least 1: " + historyMaxPublications);
            require(
                    faults,
                    recoveryMaxPublications >= 1,
                    "recovery_max_publication_limit must be at least 1: " + recoveryMaxPublications);
            require(
                    faults,
                    !forcePushJoinLeave || joinLeave,
                    "force_push_join_leave needs join_leave: switch both on, or neither");
            require(
                    faults,
                    !autoCacheRecover || forceRecovery && recoveryMode == RecoveryMode.CACHE,
                    "auto_cache_recover needs force_recovery and force_recovery_mode cache");
            require(
                    faults,
                    overflow == OverflowPolicy.DISCONNECT
                            || !forceRecovery && !forcePositioning
                            || overflow == OverflowPolicy.CONFLATE && recoveryMode == RecoveryMode.CACHE,
                    "overflow " + overflow.name().toLowerCase(Locale.ROOT)
                            + " lets subscribers miss publications, which "
                            + (forceRecovery ? "force_recovery" : "force_positioning")
                            + " rules out: leave one of them out, or use conflate with force_recovery_mode cache");
            require(
                    faults,
                    !linger.isNegative() && linger.compareTo(MAX_LINGER) <= 0,
                    "linger must be 0 to 100 ms: " + linger);
            require(
                    faults,
                    journalTtl.compareTo(Duration.ZERO) > 0
                            && (historyTtl.equals(FOREVER) || journalTtl.compareTo(historyTtl) >= 0),
                    "journal_ttl must be positive and not shorter than history_ttl: " + journalTtl);
            require(faults, journalMaxBytes >= 1, "journal_max_bytes must be at least 1: " + journalMaxBytes);
            for (String pointer : journalRedact) {
                require(
                        faults,
                        POINTER.matcher(pointer).matches(),
                        "journal_redact has JSON pointers such as /card/number, where ~ is written ~0 and / in a name ~1: "
                                + pointer);
            }
            if (durability == Durability.NONE) {
                String nothing =
                        " says what is journaled, and nothing is: set durability to sync or async, or leave it out";
                require(faults, !hasRetention(), "journal_ttl or journal_max_bytes" + nothing);
                require(faults, journalPayload, "journal_payload" + nothing);
                require(faults, journalIdentity, "journal_identity" + nothing);
                require(faults, journalRedact.isEmpty(), "journal_redact" + nothing);
                String without = " needs history: set durability to sync or async";
                require(faults, !forceRecovery, "force_recovery" + without);
                require(faults, !allowRecovery, "allow_recovery" + without);
                require(faults, !forcePositioning, "force_positioning" + without);
                require(faults, !allowPositioning, "allow_positioning" + without);
            }
            if (!faults.isEmpty()) {
                throw new InvalidConfigurationException(faults);
            }
            return new ChannelOptions(this);
        }

        private boolean hasRetention() {
            return journalMaxBytes != UNLIMITED || journalTtl.compareTo(FOREVER) < 0;
        }

        private static void require(List<String> faults, boolean holds, String fault) {
            if (!holds) {
                faults.add(fault);
            }
        }
    }
}
