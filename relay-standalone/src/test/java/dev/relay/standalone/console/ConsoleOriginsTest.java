package dev.relay.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleOriginsTest {
    private static final ConsoleOrigins LOGIN = new ConsoleOrigins(List.of("https://ops.example.org"), false);
    private static final ConsoleOrigins DEVELOPMENT = new ConsoleOrigins(List.of(), true);

    private static Visit visit(String host, @Nullable String origin) {
        return new Visit(host, origin, true, null, "192.0.2.1", false);
    }

    @ParameterizedTest
    @CsvSource({
        "relay.example.org, https://relay.example.org, true",
        "relay.example.org:8001, http://relay.example.org:8001, true",
        "RELAY.example.org, https://relay.Example.org, true",
        "relay.example.org, , true",
        "relay.example.org, https://ops.example.org, true",
        "relay.example.org, HTTPS://ops.example.ORG, true",
        "relay.example.org:8001, http://relay.example.org, false",
        "relay.example.org, https://ops.example.org:8443, false",
        "relay.example.org, http://ops.example.org, false",
        "relay.example.org, https://evil.example, false",
        "relay.example.org, https://relay.example.org.evil.example, false",
        "relay.example.org, https://evil.example/relay.example.org, false",
        "relay.example.org, null, false",
        "localhost:8001, http://localhost:3000, false",
    })
    void where_one_logs_in_pages_of_the_same_name_and_listed_ones_are_ours(
            String host, @Nullable String origin, boolean ours) {
        assertThat(LOGIN.isOurs(visit(host, origin))).isEqualTo(ours);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8001, http://localhost:8001, true",
        "127.0.0.1:8001, http://localhost:3000, true",
        "[::1]:8001, http://[::1]:8001, true",
        "localhost, , true",
        "localhost:8001, https://evil.example, false",
        "localhost.evil.example, http://localhost, false",
        // a name of somebody else's that points here: of the same origin for the browser, and still not ours
        "evil.example:8001, http://evil.example:8001, false",
        "evil.example:8001, , false",
    })
    void where_nobody_logs_in_both_sides_are_on_this_machine(String host, @Nullable String origin, boolean ours) {
        assertThat(DEVELOPMENT.isOurs(visit(host, origin))).isEqualTo(ours);
    }

    @Test
    void answers_are_readable_elsewhere_for_listed_pages_only() {
        assertThat(LOGIN.isListed("https://ops.example.org")).isTrue();
        assertThat(LOGIN.isListed("https://relay.example.org")).isFalse();
        assertThat(DEVELOPMENT.isListed("http://localhost:3000")).isTrue();
        assertThat(DEVELOPMENT.isListed("https://ops.example.org")).isFalse();
    }
}
