package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.RpcResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiShutdownIT {
    @Test
    void an_engine_that_has_ended_answers_503() {
        try (ApiServer server = ApiServer.start()) {
            server.relay().close();
            for (String path : new String[] {"/api/publish", "/api/info", "/api/batch", "/api"}) {
                var response = server.post(path, "{\"channel\":\"live:a\",\"data\":1}");

                assertThat(response.statusCode()).isEqualTo(503);
                assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
            }
        }
    }

    @Test
    void what_is_under_way_is_answered_before_the_end() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CompletableFuture<RpcResult> answer = new CompletableFuture<>();
        try (ApiServer server = ApiServer.start(relay -> relay.rpc("slow", call -> {
            called.countDown();
            return answer;
        }))) {
            var asking = CompletableFuture.supplyAsync(() -> server.ask("rpc", "{\"method\":\"slow\"}"));
            assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
            Thread closing = new Thread(server.http()::close);
            closing.start();
            while (closing.getState() != Thread.State.TIMED_WAITING && closing.isAlive()) {
                LockSupport.parkNanos(1_000_000);
            }

            answer.complete(new RpcResult.Returned(null));

            assertThat(asking.get(10, TimeUnit.SECONDS)).isEqualTo("{\"result\":{}}");
            closing.join();
        }
    }

    @Test
    void what_is_never_answered_does_not_hold_up_the_end() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        ApiServer server = ApiServer.start(relay -> relay.rpc("never", call -> {
            called.countDown();
            return new CompletableFuture<>();
        }));
        var asking = CompletableFuture.supplyAsync(() -> server.ask("rpc", "{\"method\":\"never\"}"));
        assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();

        server.close();

        assertThat(asking).failsWithin(10, TimeUnit.SECONDS);
    }
}
