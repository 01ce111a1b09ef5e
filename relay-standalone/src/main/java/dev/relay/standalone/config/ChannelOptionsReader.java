package dev.relay.standalone.config;

import dev.relay.ChannelOptions;
import dev.relay.DataFormat;
import dev.relay.Durability;
import dev.relay.InvalidConfigurationException;
import dev.relay.OverflowPolicy;
import dev.relay.RecoveryMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns an object of channel options, named as the protocol names them, into {@link ChannelOptions}. */
public final class ChannelOptionsReader {
    private static final String DURABILITY = "durability";
    private static final String SIZE = "history_size";
    private static final String TTL = "history_ttl";
    private static final String META_TTL = "history_meta_ttl";
    private static final Kind<Durability> DURABILITIES = Kind.oneOf(Durability.class);
    private static final Kind<Long> SIZES = Kind.wholeNumber(0, Long.MAX_VALUE);
    private static final Kind<Duration> TTLS = Kind.duration(Duration.ZERO, Duration.ofDays(36_500));
    private static final Kind<Integer> LIMITS = Kind.integer(1, Integer.MAX_VALUE);
    private static final Kind<RecoveryMode> RECOVERY_MODES = Kind.oneOf(RecoveryMode.class);
    private static final Kind<OverflowPolicy> OVERFLOWS = Kind.oneOf(OverflowPolicy.class);
    private static final Kind<Duration> LINGERS = Kind.duration(Duration.ZERO, Duration.ofMillis(100));
    private static final Kind<DataFormat> DATA_FORMATS = Kind.orEmpty(
            DataFormat.ANY, Kind.oneOf(EnumSet.of(DataFormat.JSON, DataFormat.JSON_OBJECT, DataFormat.BINARY)));
    private static final Kind<String> REGEXES = Kind.orEmpty("", Kind.regex());
    private static final Kind<Long> STORED_SIZES = Kind.largeSize(0, 1L << 50);
    private static final Kind<List<String>> POINTERS = Kind.jsonPointers();
    private static final Map<String, Field<?>> FIELDS = fields();

    /** Options of the protocol that this version does not have: accepted only where they are off. */
    private static final List<String> LATER = List.of("allowed_delta_types", "delta_publish");

    private final String path;
    private final String origin;
    private final Faults faults;
    private final ChannelOptions.Builder options = ChannelOptions.builder();
    private boolean sound = true;
    private @Nullable Durability durability;
    private @Nullable Long size;
    private @Nullable Duration ttl;
    private @Nullable Duration metaTtl;

    private ChannelOptionsReader(String path, String origin, Faults faults) {
        this.path = path;
        this.origin = origin;
        this.faults = faults;
    }

    /** How the value of one option reaches the builder. */
    private record Field<T>(Kind<T> kind, BiConsumer<ChannelOptionsReader, T> target) {
        void read(ChannelOptionsReader reader, Tree written) throws IllegalValueException {
            target.accept(reader, kind.parse(written));
        }
    }

    /** The options without a namespace when no key is configured. */
    static ChannelOptions development() {
        return ChannelOptions.builder()
                .durability(Durability.SYNC)
                .historySize(10_000)
                .historyTtl(Duration.ofHours(24))
                .forceRecovery(true)
                .presence(true)
                .joinLeave(true)
                .build();
    }

    /** Names of the options this version has. */
    public static List<String> available() {
        return List.copyOf(FIELDS.keySet());
    }

    /** Names of the protocol's options that this version knows but does not have. */
    public static List<String> later() {
        return LATER;
    }

    /**
     * Reads one object.
     *
     * @param path where it stands, for faults: {@code channel_defaults}, {@code namespaces[chat]}
     * @return the options; {@code null} if {@code faults} got a reason why not
     */
    static @Nullable ChannelOptions read(String path, String origin, Map<String, Tree> fields, Faults faults) {
        ChannelOptionsReader reader = new ChannelOptionsReader(path, origin, faults);
        fields.forEach(reader::field);
        return reader.finish();
    }

