package dev.relay.standalone.e2e;

import static dev.relay.standalone.e2e.SdkAct.history;
import static dev.relay.standalone.e2e.SdkAct.publish;
import static dev.relay.standalone.e2e.SdkAct.subscribe;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of one channel that speak different encodings: payloads pass from each to each as they are, or not at all. */
final class SdkEncodingsIT {
    private static final String SPACED = "{ \"a\" : [ 1.50, -0, 1e3 ],\t\"b\" : \"\\u00e4\u00e4\\/\" }";

    private static RelayProcess relay;

    @BeforeAll
    static void start(@TempDir Path directory) {
        relay = RelayProcess.ready(RelaySettings.in(directory)
                .with("RELAY_CHANNEL_DEFAULTS", "{\"history_size\":100,\"force_recovery\":true}"));
    }

    @AfterAll
    static void end() {
        relay.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_payload_reaches_every_encoding_as_it_was_written(Sdk publisher) {
        String channel = "mixed-" + publisher;
        String written =
                "{\"text\":\"h\u00e9llo \\\"w\\\\rld\\\" \u2028 \ud83d\ude80\",\"n\":[1,2.5,null,true],\"o\":{}}";
        // JavaScript would read and write the line separator as it is; so does the server
        try (SdkClient client = publisher.open(relay).connected();
                SdkClient text = Sdk.JAVASCRIPT_JSON.open(relay).connected();
                SdkClient binary = Sdk.JAVASCRIPT_PROTOBUF.open(relay).connected();
                SdkClient java = Sdk.JAVA.open(relay).connected()) {
            for (SdkClient subscriber : new SdkClient[] {text, binary, java}) {
                subscriber.subscribed(subscribe(channel));
            }
            assertThat(client.ask(publish(channel, written)).code()).isEqualTo(-1);

            for (SdkClient subscriber : new SdkClient[] {text, binary, java}) {
                assertThat(subscriber.await("publication", channel).text()).isEqualTo(written);
                assertThat(subscriber.ask(history(channel, 1)).publications())
                        .extracting(SdkEvent::text)
                        .containsExactly(written);
            }
        }
    }

    @Test
    void protobuf_clients_keep_every_byte_and_json_clients_the_value() {
        try (SdkClient text = Sdk.JAVASCRIPT_JSON.open(relay).connected();
                SdkClient binary = Sdk.JAVASCRIPT_PROTOBUF.open(relay).connected();
                SdkClient java = Sdk.JAVA.open(relay).connected()) {
            for (SdkClient subscriber : new SdkClient[] {text, binary, java}) {
                subscriber.subscribed(subscribe("spaced"));
            }
            String lines = "{\n\"a\" :\r\n1 }";
            java.ask(publish("spaced", SPACED));
            java.ask(publish("spaced", lines));

            for (SdkClient subscriber : new SdkClient[] {binary, java}) {
                assertThat(subscriber.await("publication", "spaced").bytes()).isEqualTo(SPACED.getBytes(UTF_8));
                assertThat(subscriber.await("publication", "spaced").bytes()).isEqualTo(lines.getBytes(UTF_8));
            }
            assertThat(text.await("publication", "spaced").text())
                    .isEqualTo("{\"a\":[1.5,0,1000],\"b\":\"\u00e4\u00e4/\"}");
            assertThat(text.await("publication", "spaced").text()).isEqualTo("{\"a\":1}");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"JAVASCRIPT_PROTOBUF", "JAVA"})
    void what_is_not_json_reaches_protobuf_clients_and_ends_the_connections_of_others(Sdk publisher) {
        String channel = "bytes-" + publisher;
        byte[] bytes = {0, 1, (byte) 0xff, '\n', '{', (byte) 0x80};
        try (SdkClient text = Sdk.JAVASCRIPT_JSON.open(relay).connected();
                SdkClient quiet = Sdk.JAVASCRIPT_JSON.open(relay).connected();
                SdkClient binary = publisher.open(relay).connected()) {
            quiet.subscribed(subscribe("elsewhere-" + publisher));
            text.subscribed(subscribe(channel));
            binary.subscribed(subscribe(channel));
            assertThat(binary.ask(publish(channel, bytes)).code()).isEqualTo(-1);

            assertThat(binary.await("publication", channel).bytes()).isEqualTo(bytes);
            SdkEvent end = text.await("disconnected");
            assertThat(end.code()).isEqualTo(3506);
            assertThat(end.string("reason")).isEqualTo("inappropriate protocol");

            quiet.ask(publish("elsewhere-" + publisher, "\"still here\""));
            assertThat(quiet.await("publication").text()).isEqualTo("\"still here\"");
        }
    }
}
