package dev.relay.standalone.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChannelOptionsWriterTest {
    private static final String GIVEN = """
            {"durability":"async","history_size":7,"history_ttl":"90m","history_max_publication_limit":3,
            "recovery_max_publication_limit":4,"force_recovery":true,"force_recovery_mode":"cache","auto_cache_recover":true,
            "force_positioning":true,"overflow":"conflate","linger":"5ms","journal_ttl":"7d","journal_max_bytes":"1MiB",
            "journal_identity":false,"journal_redact":["/card/number"],"presence":true,"join_leave":true,
            "allow_subscribe_for_client":true,"allow_publish_for_subscriber":true,"allow_history_for_anonymous":true,
            "allow_presence_for_client":true,"allow_user_limited_channels":true,"allow_tags_filter":true,
            "channel_regex":"[a-z]+","publication_data_format":"json_object"}""";

    private static ChannelOptions read(Map<String, Tree> fields) {
        Faults faults = new Faults();
        ChannelOptions options = ChannelOptionsReader.read("x", "test", fields, faults);
        faults.throwIfAny();
        return requireNonNull(options);
    }

    @Test
    void every_option_is_written() {
        assertThat(ChannelOptionsWriter.written(ChannelOptions.transientChannel())
                        .keySet())
                .containsExactlyInAnyOrderElementsOf(ChannelOptionsReader.available());
    }

    @Test
    void what_is_written_can_be_read_again() throws IllegalValueException {
        Map<String, Object> first =
                ChannelOptionsWriter.written(read(((Tree.Fields) TreeReader.json(GIVEN.replace("\n", " "))).values()));
        Map<String, Tree> again = new LinkedHashMap<>();
        first.forEach((name, value) -> again.put(
                name,
                value instanceof List<?> list
                        ? new Tree.Items(list.stream()
                                .<Tree>map(one -> new Tree.Text(String.valueOf(one)))
                                .toList())
                        : new Tree.Text(name.equals("journal_max_bytes") ? value + "B" : String.valueOf(value))));

        assertThat(first).containsEntry("history_ttl", "90m").containsEntry("journal_max_bytes", 1L << 20);
        assertThat(ChannelOptionsWriter.written(read(again))).isEqualTo(first);
    }
}
