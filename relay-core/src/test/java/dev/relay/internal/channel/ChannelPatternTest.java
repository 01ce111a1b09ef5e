package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelPatternTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "**",
                "a.*",
                "*.a",
                "a.**",
                "a.*.b",
                "*.*",
                "chat:*",
                "chat:a.**",
                "$chat:*",
                "$a.*",
                "a..*",
                ".*",
                "*.",
                "a b.*",
                "chat:x:y.*",
                "chat.eu:*"
            })
    void is_a_pattern_without_fault(String name) {
        assertThat(ChannelPattern.isPattern(name)).isTrue();
        assertThat(ChannelPattern.fault(name)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a.b", "a*", "*a.b", "a.***", "*:a", "**.*:a.b", "$*", "chat:", "chat:a*.b", "a/*", ":"
            })
    void is_a_channel(String name) {
        assertThat(ChannelPattern.isPattern(name)).isFalse();
        assertThat(ChannelPattern.fault(name)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "**.a, ** stands at the end only",
        "a.**.b, ** stands at the end only",
        "**.**, ** stands at the end only",
        "a.**., ** stands at the end only",
        "a*.*, 'a wildcard is a whole segment, unlike the * in a*'",
        "*.a.***, 'a wildcard is a whole segment, unlike the * in ***'",
        "*.$*, 'a wildcard is a whole segment, unlike the * in $*'",
        "*:a.*, a namespace holds no wildcard",
        "a*:*, a namespace holds no wildcard",
        "dialog#42.*, no pattern matches channels that name their users behind a #",
        "*#42.*, no pattern matches channels that name their users behind a #",
        "'*.*.*.*.*', 'it has 5 wildcards, 1 to 4 are possible'",
        "'*.*.*.*.**', 'it has 5 wildcards, 1 to 4 are possible'"
    })
    void is_a_pattern_with_a_fault(String name, String fault) {
        assertThat(ChannelPattern.isPattern(name)).isTrue();
        assertThat(ChannelPattern.fault(name)).isEqualTo(fault);
    }

    @Test
    void segments_are_limited() {
        String most = "a.".repeat(ChannelPattern.MAX_SEGMENTS - 1) + "*";
        assertThat(ChannelPattern.fault(most)).isNull();
        assertThat(ChannelPattern.fault("chat:" + most)).isNull();
        assertThat(ChannelPattern.fault("a." + most)).isEqualTo("it has 33 segments, the limit is 32");
    }

    @Test
    void length_is_limited() {
        assertThat(ChannelPattern.fault("a".repeat(253) + ".*")).isNull();
        assertThat(ChannelPattern.fault("a".repeat(254) + ".*")).isEqualTo("it has 256 characters, the limit is 255");
    }

    @Test
    void wildcards_are_limited() {
        assertThat(ChannelPattern.fault("*.*.a.*.**")).isNull();
        assertThat(ChannelPattern.fault("*.*.a.*.*.**")).isNotNull();
    }
}
