package dev.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PublishOptionsTest {
    private static final String LONGEST = "k".repeat(PublishOptions.MAX_KEY);

    @Test
    void what_is_kept_in_memory_has_a_length() {
        assertThat(PublishOptions.builder()
                        .idempotencyKey(LONGEST)
                        .version(1)
                        .versionEpoch(LONGEST)
                        .build()
                        .versionEpoch())
                .isEqualTo(LONGEST);
        assertThatThrownBy(() ->
                        PublishOptions.builder().idempotencyKey(LONGEST + "k").build())
                .hasMessageContaining("256 characters");
        assertThatThrownBy(() ->
                        PublishOptions.builder().versionEpoch(LONGEST + "k").build())
                .hasMessageContaining("256 characters");
    }

    @Test
    void a_key_is_text_that_a_journal_can_keep() {
        assertThat(PublishOptions.builder()
                        .idempotencyKey("\uD83D\uDE80")
                        .build()
                        .idempotencyKey())
                .isEqualTo("\uD83D\uDE80");
        assertThatThrownBy(
                        () -> PublishOptions.builder().idempotencyKey("\uD83D").build())
                .hasMessageContaining("surrogate");
    }

    @Test
    void a_version_is_not_negative() {
        assertThatThrownBy(() -> PublishOptions.builder().version(-1).build()).hasMessageContaining("-1");
    }
}
