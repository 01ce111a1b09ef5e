package dev.relay.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    private static final int FEW = 10_000;

    @Test
    void a_hash_knows_its_password_and_no_other() {
        PasswordHash hash = PasswordHash.of("s3cret", FEW);
        assertThat(hash.matches("s3cret")).isTrue();
        assertThat(hash.matches("s3cre")).isFalse();
        assertThat(hash.matches("S3cret")).isFalse();
        assertThat(hash.matches("")).isFalse();
        assertThat(hash).hasToString("***");
    }

    @Test
    void a_hash_can_be_written_down() {
        String text = PasswordHash.of("s3cret", FEW).text();
        assertThat(text)
                .startsWith("pbkdf2$10000$")
                .isNotEqualTo(PasswordHash.of("s3cret", FEW).text());
        assertThat(PasswordHash.isHash(text)).isTrue();
        assertThat(PasswordHash.ofConfigured(text).matches("s3cret")).isTrue();
        assertThat(PasswordHash.ofConfigured(text).matches(text)).isFalse();
    }

    /** As Python's {@code hashlib.pbkdf2_hmac("sha256", b"Password", b"NaClsalt123", 80000)} computes it. */
    @Test
    void others_can_make_one() {
        String text = "pbkdf2$80000$TmFDbHNhbHQxMjM$ccsLpbOLtjEPXeqSZcudYHrLKrp0DlkbvfTz6UbifAw";
        assertThat(PasswordHash.parse(text).matches("Password")).isTrue();
    }

    @Test
    void letters_may_be_typed_in_either_form() {
        assertThat(PasswordHash.of("gr\u00fc\u00df", FEW).matches("gru\u0308\u00df"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pbkdf2$",
                "pbkdf2$600000$$",
                "pbkdf2$9999$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2$99999999$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2$600000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAA",
                "pbkdf2$600000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$",
            })
    void what_begins_as_a_hash_and_is_none_is_refused(String text) {
        assertThatThrownBy(() -> PasswordHash.ofConfigured(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
