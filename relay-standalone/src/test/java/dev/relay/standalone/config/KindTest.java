package dev.relay.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KindTest {
    private static final Kind<Duration> TIME = Kind.duration(Duration.ZERO, Duration.ofDays(365));
    private static final Kind<Integer> SIZE = Kind.size(1, 1 << 30);

    @ParameterizedTest
    @CsvSource({"300s,PT5M", "10m,PT10M", "24h,P1D", "30d,P30D", "250ms,PT0.25S", "0,PT0S", "0s,PT0S"})
    void times_have_units(String text, Duration time) throws IllegalValueException {
        assertThat(TIME.parse(new Tree.Text(text))).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"300", "1.5h", "-1s", "1w", "s", "10 m", "366d", "999999999999999999d", "10M"})
    void other_times_are_refused(String text) {
        assertThatThrownBy(() -> TIME.parse(new Tree.Text(text)))
                .hasMessageContaining("legal is a time from 0s to 365d, such as 300s, 10m, 24h or 30d");
    }

    @ParameterizedTest
    @CsvSource({"64KiB,65536", "1MiB,1048576", "1GiB,1073741824", "512B,512"})
    void sizes_have_units(String text, int bytes) throws IllegalValueException {
        assertThat(SIZE.parse(new Tree.Text(text))).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "64KB", "64k", "0B", "2GiB", "999999999999999999GiB", "-1B"})
    void other_sizes_are_refused(String text) {
        assertThatThrownBy(() -> SIZE.parse(new Tree.Text(text)))
                .hasMessageContaining("legal is a size from 1B to 1024MiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "http", "8000.0", "999999"})
    void other_ports_are_refused(String text) {
        assertThatThrownBy(() -> Kind.port().parse(new Tree.Text(text))).hasMessageContaining("is not a port");
    }

    @Test
    void a_port_may_be_off_only_where_that_means_something() throws IllegalValueException {
        assertThat(Kind.portOrOff().parse(new Tree.Text("off"))).isEqualTo(Option.OFF);
        assertThatThrownBy(() -> Kind.port().parse(new Tree.Text("off"))).hasMessageContaining("is not a port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "https://example.org",
                "https://*.example.org",
                "http://localhost:*",
                "capacitor://localhost"
            })
    void origins_are_scheme_and_host(String text) throws IllegalValueException {
        assertThat(Kind.origins().parse(new Tree.Text(text))).containsExactly(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org",
                "https://example.org/",
                "https://example.org/path",
                "https://a.org,",
                ",",
                "https://"
            })
    void other_origins_are_refused(String text) {
        assertThatThrownBy(() -> Kind.origins().parse(new Tree.Text(text))).hasMessageContaining("is not an origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "127.0.0.1", "::1", "[::1]", "fe80::1%eth0", "relay.example.org", "0.0.0.0", "::"})
    void hosts_are_names_and_addresses(String text) throws IllegalValueException {
        assertThat(Kind.host().parse(new Tree.Text(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost", "localhost:8000", "127.0.0.1:8000", "a b", "host/path"})
    void hosts_have_neither_scheme_nor_port(String text) {
        assertThatThrownBy(() -> Kind.host().parse(new Tree.Text(text))).hasMessageContaining("is not a host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "192.0.2.7", "fd00::/8", "::1"})
    void networks_are_addresses_with_a_prefix_or_without(String text) throws IllegalValueException {
        assertThat(Kind.networks().parse(new Tree.Text(text))).containsExactly(text);
        assertThat(Kind.networks().parse(new Tree.Text(text + ", 127.0.0.1"))).containsExactly(text, "127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.1:80", "10.0.0.1,", "*"})
    void what_is_no_network_is_refused(String text) {
        assertThatThrownBy(() -> Kind.networks().parse(new Tree.Text(text)))
                .hasMessageContaining("is not an address or network; legal is IP addresses and networks such as");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:postgresql://db/relay", "mysql://db/relay", "jdbc:mysql://db", "jdbc:sqlite:"})
    void other_databases_are_refused(String text) {
        assertThatThrownBy(() -> Kind.databaseUrl().parse(new Tree.Text(text)))
                .hasMessageContaining("legal is jdbc:mysql://host:port/database or jdbc:sqlite:file");
    }
}
