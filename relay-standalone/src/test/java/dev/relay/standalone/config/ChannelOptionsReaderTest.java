package dev.relay.standalone.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.ChannelOptions;
import dev.relay.DataFormat;
import dev.relay.Durability;
import dev.relay.InvalidConfigurationException;
import dev.relay.OverflowPolicy;
import dev.relay.RecoveryMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelOptionsReaderTest {
    private static ChannelOptions read(String json) {
        Faults faults = new Faults();
        ChannelOptions options;
        try {
            Tree.Fields fields = (Tree.Fields) TreeReader.json(json);
            options = ChannelOptionsReader.read("channel_defaults", "test", fields.values(), faults);
        } catch (IllegalValueException e) {
            throw new AssertionError(e);
        }
        faults.throwIfAny();
        return requireNonNull(options, "neither options nor a fault");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                               | NONE  | any | any",
                "{'history_size': 0}                              | NONE  | any | any",
                "{'history_size': 0, 'history_ttl': '0s'}         | NONE  | any | any",
                "{'durability': 'none'}                           | NONE  | any | any",
                "{'durability': 'none', 'history_size': 0}        | NONE  | any | any",
                "{'durability': null}                             | NONE  | any | any",
                "{'history_size': 10}                             | SYNC  | 10  | any",
                "{'history_ttl': '300s'}                          | SYNC  | any | PT5M",
                "{'history_size': 10, 'history_ttl': '24h'}       | SYNC  | 10  | P1D",
                "{'durability': 'sync'}                           | SYNC  | any | any",
                "{'durability': 'async'}                          | ASYNC | any | any",
                "{'durability': 'async', 'history_size': 10}      | ASYNC | 10  | any",
            })
    void durability_and_history_complete_each_other(String json, Durability durability, String size, String ttl) {
        ChannelOptions options = read(json.replace('\'', '"'));

        assertThat(options.durability()).isEqualTo(durability);
        assertThat(options.historySize())
                .isEqualTo(size.equals("any") ? ChannelOptions.UNLIMITED : Long.parseLong(size));
        if (ttl.equals("any")) {
            assertThat(options.historyTtl()).isGreaterThan(Duration.ofDays(100 * 365));
        } else {
            assertThat(options.historyTtl()).isEqualTo(Duration.parse(ttl));
        }
    }

    @Test
    void how_subscribers_are_delivered_to_is_read() {
        ChannelOptions options = read("{\"overflow\":\"conflate\",\"linger\":\"20ms\"}");

        assertThat(options.overflow()).isEqualTo(OverflowPolicy.CONFLATE);
        assertThat(options.linger()).isEqualTo(Duration.ofMillis(20));
        assertThat(read("{}").overflow()).isEqualTo(OverflowPolicy.DISCONNECT);
        assertThat(read("{}").linger()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'durability': 'none', 'history_size': 1}    | durability (test): none keeps no history",
                "{'durability': 'none', 'history_ttl': '1h'}  | durability (test): none keeps no history",
                "{'durability': 'none', 'force_recovery': true} | force_recovery needs history",
                "{'overflow': 'drop'}                         | overflow = \"drop\" (test) is not known",
                "{'durability': 'sync', 'force_recovery': true, 'overflow': 'drop_oldest'} | overflow drop_oldest lets subscribers miss",
                "{'linger': '101ms'}                          | linger = \"101ms\" (test) is not in range",
                "{'force_recovery': true}                     | force_recovery needs history",
                "{'allow_recovery': true}                     | allow_recovery needs history",
                "{'force_positioning': true}                  | force_positioning needs history",
                "{'allow_positioning': true}                  | allow_positioning needs history",
                "{'durability': 'sync', 'history_size': 0}    | history_size (test): 0 switches history off",
                "{'durability': 'async', 'history_ttl': 0}    | history_ttl (test): 0 switches history off",
                "{'history_size': 0, 'history_ttl': '1h'}     | history_size (test): 0 switches history off",
                "{'history_size': 1, 'history_ttl': 0}        | history_ttl (test): 0 switches history off",
                "{'durability': 'Sync'}                       | durability = \"Sync\" (test) is not known; legal is none, async, sync",
                "{'history_size': -1}                         | history_size = \"-1\" (test) is not in range",
                "{'history_size': 1.5}                        | history_size = \"1.5\" (test) is not a whole number",
                "{'history_size': [1]}                        | history_size = a list of 1 (test) must be a single value",
                "{'history_ttl': 300}                         | history_ttl = \"300\" (test) is not a time with its unit",
                "{'history_max_publication_limit': 0}         | history_max_publication_limit = \"0\" (test) is not in range",
                "{'history_ttl': '2h', 'history_meta_ttl': '1h'} | history_meta_ttl (test): is shorter than history_ttl",
                "{'history_meta_ttl': 720}                    | history_meta_ttl = \"720\" (test) is not a time with its unit",
                "{'force_push_join_leave': true}              | force_push_join_leave needs join_leave",
                "{'auto_cache_recover': true}                 | auto_cache_recover needs force_recovery and force_recovery_mode cache",
                "{'force_recovery_mode': 'newest'}            | force_recovery_mode = \"newest\" (test) is not known; legal is stream, cache",
                "{'publication_data_format': 'xml'}           | (test) is not known; legal is json, json_object, binary",
                "{'channel_regex': '[a'}                      | channel_regex = \"[a\" (test) is not a regular expression: Unclosed",
                "{'force_recovery': 'yes'}                    | force_recovery = \"yes\" (test) is not a truth value",
                "{'force_recover': true}                      | force_recover (test) is unknown; did you mean force_recovery?",
            })
    void contradictions_and_illegal_values_are_refused(String json, String fault) {
        assertThatThrownBy(() -> read(json.replace('\'', '"')))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("channel_defaults")
                .hasMessageContaining(fault);
    }

    @Test
    void all_faults_of_an_object_come_at_once() {
        assertThatThrownBy(() -> read("{\"history_size\": \"x\", \"nonsense_option\": 1, \"delta_publish\": true}"))
                .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> assertThat(e.faults())
                        .hasSize(3));
    }

    @ParameterizedTest
    @MethodSource("switches")
    void every_switch_reaches_its_option(String name, Function<ChannelOptions, Boolean> option) {
        assertThat(option.apply(read("{\"durability\": \"sync\", \"" + name + "\": true}")))
                .isTrue();
        assertThat(option.apply(read("{\"durability\": \"sync\", \"" + name + "\": false}")))
                .isFalse();
        assertThat(option.apply(read("{\"durability\": \"sync\"}"))).isFalse();
    }

    static Stream<Arguments> switches() {
        Map<String, Function<ChannelOptions, Boolean>> switches = new LinkedHashMap<>();
        switches.put("force_recovery", ChannelOptions::forceRecovery);
        switches.put("allow_recovery", ChannelOptions::allowRecovery);
        switches.put("force_positioning", ChannelOptions::forcePositioning);
        switches.put("allow_positioning", ChannelOptions::allowPositioning);
        switches.put("presence", ChannelOptions::presence);
        switches.put("join_leave", ChannelOptions::joinLeave);
        switches.put("allow_subscribe_for_client", ChannelOptions::allowSubscribeForClient);
        switches.put("allow_subscribe_for_anonymous", ChannelOptions::allowSubscribeForAnonymous);
        switches.put("allow_publish_for_client", ChannelOptions::allowPublishForClient);
        switches.put("allow_publish_for_subscriber", ChannelOptions::allowPublishForSubscriber);
        switches.put("allow_publish_for_anonymous", ChannelOptions::allowPublishForAnonymous);
        switches.put("allow_history_for_client", ChannelOptions::allowHistoryForClient);
        switches.put("allow_history_for_subscriber", ChannelOptions::allowHistoryForSubscriber);
        switches.put("allow_history_for_anonymous", ChannelOptions::allowHistoryForAnonymous);
        switches.put("allow_presence_for_client", ChannelOptions::allowPresenceForClient);
        switches.put("allow_presence_for_subscriber", ChannelOptions::allowPresenceForSubscriber);
        switches.put("allow_presence_for_anonymous", ChannelOptions::allowPresenceForAnonymous);
        switches.put("allow_user_limited_channels", ChannelOptions::allowUserLimitedChannels);
        switches.put("allow_tags_filter", ChannelOptions::allowTagsFilter);
        switches.put("allow_wildcards", ChannelOptions::allowWildcards);
        return switches.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @Test
    void limits_reach_their_options() {
        ChannelOptions options = read("{\"history_max_publication_limit\": 7, \"recovery_max_publication_limit\": 8}");

        assertThat(options.historyMaxPublications()).isEqualTo(7);
        assertThat(options.recoveryMaxPublications()).isEqualTo(8);
    }

    @Test
    void options_of_later_versions_may_be_off() {
        for (String name : ChannelOptionsReader.later()) {
            for (String off : new String[] {"false", "0", "\"\"", "\"0s\"", "[]", "{}", "null"}) {
                assertThat(read("{\"" + name + "\": " + off + "}").durability()).isEqualTo(Durability.NONE);
            }
        }
    }

    @Test
    void join_and_leave_can_be_pushed_to_everybody() {
        assertThat(read("{\"join_leave\": true, \"force_push_join_leave\": true}")
                        .forcePushJoinLeave())
                .isTrue();
    }

    @Test
    void the_recovery_mode_reaches_its_option() {
        ChannelOptions cache = read(
                "{\"history_size\": 1, \"force_recovery\": true, \"force_recovery_mode\": \"cache\", \"auto_cache_recover\": true}");
        assertThat(cache.recoveryMode()).isEqualTo(RecoveryMode.CACHE);
        assertThat(cache.autoCacheRecover()).isTrue();
        assertThat(read("{\"force_recovery_mode\": \"stream\"}").recoveryMode()).isEqualTo(RecoveryMode.STREAM);
    }

    @ParameterizedTest
    @CsvSource({"'', ANY", "json, JSON", "json_object, JSON_OBJECT", "binary, BINARY"})
    void the_data_format_reaches_its_option(String name, DataFormat format) {
        assertThat(read("{\"publication_data_format\": \"" + name + "\"}").dataFormat())
                .isEqualTo(format);
        assertThat(read("{}").dataFormat()).isEqualTo(DataFormat.ANY);
    }

    @Test
    void the_regular_expression_of_names_reaches_its_option() {
        assertThat(requireNonNull(read("{\"channel_regex\": \"^[a-z]+$\"}").channelRegex())
                        .pattern())
                .isEqualTo("^[a-z]+$");
        assertThat(read("{\"channel_regex\": \"\"}").channelRegex()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'history_size': 100, 'history_ttl': '300s', 'history_meta_ttl': '300s'}",
                "{'history_size': 100, 'history_meta_ttl': '1h'}",
                "{'history_meta_ttl': '720h'}",
                "{'history_size': 1, 'history_ttl': '1h', 'history_meta_ttl': 0}",
            })
    void how_long_positions_are_kept_may_be_given_although_it_is_for_ever(String json) {
        assertThat(read(json.replace('\'', '"')).historySize()).isPositive();
    }

    @Test
    void what_is_deleted_from_the_journal_and_what_never_gets_there() {
        ChannelOptions options = read(
                "{\"history_ttl\":\"1h\",\"journal_ttl\":\"90d\",\"journal_max_bytes\":\"1GiB\","
                        + "\"journal_payload\":false,\"journal_identity\":false,\"journal_redact\":[\"/card/number\",\"/a~1b\"]}");
        assertThat(options.journalTtl()).isEqualTo(Duration.ofDays(90));
        assertThat(options.journalMaxBytes()).isEqualTo(1L << 30);
        assertThat(options.journalPayload()).isFalse();
        assertThat(options.journalIdentity()).isFalse();
        assertThat(options.journalRedact()).containsExactly("/card/number", "/a~1b");
        assertThat(options.hasRetention()).isTrue();

        ChannelOptions off = read("{\"durability\":\"sync\",\"journal_ttl\":\"0s\",\"journal_max_bytes\":\"0B\"}");
        assertThat(off.hasRetention()).isFalse();
        assertThat(off.journalPayload()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'durability':'sync','history_ttl':'2h','journal_ttl':'1h'} | not shorter than history_ttl",
                "{'journal_ttl':'1h'} | set durability to sync or async",
                "{'journal_payload':false} | set durability to sync or async",
                "{'durability':'sync','journal_redact':['card']} | is not a JSON pointer",
                "{'durability':'sync','journal_redact':['/a~2']} | is not a JSON pointer",
            })
    void what_contradicts_itself_about_the_journal_is_refused(String json, String fault) {
        assertThatThrownBy(() -> read(json.replace('\'', '"'))).hasMessageContaining(fault);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"allowed_delta_types\": [\"fossil\"]",
                "\"delta_publish\": true",
            })
    void options_of_later_versions_cannot_be_switched_on(String entry) {
        assertThatThrownBy(() -> read("{" + entry + "}")).hasMessageContaining("is not available in this version");
    }
}
