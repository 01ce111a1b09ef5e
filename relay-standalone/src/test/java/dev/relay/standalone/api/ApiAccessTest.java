package dev.relay.standalone.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.api.ApiAccess.Caller;
import dev.relay.standalone.api.ApiAccess.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiAccessTest {
    private static final Caller STRANGER = new Caller(null, null, null, null);

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    # X-API-Key, Authorization,  api_key, verdict
                    secret,      -,              -,       ADMITTED
                    wrong,       -,              -,       UNAUTHORIZED
                    -,           apikey secret,  -,       ADMITTED
                    -,           APIKey secret,  -,       ADMITTED
                    -,           apikey   secret,-,       ADMITTED
                    -,           apikey wrong,   -,       UNAUTHORIZED
                    -,           apikeysecret,   -,       UNAUTHORIZED
                    -,           apikey,         -,       UNAUTHORIZED
                    -,           secret,         -,       UNAUTHORIZED
                    -,           Bearer secret,  -,       UNAUTHORIZED
                    -,           -,              secret,  ADMITTED
                    -,           -,              wrong,   UNAUTHORIZED
                    -,           -,              -,       UNAUTHORIZED
                    '',          apikey secret,  secret,  UNAUTHORIZED
                    wrong,       apikey secret,  secret,  UNAUTHORIZED
                    secret,      apikey wrong,   wrong,   ADMITTED
                    -,           apikey wrong,   secret,  ADMITTED
                    -,           Basic eDp5,     secret,  ADMITTED
                    -,           apikey secret,  wrong,   ADMITTED
                    secre,       -,              -,       UNAUTHORIZED
                    secret1,     -,              -,       UNAUTHORIZED
                    SECRET,      -,              -,       UNAUTHORIZED
                    '',          -,              -,       UNAUTHORIZED
                    -,           -,              '',      UNAUTHORIZED
                    """)
    void with_a_key_whoever_brings_it_is_admitted(
            @Nullable String header, @Nullable String authorization, @Nullable String parameter, Verdict verdict) {
        assertThat(ApiAccess.withKey("secret").verdict(new Caller(header, authorization, parameter, null)))
                .isEqualTo(verdict);
    }

    @Test
    void a_key_may_be_any_text() {
        assertThat(ApiAccess.withKey("two words").verdict(new Caller(null, "apikey two words", null, null)))
                .isEqualTo(Verdict.ADMITTED);
        assertThat(ApiAccess.withKey("Schlüssel").verdict(new Caller(null, null, "Schlüssel", null)))
                .isEqualTo(Verdict.ADMITTED);
    }

    @Test
    void where_there_is_no_key_nobody_has_it() {
        assertThat(ApiAccess.closed().verdict(STRANGER)).isEqualTo(Verdict.UNAUTHORIZED);
        assertThat(ApiAccess.closed().verdict(new Caller("", "apikey ", "", null)))
                .isEqualTo(Verdict.UNAUTHORIZED);
        assertThat(ApiAccess.closed().verdict(new Caller("x", "apikey x", "x", null)))
                .isEqualTo(Verdict.UNAUTHORIZED);
    }

    @Test
    void what_is_open_needs_no_key_and_minds_none() {
        Caller wrong = new Caller("wrong", "apikey wrong", "wrong", null);
        assertThat(ApiAccess.open().verdict(STRANGER)).isEqualTo(Verdict.ADMITTED);
        assertThat(ApiAccess.open().verdict(wrong)).isEqualTo(Verdict.ADMITTED);
        assertThat(ApiAccess.open().verdict(from("https://evil.example"))).isEqualTo(Verdict.ADMITTED);
        assertThat(ApiAccess.thisMachine().verdict(STRANGER)).isEqualTo(Verdict.ADMITTED);
        assertThat(ApiAccess.thisMachine().verdict(wrong)).isEqualTo(Verdict.ADMITTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8001", "http://localhost", "https://127.0.0.1:3000", "HTTP://[::1]:80"})
    void in_development_pages_of_this_machine_may_ask(String origin) {
        assertThat(ApiAccess.thisMachine().verdict(from(origin))).isEqualTo(Verdict.ADMITTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://evil.example:8001",
                "http://localhost.evil.example",
                "null",
                "",
                "file://",
                "http://evil.example/http://localhost",
                "http://localhost:8001.evil.example"
            })
    void in_development_pages_from_elsewhere_may_not(String origin) {
        assertThat(ApiAccess.thisMachine().verdict(from(origin))).isEqualTo(Verdict.FOREIGN_PAGE);
    }

    private static Caller from(String origin) {
        return new Caller(null, null, null, origin);
    }
}
