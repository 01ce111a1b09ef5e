package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "192.0.2.7, ::ffff:192.0.2.7, true",
        "10.0.0.0/8, 10.255.3.4, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, ::a00:1, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 2001:db8::1, true",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8:0:0:8000::/65, 2001:db8::8000:0:0:1, true",
        "2001:db8:0:0:8000::/65, 2001:db8::1, false",
        "::1/128, ::1, true",
        "::ffff:10.0.0.0/104, 10.1.1.1, true"
    })
    void a_network_holds_what_begins_with_its_bits(String network, String address, boolean held) {
        assertThat(of(network).contains(address(address))).isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "proxy",
                "10.0.0.1/8",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "fd00::/129",
                "fd00::1/8",
                "fd00::/9999999999",
                "*"
            })
    void what_is_no_network_is_a_fault_that_names_it(String text) {
        List<String> faults = new ArrayList<>();
        TrustedProxies.parse(List.of("10.0.0.0/8", text), faults);

        assertThat(faults).singleElement().asString().contains("trustedProxies").endsWith(": " + text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    203.0.113.9                          | 203.0.113.9
                    203.0.113.9:4711                     | 203.0.113.9
                    [2001:db8::9]:4711                   | 2001:db8:0:0:0:0:0:9
                    [2001:db8::9]                        | 2001:db8:0:0:0:0:0:9
                    2001:db8::9                          | 2001:db8:0:0:0:0:0:9
                    1.2.3.4, 203.0.113.9                 | 203.0.113.9
                    1.2.3.4, 203.0.113.9, 10.9.9.9       | 203.0.113.9
                    1.2.3.4 ,203.0.113.9,10.9.9.9,10.8.8.8:1 | 203.0.113.9
                    10.9.9.9, 10.8.8.8                   | 10.9.9.9
                    junk, 203.0.113.9                    | 203.0.113.9
                    203.0.113.9, junk                    | 10.0.0.1
                    203.0.113.9, unknown, 10.9.9.9       | 10.9.9.9
                    203.0.113.9,                         | 10.0.0.1
                    ,                                    | 10.0.0.1
                    ,,,                                  | 10.0.0.1
                    [2001:db8::9                         | 10.0.0.1
                    [2001:db8::9]x                       | 10.0.0.1
                    [2001:db8::9]:                       | 10.0.0.1
                    203.0.113.9:                         | 10.0.0.1
                    203.0.113.9:http                     | 10.0.0.1
                    """)
    void the_client_is_the_last_address_that_no_trusted_proxy_has(String forwardedFor, String client) {
        assertThat(of("10.0.0.0/8")
                        .clientBehind(forwardedFor, address("10.0.0.1"))
                        .text())
                .isEqualTo(client);
    }

    private static TrustedProxies of(String network) {
        List<String> faults = new ArrayList<>();
        TrustedProxies proxies = TrustedProxies.parse(List.of(network), faults);
        assertThat(faults).isEmpty();
        return proxies;
    }

    private static IpAddress address(String text) {
        return Objects.requireNonNull(IpAddress.parse(text), text);
    }
}