    private void field(String name, Tree written) {
        Field<?> field = FIELDS.get(name);
        if (field != null) {
            if (written != Tree.Nothing.INSTANCE) {
                try {
                    field.read(this, written);
                } catch (IllegalValueException e) {
                    fault(name, written, e.problem());
                }
            }
        } else if (!LATER.contains(name)) {
            List<String> known = new ArrayList<>(FIELDS.keySet());
            known.addAll(LATER);
            sound = false;
            faults.add(path + "." + name + " (" + origin + ") is unknown" + new Names(known).hint(name));
        } else if (!isOff(written)) {
            fault(name, written, "is not available in this version; leave it out");
        }
    }

    private static boolean isOff(Tree written) {
        if (written instanceof Tree.Text text) {
            return text.value().isEmpty()
                    || text.value().equals("false")
                    || text.value().matches("0+(ms|s|m|h|d|B|KiB|MiB|GiB)?");
        }
        return written == Tree.Nothing.INSTANCE
                || written instanceof Tree.Items items && items.values().isEmpty()
                || written instanceof Tree.Fields fields && fields.values().isEmpty();
    }

    private @Nullable ChannelOptions finish() {
        history();
        if (!sound) {
            return null;
        }
        try {
            return options.build();
        } catch (InvalidConfigurationException e) {
            e.faults().forEach(fault -> faults.add(path + " (" + origin + "): " + fault));
            return null;
        }
    }

    /** What is given of durability and history decides the rest, or contradicts itself. */
    private void history() {
        boolean sized = size != null && size > 0;
        boolean aged = ttl != null && !ttl.isZero();
        boolean sizeOff = size != null && size == 0;
        boolean ttlOff = ttl != null && ttl.isZero();
        if (sizeOff && aged) {
            contradiction(SIZE, "0 switches history off, but history_ttl is given; leave one of them out");
        }
        if (ttlOff && sized) {
            contradiction(TTL, "0 switches history off, but history_size is given; leave one of them out");
        }
        if (durability == Durability.NONE && (sized || aged)) {
            contradiction(
                    DURABILITY, "none keeps no history; leave history_size and history_ttl out, or set sync or async");
        }
        if (durability != null && durability != Durability.NONE && (sizeOff || ttlOff)) {
            contradiction(
                    sizeOff ? SIZE : TTL,
                    "0 switches history off, but durability needs it; leave it out for no limit, or set durability none");
        }
        if (metaTtl != null && !metaTtl.isZero() && ttl != null && metaTtl.compareTo(ttl) < 0) {
            contradiction(META_TTL, "is shorter than history_ttl; make it at least as long, or leave it out");
        }
        if (durability != null) {
            options.durability(durability);
        } else if (sized || aged) {
            options.durability(Durability.SYNC);
        }
        if (size != null && size > 0) {
            options.historySize(size);
        }
        if (ttl != null && !ttl.isZero()) {
            options.historyTtl(ttl);
        }
    }

    private void journalTtl(Duration given) {
        if (!given.isZero()) {
            options.journalTtl(given);
        }
    }

    private void journalMaxBytes(long given) {
        if (given > 0) {
            options.journalMaxBytes(given);
        }
    }

    private void channelRegex(String regex) {
        if (!regex.isEmpty()) {
            options.channelRegex(Pattern.compile(regex));
        }
    }

    private void contradiction(String name, String problem) {
        sound = false;
        faults.add(path + "." + name + " (" + origin + "): " + problem);
    }

    private void fault(String name, Tree written, String problem) {
        sound = false;
        faults.add(path + "." + name, written.toString(), origin, problem);
    }

