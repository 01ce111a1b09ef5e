package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.api.OpenApiSchemas;
import dev.relay.standalone.e2e.Json;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The manual of the server API shows what the server says. */
@Timeout(60)
class ServerApiManualIT {
    private static final Path MANUAL = Path.of("../docs/server-api.md");
    private static final Pattern EXAMPLE =
            Pattern.compile("    \\$ curl localhost:8001(\\S+) (.*)-d '(.*)'\n    (.*)\n");
    private static final Pattern HEADER = Pattern.compile("-H '([^:]+): ([^']+)' ");

    /** What is another each time. */
    private static String blotted(String answer) {
        return Answers.blotted(answer)
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID")
                .replaceAll("\"(connected_at|last_command_at)_ms\":\\d+", "\"$1_ms\":T")
                .replaceAll("\"address\":\"[^\"]+\"", "\"address\":\"A\"")
                .replaceAll("\"((first_|last_)?time)\":\"[-0-9T:.]+Z\"", "\"$1\":T")
                .replaceAll("\"cursor\":\"[-_A-Za-z0-9]{39}\"", "\"cursor\":C")
                .replaceAll("\"state\":\"(running|done)\"", "\"state\":S")
                .replaceAll("\"uptime\":\\d+", "\"uptime\":N")
                .replaceAll("\"process\":\\{.*?}", "\"process\":P");
    }

    @Test
    void its_examples_are_answered_as_shown() throws IOException {
        String manual = Files.readString(MANUAL);
        Matcher example = EXAMPLE.matcher(manual);
        int shown = 0;
        try (ApiServer server = ApiServer.start();
                TestClient client =
                        TestClient.connect(server.clientPort(), "42").subscribed("chat:1")) {
            while (example.find()) {
                var request = server.request(example.group(1)).POST(BodyPublishers.ofString(example.group(3)));
                Matcher header = HEADER.matcher(example.group(2));
                while (header.find()) {
                    request.header(header.group(1), header.group(2));
                }
                String answer = server.send(request).body();
                assertThat(blotted(answer)).as(example.group()).isEqualTo(blotted(example.group(4)));
                if (example.group(1).endsWith("/disconnect")) {
                    assertThat(client.last()).startsWith("close 4501");
                }
                shown++;
            }
        }
        assertThat(shown).isEqualTo(manual.split("\\$ curl", -1).length - 1);
    }

    @Test
    void it_shows_every_method() throws IOException {
        String manual = Files.readString(MANUAL);
        try (ApiServer server = ApiServer.start()) {
            Map<String, Object> description = Json.object(
                    server.send(server.request("/api/openapi.json").GET()).body());
            for (String path :
                    List.copyOf(OpenApiSchemas.object(description.get("paths")).keySet())) {
                assertThat(manual).contains("$ curl localhost:8001" + path + " ");
            }
        }
    }
}
