package dev.relay.standalone.http;

import static dev.relay.standalone.http.Answers.BAD_REQUEST;
import static dev.relay.standalone.http.Answers.DONE;
import static dev.relay.standalone.http.Answers.NOT_FOUND;
import static dev.relay.standalone.http.Answers.UNKNOWN_CHANNEL;
import static dev.relay.standalone.http.Answers.blotted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ErrorCode;
import dev.relay.Refused;
import dev.relay.RpcResult;
import dev.relay.standalone.e2e.Json;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code batch}, and {@code rpc} in it. */
@Timeout(60)
class ApiBatchIT {
    private static final ApiServer SERVER = ApiServer.start(
            relay -> relay.rpc("echo", call -> CompletableFuture.completedFuture(new RpcResult.Returned(call.data())))
                    .rpc(
                            "sold-out",
                            call -> CompletableFuture.completedFuture(
                                    new Refused(new ErrorCode(1000, "sold out", false), "none left")))
                    .rpc("throws", call -> {
                        throw new IllegalStateException("on purpose");
                    }));

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static String ask(String method, String body) {
        return SERVER.ask(method, body);
    }

    @Test
    void a_registered_method_is_called() {
        assertThat(ask("rpc", "{\"method\":\"echo\",\"params\":{\"a\" :1.0}}"))
                .isEqualTo("{\"result\":{\"data\":{\"a\" :1.0}}}");
        assertThat(ask("rpc", "{\"method\":\"echo\",\"b64params\":\"AP8=\"}"))
                .isEqualTo("{\"result\":{\"b64data\":\"AP8=\"}}");
        assertThat(ask("rpc", "{\"method\":\"echo\"}")).isEqualTo(DONE);
        assertThat(ask("rpc", "{\"method\":\"sold-out\"}"))
                .isEqualTo("{\"error\":{\"code\":1000,\"message\":\"sold out\"}}");
        assertThat(ask("rpc", "{\"method\":\"throws\"}"))
                .isEqualTo("{\"error\":{\"code\":100,\"message\":\"internal server error\"}}");
        assertThat(ask("rpc", "{\"method\":\"nope\"}")).isEqualTo(NOT_FOUND);
    }

    @Test
    void a_batch_is_done_in_order() {
        StringBuilder commands = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        for (int i = 1; i <= 100; i++) {
            commands.append("{\"publish\":{\"channel\":\"chat:batch\",\"data\":")
                    .append(i)
                    .append("}},");
            replies.append("{\"publish\":{\"offset\":").append(i).append(",\"epoch\":\"E\"}},");
        }
        assertThat(blotted(ask(
                        "batch",
                        "{\"commands\":[" + commands
                                + "{\"history\":{\"channel\":\"chat:batch\",\"limit\":1,\"reverse\":true}}]}")))
                .isEqualTo(
                        "{\"replies\":[" + replies
                                + "{\"history\":{\"publications\":[{\"data\":100,\"offset\":100}],\"epoch\":\"E\",\"offset\":100}}]}");
    }

    @Test
    void a_batch_may_be_done_at_once() {
        String answer = ask(
                "batch",
                "{\"parallel\":true,\"commands\":["
                        + "{\"publish\":{\"channel\":\"live:a\",\"data\":1}},".repeat(50)
                        + "{\"presence_stats\":{\"channel\":\"chat:empty\"}}]}");

        assertThat(answer)
                .isEqualTo("{\"replies\":[" + "{\"publish\":{}},".repeat(50)
                        + "{\"presence_stats\":{\"num_clients\":0,\"num_users\":0}}]}");
    }

    @Test
    void what_is_wrong_in_a_batch_is_told_in_its_place() {
        String error = "{\"error\":{\"code\":%d,\"message\":\"%s\"}}";
        String notFound = error.formatted(104, "not found");
        String badRequest = error.formatted(107, "bad request");

        assertThat(ask("batch", """
                {"commands":[{"nope":{}},{},{"batch":{"commands":[]}},{"publish":{}},{"publish":null},
                 {"publish":{"channel":"live:a","data":1},"presence":{"channel":"chat:1"}},
                 {"publish":{"channel":"live:a","data":1},"presence":null},
                 {"broadcast":{"channels":["nope:1"],"data":1}},{"rpc":{"method":"throws"}}]}"""))
                .isEqualTo("{\"replies\":[" + notFound + "," + notFound + "," + notFound + "," + badRequest + ","
                        + notFound
                        + "," + badRequest + ",{\"publish\":{}},{\"broadcast\":{\"responses\":[" + UNKNOWN_CHANNEL
                        + "]}},"
                        + error.formatted(100, "internal server error") + "]}");
        assertThat(ask("batch", "{\"commands\":[]}")).isEqualTo("{\"replies\":[]}");
        assertThat(ask("batch", "{}")).isEqualTo("{\"replies\":[]}");
    }

    @Test
    void a_batch_has_a_limit() {
        assertThat(ask("batch", "{\"commands\":[" + "{},".repeat(10_000) + "{}]}"))
                .isEqualTo(BAD_REQUEST);
        assertThat(Json.object(ask("batch", "{\"commands\":[" + "{},".repeat(9_999) + "{}]}"))
                        .get("replies"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(10_000);
    }
}
