package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client that lost touch is told: the tables of history and of recovery, row by row. */
final class HistoryByHandIT {
    private static final String NAMESPACES = """
            [{"name":"short","history_size":3,"history_ttl":"300s","force_recovery":true},
             {"name":"narrow","history_size":1000,"history_ttl":"300s","force_recovery":true,"recovery_max_publication_limit":2}]
            """;

    private static RelayProcess relay;
    private static Bystander bystander;
    /** Epochs of three channels with five publications each: {"n":1} … {"n":5}; of the second, three are kept. */
    private static Map<String, String> epochs;

    @BeforeAll
    static void start(@TempDir Path directory) {
        relay = RelayProcess.ready(RelaySettings.in(directory).with("RELAY_NAMESPACES", NAMESPACES));
        bystander = Bystander.on(relay, "bystander");
        epochs = Map.of("five", fill("five"), "short:five", fill("short:five"), "narrow:five", fill("narrow:five"));
    }

    @AfterEach
    void everybody_else_is_unharmed() {
        bystander.stillReceives();
    }

    @AfterAll
    static void end() {
        relay.close();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "five       |                                                          | []",
                "five       | 'limit':0                                                | []",
                "five       | 'limit':2                                                | [1, 2]",
                "five       | 'limit':-1                                               | [1, 2, 3, 4, 5]",
                "five       | 'limit':2,'reverse':true                                 | [5, 4]",
                "five       | 'limit':-1,'reverse':true                                | [5, 4, 3, 2, 1]",
                "five       | 'limit':2,'since':{'offset':2,'epoch':'<epoch>'}         | [3, 4]",
                "five       | 'limit':2,'since':{'offset':2}                           | [3, 4]",
                "five       | 'limit':9,'since':{'epoch':'<epoch>'}                    | [1, 2, 3, 4, 5]",
                "five       | 'limit':9,'since':{'offset':5,'epoch':'<epoch>'}         | []",
                "five       | 'limit':0,'since':{'offset':2,'epoch':'<epoch>'}         | []",
                "five       | 'limit':2,'since':{'offset':4},'reverse':true            | [3, 2]",
                "five       | 'limit':9,'since':{'offset':1},'reverse':true            | []",
                "short:five | 'limit':9                                                | [3, 4, 5]",
                "short:five | 'limit':9,'since':{'offset':1,'epoch':'<epoch>'}         | [3, 4, 5]",
                "short:five | 'limit':9,'since':{'offset':5},'reverse':true            | [4, 3]",
                "short:five | 'limit':9,'since':{'offset':3},'reverse':true            | []",
                "short:five | 'limit':9,'since':{'offset':2},'reverse':true            | []",
            })
    void history_answers_with(String channel, @Nullable String parameters, String offsets) {
        try (Dialogue dialogue = connected(channel)) {
            Map<String, Object> result = result(dialogue.ask(2, historyCommand(channel, parameters)), "history");
            assertThat(result).containsOnlyKeys("publications", "epoch", "offset");
            assertThat(result.get("offset")).as("the top of the stream").hasToString("5");
            assertThat(result.get("epoch")).isEqualTo(epochs.get(channel));
            assertThat(offsets(result)).hasToString(offsets);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "five | 'limit':9,'since':{'offset':2,'epoch':'_'}          | 112 | unrecoverable position",
                "five | 'limit':9,'since':{'epoch':'<epoch>'},'reverse':true | 107 | bad request",
                "five | 'limit':9,'since':{},'reverse':true                  | 107 | bad request",
            })
    void history_is_refused_with(String channel, String parameters, int code, String message) {
        try (Dialogue dialogue = connected(channel)) {
            Map<String, Object> reply = dialogue.ask(2, historyCommand(channel, parameters));
            assertThat(reply.get("error")).hasToString("{code=%d, message=%s}".formatted(code, message));
        }
    }

    @Test
    void history_is_paged_300_at_a_time() {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            String[] publications = LongStream.rangeClosed(2, 701)
                    .mapToObj(id -> "{\"id\":" + id + ",\"publish\":{\"channel\":\"long\",\"data\":" + id + "}}")
                    .toArray(String[]::new);
            dialogue.socket().send(publications);
            for (String publication : publications) {
                assertThat(Json.object(dialogue.socket().line()))
                        .as(publication)
                        .containsKey("publish");
            }
            List<String> pages = List.of("", ",\"since\":{\"offset\":300}", ",\"since\":{\"offset\":600}");
            for (int page = 0; page < pages.size(); page++) {
                Map<String, Object> result = result(
                        dialogue.ask(
                                800 + page, "\"history\":{\"channel\":\"long\",\"limit\":-1" + pages.get(page) + "}"),
                        "history");
                assertThat(offsets(result).toString())
                        .isEqualTo(LongStream.rangeClosed(300L * page + 1, Math.min(300L * page + 300, 700))
                                .boxed()
                                .toList()
                                .toString());
            }
        }
    }

    @ParameterizedTest(name = "{1} of {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // the client's own offset comes back, the SDK moves it forward
                "five        | 'offset':2,'epoch':'<epoch>' | 2 | [3, 4, 5]",
                "five        | 'offset':4,'epoch':'<epoch>' | 4 | [5]",
                "five        | 'epoch':'<epoch>'            |   | [1, 2, 3, 4, 5]",
                // no epoch: any epoch
                "five        | 'offset':3                   | 3 | [4, 5]",
                "five        | 'flag':1                     |   | [1, 2, 3, 4, 5]",
                // nothing missed
                "five        | 'offset':5,'epoch':'<epoch>' | 5 | []",
                // just within what is kept, and within what may be recovered at once
                "short:five  | 'offset':2,'epoch':'<epoch>' | 2 | [3, 4, 5]",
                "narrow:five | 'offset':3,'epoch':'<epoch>' | 3 | [4, 5]",
                // the wish to be refused otherwise changes nothing
                "five        | 'offset':4,'epoch':'<epoch>','flag':3 | 4 | [5]",
            })
    void a_position_is_recovered(String channel, String position, @Nullable String offset, String offsets) {
        try (Dialogue dialogue = connected(channel)) {
            Map<String, Object> result = result(dialogue.ask(2, recovery(channel, position)), "subscribe");
            assertThat(result)
                    .containsEntry("recoverable", true)
                    .containsEntry("positioned", true)
                    .containsEntry("was_recovering", true)
                    .containsEntry("recovered", true)
                    .containsEntry("epoch", epochs.get(channel));
            assertThat(result.get("offset")).as("the client's own offset").isEqualTo(number(offset));
            assertThat(offsets(result)).hasToString(offsets);
            assertThat(result.containsKey("publications")).isEqualTo(!offsets.equals("[]"));
        }
    }

    @ParameterizedTest(name = "{1} of {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // another epoch, whatever the offset
                "five        | 'offset':2,'epoch':'zzzz'",
                "five        | 'offset':5,'epoch':'_'",
                // ahead of the stream
                "five        | 'offset':6,'epoch':'<epoch>'",
                // the first missed one is no longer kept
                "short:five  | 'offset':1,'epoch':'<epoch>'",
                "short:five  | 'epoch':'<epoch>'",
                // more than may be recovered at once
                "narrow:five | 'offset':2,'epoch':'<epoch>'",
            })
    void a_position_is_not_recovered_and_refused_on_wish(String channel, String position) {
        try (Dialogue dialogue = connected(channel)) {
            assertThat(dialogue.ask(2, recovery(channel, position + ",'flag':3"))
                            .get("error"))
                    .hasToString("{code=112, message=unrecoverable position}");
            dialogue.runs("""
                            > {"id":3,%s}
                            < {"id":3,"subscribe":{"recoverable":true,"epoch":"<epoch>","offset":5,"positioned":true,"was_recovering":true}}
                            """.formatted(recovery(channel, position)));
        }
    }

    @Test
    void an_empty_stream_is_recovered_from_its_beginning() {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.runs("""
                    > {"id":2,"history":{"channel":"empty"}}
                    < {"id":2,"history":{"publications":[],"epoch":"<epoch>","offset":0}}
                    > {"id":3,"subscribe":{"channel":"empty","recover":true,"epoch":"<epoch>"}}
                    < {"id":3,"subscribe":{"recoverable":true,"epoch":"<epoch>","recovered":true,"positioned":true,"was_recovering":true}}
                    """);
        }
    }

    @Test
    void who_does_not_recover_is_told_the_top() {
        try (Dialogue dialogue = connected("five")) {
            dialogue.runs("""
                    > {"id":2,"subscribe":{"channel":"five","flag":3}}
                    < {"id":2,"subscribe":{"recoverable":true,"epoch":"<epoch>","offset":5,"positioned":true}}
                    """);
        }
    }

    @Test
    void more_than_768_kib_are_not_recovered() {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            String data = "x".repeat(60_000);
            for (int id = 2; id < 16; id++) {
                dialogue.runs("""
                        > {"id":%1$d,"publish":{"channel":"heavy","data":"%2$s"}}
                        < {"id":%1$d,"publish":{}}
                        """.formatted(id, data));
            }
            dialogue.runs("""
                    > {"id":20,"subscribe":{"channel":"heavy","recover":true}}
                    < {"id":20,"subscribe":{"recoverable":true,"epoch":"<epoch>","offset":14,"positioned":true,"was_recovering":true}}
                    """);
        }
    }

    private static String fill(String channel) {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            for (int n = 1; n <= 5; n++) {
                dialogue.runs("""
                        > {"id":%1$d,"publish":{"channel":"%2$s","data":{"n":%3$d}}}
                        < {"id":%1$d,"publish":{}}
                        """.formatted(n + 1, channel, n));
            }
            return String.valueOf(result(dialogue.ask(7, "\"history\":{\"channel\":\"" + channel + "\"}"), "history")
                    .get("epoch"));
        }
    }

    private static Dialogue connected(String channel) {
        return Dialogue.connected(relay).let("epoch", String.valueOf(epochs.get(channel)));
    }

    private static String historyCommand(String channel, @Nullable String parameters) {
        String more = parameters == null ? "" : "," + parameters.replace('\'', '"');
        return "\"history\":{\"channel\":\"%s\"%s}".formatted(channel, more);
    }

    private static String recovery(String channel, String position) {
        return "\"subscribe\":{\"channel\":\"%s\",\"recover\":true,%s}".formatted(channel, position.replace('\'', '"'));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> result(Map<String, Object> reply, String name) {
        if (reply.get(name) instanceof Map<?, ?> result) {
            return (Map<String, Object>) result;
        }
        throw new AssertionError("no " + name + " in " + reply);
    }

    private static List<Object> offsets(Map<String, Object> result) {
        List<?> publications = (List<?>) result.getOrDefault("publications", List.of());
        return publications.stream()
                .<Object>map(publication -> {
                    Map<?, ?> members = (Map<?, ?>) publication;
                    return String.valueOf(members.get("offset"));
                })
                .toList();
    }

    private static @Nullable Object number(@Nullable String text) {
        return text == null ? null : new java.math.BigDecimal(text);
    }
}
