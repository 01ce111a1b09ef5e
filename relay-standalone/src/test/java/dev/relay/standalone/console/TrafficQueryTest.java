package dev.relay.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.Payload;
import dev.relay.journal.EventKind;
import dev.relay.standalone.api.MalformedRequestException;
import dev.relay.watch.WatchQuery;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficQueryTest {
    @Test
    void nothing_said_is_all_messages() {
        TrafficQuery query = TrafficQuery.read(null);
        assertThat(query.messages()).isTrue();
        assertThat(query.watch())
                .isEqualTo(WatchQuery.every(Duration.ofMillis(250))
                        .except("console:*")
                        .samples(13));
        assertThat(TrafficQuery.read(Payload.empty())).isEqualTo(query);
        assertThat(TrafficQuery.read(Payload.of("{}"))).isEqualTo(query);
    }

    @Test
    void everything_said_counts() {
        TrafficQuery query = TrafficQuery.read(Payload.of("{\"channels\":\"news*\",\"user\":\"42\",\"text\":\"err\","
                + "\"kinds\":[\"connect\",\"refusal\"],\"per_second\":100}"));
        assertThat(query.messages()).isFalse();
        assertThat(query.watch().channels()).isEqualTo("news*");
        assertThat(query.watch().user()).isEqualTo("42");
        assertThat(query.watch().text()).isEqualTo("err");
        assertThat(query.watch().events()).containsExactlyInAnyOrder(EventKind.CONNECT, EventKind.REFUSAL);
        assertThat(query.watch().samples()).isEqualTo(25);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "1",
                "{\"per_second\":0}",
                "{\"per_second\":1000}",
                "{\"user\":1}",
                "{\"kinds\":\"message\"}"
            })
    void another_shape_is_refused(String data) {
        assertThatThrownBy(() -> TrafficQuery.read(Payload.of(data))).isInstanceOf(MalformedRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"channels\":\"[\"}", "{\"kinds\":[\"all\"]}", "{\"kinds\":[\"\"]}"})
    void what_makes_no_sense_is_refused(String data) {
        assertThatThrownBy(() -> TrafficQuery.read(Payload.of(data))).isInstanceOf(IllegalArgumentException.class);
    }
}
