package dev.relay.standalone.e2e;

import static dev.relay.standalone.e2e.SdkAct.history;
import static dev.relay.standalone.e2e.SdkAct.publish;
import static dev.relay.standalone.e2e.SdkAct.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official SDKs with compression switched on: their sockets agree on it, and nobody notices. */
final class SdkCompressionIT {
    private static final String LONG = "{\"text\":\"" + "compressed h\u00e9llo \ud83d\ude80 ".repeat(150) + "\"}";
    private static final String SHORT = "{\"n\":1}";

    @Test
    void messages_long_and_short_pass_from_every_sdk_to_every_other(@TempDir Path directory) {
        RelaySettings settings = RelaySettings.in(directory).with("RELAY_COMPRESSION", "true");
        try (RelayProcess relay = RelayProcess.ready(settings);
                SdkClient text = Sdk.JAVASCRIPT_JSON.open(relay).connected();
                SdkClient binary = Sdk.JAVASCRIPT_PROTOBUF.open(relay).connected();
                SdkClient java = Sdk.JAVA.open(relay).connected()) {
            List<SdkClient> all = List.of(text, binary, java);
            for (SdkClient client : List.of(text, binary)) {
                assertThat(client.await("socket").fields().get("extensions")).isEqualTo("permessage-deflate");
            }
            all.forEach(client -> client.subscribed(subscribe("compressed")));

            List<String> published = new ArrayList<>();
            for (SdkClient publisher : all) {
                for (String data : List.of(LONG, SHORT)) {
                    assertThat(publisher.ask(publish("compressed", data)).code())
                            .isEqualTo(-1);
                    published.add(data);
                }
            }

            for (SdkClient subscriber : all) {
                assertThat(subscriber.publications("compressed", published.size()))
                        .extracting(SdkEvent::text)
                        .isEqualTo(published);
                assertThat(subscriber
                                .ask(history("compressed", published.size()))
                                .publications())
                        .extracting(SdkEvent::text)
                        .hasSameElementsAs(published)
                        .hasSameSizeAs(published);
            }
        }
    }
}
