package dev.relay.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.DataFormat;
import dev.relay.JsonVerifier;
import dev.relay.Payload;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PayloadRulesTest {
    /** Knows these few, which is enough to see who is asked. */
    private static final JsonVerifier VERIFIER = data -> {
        String text = data.text();
        boolean known = text.equals("{}") || text.equals(" \t{\"a\":1}") || text.equals("[1]") || text.equals("7");
        return known ? json(text) : null;
    };

    private final PayloadRules rules = new PayloadRules(VERIFIER);

    @Test
    void any_takes_everything_but_nothing_and_does_not_look_into_it() {
        Payload data = Payload.of("not json");
        assertThat(rules.accepted(format(DataFormat.ANY), data)).isSameAs(data);
        assertThat(rules.accepted(format(DataFormat.ANY), Payload.empty())).isNull();
    }

    @Test
    void binary_takes_everything() {
        Payload data = Payload.of(new byte[] {0, -1});
        assertThat(rules.accepted(format(DataFormat.BINARY), data)).isSameAs(data);
        assertThat(rules.accepted(format(DataFormat.BINARY), Payload.empty())).isSameAs(Payload.empty());
    }

    @Test
    void json_takes_one_value_and_remembers_that_it_is_one() {
        assertThat(json(accepted(DataFormat.JSON, "7"))).isTrue();
        assertThat(json(accepted(DataFormat.JSON, "{}"))).isTrue();
        assertThat(accepted(DataFormat.JSON, "{} {}")).isNull();
        assertThat(accepted(DataFormat.JSON, "")).isNull();
    }

    @Test
    void json_object_takes_an_object_and_no_other_value() {
        assertThat(json(accepted(DataFormat.JSON_OBJECT, "{}"))).isTrue();
        assertThat(json(accepted(DataFormat.JSON_OBJECT, " \t{\"a\":1}"))).isTrue();
        assertThat(accepted(DataFormat.JSON_OBJECT, "[1]")).isNull();
        assertThat(accepted(DataFormat.JSON_OBJECT, "7")).isNull();
        assertThat(accepted(DataFormat.JSON_OBJECT, "{")).isNull();
        assertThat(accepted(DataFormat.JSON_OBJECT, "")).isNull();
    }

    @Test
    void what_is_known_to_be_json_is_not_verified_again() {
        PayloadRules strict = new PayloadRules(data -> {
            throw new AssertionError("asked about what is known");
        });
        Payload known = json("{\"never seen\":true}");
        assertThat(strict.accepted(format(DataFormat.JSON_OBJECT), known)).isSameAs(known);
        assertThat(strict.accepted(format(DataFormat.JSON), known)).isSameAs(known);
    }

    private @Nullable Payload accepted(DataFormat format, String text) {
        return rules.accepted(format(format), Payload.of(text));
    }

    private static boolean json(@Nullable Payload accepted) {
        return accepted != null && accepted.isJson();
    }

    private static ChannelOptions format(DataFormat format) {
        return ChannelOptions.builder().dataFormat(format).build();
    }

    private static Payload json(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Payload.verifiedJson(bytes, 0, bytes.length);
    }
}
