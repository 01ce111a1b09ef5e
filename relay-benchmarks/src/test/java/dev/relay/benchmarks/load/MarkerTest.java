package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkerTest {
    private final byte[] payload = new byte[40];

    @Test
    void what_is_written_is_read_again_up_to_the_limits_of_the_fields() {
        Marker.write(payload, (1L << 54) - 1, (1 << 18) - 1, (1L << 36) - 1);

        assertThat(Marker.isWhole(payload, 0, payload.length)).isTrue();
        assertThat(Marker.nanos(payload, 0)).isEqualTo((1L << 54) - 1);
        assertThat(Marker.channel(payload, 0)).isEqualTo((1 << 18) - 1);
        assertThat(Marker.sequence(payload, 0)).isEqualTo((1L << 36) - 1);
    }

    @Test
    void every_byte_can_stand_in_json_as_it_is() {
        Marker.write(payload, System.nanoTime(), 7, 4711);

        assertThat(new String(payload, US_ASCII)).matches("~[-_a-zA-Z0-9]{38}!");
    }

    @Test
    void a_payload_that_lacks_its_end_or_has_another_byte_in_its_numbers_is_not_whole() {
        Marker.write(payload, 1, 2, 3);
        payload[39] = 'x';
        assertThat(Marker.isWhole(payload, 0, payload.length)).isFalse();

        Marker.write(payload, 1, 2, 3);
        payload[5] = '"';
        assertThat(Marker.isWhole(payload, 0, payload.length)).isFalse();
    }
}
