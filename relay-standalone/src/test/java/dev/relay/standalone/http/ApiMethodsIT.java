package dev.relay.standalone.http;

import static dev.relay.standalone.http.Answers.BAD_REQUEST;
import static dev.relay.standalone.http.Answers.DONE;
import static dev.relay.standalone.http.Answers.NOT_AVAILABLE;
import static dev.relay.standalone.http.Answers.UNKNOWN_CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every method refuses. */
@Timeout(60)
class ApiMethodsIT {
    private static final ApiServer SERVER = ApiServer.start();

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static String ask(String method, String body) {
        return SERVER.ask(method, body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "publish | {}",
                "publish | {\"channel\":\"\",\"data\":1}",
                "publish | {\"channel\":\"chat:x\"}",
                "publish | {\"channel\":\"chat:x\",\"b64data\":\"%\"}",
                "publish | {\"channel\":\"chat:x\",\"data\":1,\"b64data\":\"%\"}",
                "publish | {\"channel\":\"chat:x\",\"b64data\":\"\"}",
                "publish | {\"channel\":\"a\\nb\",\"data\":1}",
                "broadcast | {}",
                "broadcast | {\"channels\":[],\"data\":1}",
                "broadcast | {\"channels\":[\"chat:x\"]}",
                "subscribe | {\"user\":\"1\"}",
                "subscribe | {\"user\":\"1\",\"channel\":\"chat:x\",\"b64info\":\"%\"}",
                "disconnect | {\"disconnect\":{\"code\":2999,\"reason\":\"x\"}}",
                "disconnect | {\"disconnect\":{\"code\":5000,\"reason\":\"x\"}}",
                "disconnect | {\"disconnect\":{\"code\":4294967295,\"reason\":\"x\"}}",
                "disconnect | {\"disconnect\":{\"code\":4000,\"reason\":\"\"}}",
                "disconnect | {\"disconnect\":{\"code\":4000}}",
                "disconnect | {\"disconnect\":{\"reason\":\"x\"}}",
                "disconnect | {\"disconnect\":{}}",
                "disconnect | {\"disconnect\":{\"code\":4000,\"reason\":\"{}\"}}",
                "disconnect | {\"disconnect\":{\"code\":4000,\"reason\":\"true\"}}",
                "refresh | {\"b64info\":\"%\"}",
                "presence | {}",
                "presence_stats | {\"channel\":\"\"}",
                "history | {}",
                "history_remove | {}",
                "channels | {\"limit\":-1}",
                "connections | {\"limit\":-1}",
                "rpc | {}",
                "rpc | {\"method\":\"\"}",
                "rpc | {\"method\":\"echo\",\"b64params\":\"%\"}",
            })
    void what_makes_no_sense_is_107(String method, String body) {
        assertThat(ask(method, body)).isEqualTo(BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"publish", "subscribe", "unsubscribe", "presence", "presence_stats", "history", "history_remove"
            })
    void a_namespace_that_is_not_configured_is_102(String method) {
        assertThat(ask(method, "{\"channel\":\"nope:1\",\"data\":1}")).isEqualTo(UNKNOWN_CHANNEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"presence", "presence_stats", "history", "history_remove"})
    void what_is_off_is_108(String method) {
        assertThat(ask(method, "{\"channel\":\"live:1\"}")).isEqualTo(NOT_AVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"subscribe", "unsubscribe", "disconnect", "refresh"})
    void an_order_that_finds_nobody_is_done(String method) {
        assertThat(ask(method, "{\"user\":\"nobody\",\"channel\":\"chat:1\",\"expired\":true}"))
                .isEqualTo(DONE);
    }
}
