package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "192.0.2.7",
                "255.255.255.255",
                "::",
                "::1",
                "2001:db8::",
                "2001:DB8::a:b",
                "1:2:3:4:5:6:7:8",
                "1::8",
                "1:2:3:4:5:6:7::",
                "::2:3:4:5:6:7:8",
                "fe80::1",
                "::ffff:192.0.2.7",
                "1:2:3:4:5:6:192.0.2.7",
                "64:ff9b::192.0.2.7"
            })
    void an_address_is_read_as_the_jdk_reads_it(String text) throws Exception {
        InetAddress expected = InetAddress.getByName(text);

        IpAddress address = Objects.requireNonNull(IpAddress.parse(text));

        assertThat(address).isEqualTo(IpAddress.of(expected));
        assertThat(address.text()).isEqualTo(expected.getHostAddress());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.-4",
                "1.2.3.4 ",
                "1..2.3",
                "٣.2.3.4",
                "a.b.c.d",
                ":",
                ":::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "1:2:3:4:5:6:7:8::",
                "1:2:3:4::5:6:7:8",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                "12345::",
                "g::1",
                "fe80::1%eth0",
                "[::1]",
                "::1.2.3",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:1.2.3.4",
                "localhost",
                "unknown",
                "::0000:0000:0000:0000:0000:0000:0000:0000:0000"
            })
    void what_is_no_address_is_none(String text) {
        assertThat(IpAddress.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.255.0.9, true",
        "::1, true",
        "::ffff:127.0.0.1, true",
        "128.0.0.1, false",
        "::2, false",
        "::7f00:1, false"
    })
    void loopback_addresses_are_known(String text, boolean loopback) {
        assertThat(Objects.requireNonNull(IpAddress.parse(text)).isLoopback()).isEqualTo(loopback);
    }

    @Test
    void an_ipv6_network_of_64_bits_has_one_owner_and_each_ipv4_address_its_own() {
        assertThat(owner("2001:db8:1:2:3:4:5:6"))
                .isEqualTo(owner("2001:db8:1:2::"))
                .isNotEqualTo(owner("2001:db8:1:3::"));
        assertThat(owner("192.0.2.1")).isNotEqualTo(owner("192.0.2.2")).isEqualTo(owner("::ffff:192.0.2.1"));
    }

    private static long owner(String text) {
        return Objects.requireNonNull(IpAddress.parse(text)).owner();
    }
}