    private static Map<String, Field<?>> fields() {
        Map<String, Field<?>> fields = new LinkedHashMap<>();
        fields.put(DURABILITY, new Field<>(DURABILITIES, (reader, value) -> reader.durability = value));
        fields.put(SIZE, new Field<>(SIZES, (reader, value) -> reader.size = value));
        fields.put(TTL, new Field<>(TTLS, (reader, value) -> reader.ttl = value));
        // nothing is to be done for it: Relay never forgets how far a stream has come
        fields.put(META_TTL, new Field<>(TTLS, (reader, value) -> reader.metaTtl = value));
        fields.put("history_max_publication_limit", limit(ChannelOptions.Builder::historyMaxPublications));
        fields.put("recovery_max_publication_limit", limit(ChannelOptions.Builder::recoveryMaxPublications));
        fields.put("force_recovery", flag(ChannelOptions.Builder::forceRecovery));
        fields.put("allow_recovery", flag(ChannelOptions.Builder::allowRecovery));
        fields.put(
                "force_recovery_mode",
                new Field<>(RECOVERY_MODES, (reader, value) -> reader.options.recoveryMode(value)));
        fields.put("auto_cache_recover", flag(ChannelOptions.Builder::autoCacheRecover));
        fields.put("force_positioning", flag(ChannelOptions.Builder::forcePositioning));
        fields.put("allow_positioning", flag(ChannelOptions.Builder::allowPositioning));
        fields.put("overflow", new Field<>(OVERFLOWS, (reader, value) -> reader.options.overflow(value)));
        fields.put("linger", new Field<>(LINGERS, (reader, value) -> reader.options.linger(value)));
        fields.put("journal_ttl", new Field<>(TTLS, ChannelOptionsReader::journalTtl));
        fields.put("journal_max_bytes", new Field<>(STORED_SIZES, ChannelOptionsReader::journalMaxBytes));
        fields.put("journal_payload", flag(ChannelOptions.Builder::journalPayload));
        fields.put("journal_identity", flag(ChannelOptions.Builder::journalIdentity));
        fields.put("journal_redact", new Field<>(POINTERS, (reader, value) -> reader.options.journalRedact(value)));
        fields.put("presence", flag(ChannelOptions.Builder::presence));
        fields.put("join_leave", flag(ChannelOptions.Builder::joinLeave));
        fields.put("force_push_join_leave", flag(ChannelOptions.Builder::forcePushJoinLeave));
        fields.put("allow_subscribe_for_client", flag(ChannelOptions.Builder::allowSubscribeForClient));
        fields.put("allow_subscribe_for_anonymous", flag(ChannelOptions.Builder::allowSubscribeForAnonymous));
        fields.put("allow_publish_for_client", flag(ChannelOptions.Builder::allowPublishForClient));
        fields.put("allow_publish_for_subscriber", flag(ChannelOptions.Builder::allowPublishForSubscriber));
        fields.put("allow_publish_for_anonymous", flag(ChannelOptions.Builder::allowPublishForAnonymous));
        fields.put("allow_history_for_client", flag(ChannelOptions.Builder::allowHistoryForClient));
        fields.put("allow_history_for_subscriber", flag(ChannelOptions.Builder::allowHistoryForSubscriber));
        fields.put("allow_history_for_anonymous", flag(ChannelOptions.Builder::allowHistoryForAnonymous));
        fields.put("allow_presence_for_client", flag(ChannelOptions.Builder::allowPresenceForClient));
        fields.put("allow_presence_for_subscriber", flag(ChannelOptions.Builder::allowPresenceForSubscriber));
        fields.put("allow_presence_for_anonymous", flag(ChannelOptions.Builder::allowPresenceForAnonymous));
        fields.put("allow_user_limited_channels", flag(ChannelOptions.Builder::allowUserLimitedChannels));
        fields.put("allow_tags_filter", flag(ChannelOptions.Builder::allowTagsFilter));
        fields.put("allow_wildcards", flag(ChannelOptions.Builder::allowWildcards));
        fields.put("channel_regex", new Field<>(REGEXES, (reader, value) -> reader.channelRegex(value)));
        fields.put(
                "publication_data_format",
                new Field<>(DATA_FORMATS, (reader, value) -> reader.options.dataFormat(value)));
        return fields;
    }

    private static Field<Boolean> flag(BiConsumer<ChannelOptions.Builder, Boolean> option) {
        return new Field<>(Kind.bool(), (reader, value) -> option.accept(reader.options, value));
    }

    private static Field<Integer> limit(BiConsumer<ChannelOptions.Builder, Integer> option) {
        return new Field<>(LIMITS, (reader, value) -> option.accept(reader.options, value));
    }
}
