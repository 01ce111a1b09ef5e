package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Relay with a secret lets in whom the secret's owner lets in, and says to others what their SDK has to do next. */
final class TokensByHandIT {
    private static final String SECRET = "correct horse battery staple, thirty-two bytes";

    private static RelayProcess relay;
    private static RawWebSocket bystander;

    @BeforeAll
    static void start(@TempDir Path directory) {
        relay = RelayProcess.ready(RelaySettings.in(directory)
                .without("RELAY_INSECURE")
                .with("RELAY_TOKEN_HMAC_SECRET", SECRET)
                .with("RELAY_NAMESPACES", "[{\"name\":\"chat\",\"allow_subscribe_for_client\":true}]"));
        bystander = RawWebSocket.open(relay.port());
        Dialogue.over(bystander)
                .let("token", Jwt.sign("{\"sub\":\"7\"}", SECRET))
                .runs("""
                        > {"id":1,"connect":{"token":"<token>"}}
                        < {"id":1,"connect":{"client":"<client>","version":"<version>","ping":25,"pong":true}}
                        """);
    }

    @AfterEach
    void everybody_else_is_unharmed() {
        Dialogue.over(bystander).runs("""
                        > {"id":2,"unsubscribe":{"channel":"x"}}
                        < {"id":2,"unsubscribe":{}}
                        """);
    }

    @AfterAll
    static void end() {
        relay.close();
    }

    @Test
    void one_frame_carries_connect_with_a_token_and_two_subscribes() {
        long expiry = Instant.now().getEpochSecond() + 3600;
        try (Dialogue dialogue = Dialogue.with(relay)) {
            dialogue.let("token", Jwt.sign("{\"sub\":\"42\",\"exp\":" + expiry + "}", SECRET))
                    .runs("""
                            > {"id":1,"connect":{"token":"<token>","name":"js"}}
                              {"id":2,"subscribe":{"channel":"chat:1","flag":1}}
                              {"id":3,"subscribe":{"channel":"news","flag":1}}
                            < {"id":1,"connect":{"client":"<client>","version":"<version>","expires":true,"ttl":"<ttl>","ping":25,"pong":true}}
                              {"id":2,"subscribe":{}}
                              {"id":3,"error":{"code":103,"message":"permission denied"}}
                            > {"id":4,"publish":{"channel":"chat:1","data":1}}
                            < {"id":4,"error":{"code":103,"message":"permission denied"}}
                            """);
            assertThat(Integer.parseInt(dialogue.value("ttl"))).isBetween(3590, 3600);
        }
    }

    @Test
    void an_expired_token_is_answered_with_109_so_that_the_sdk_fetches_another() {
        try (Dialogue dialogue = Dialogue.with(relay)) {
            dialogue.let("token", Jwt.sign("{\"sub\":\"42\",\"exp\":1}", SECRET))
                    .runs("""
                            > {"id":1,"connect":{"token":"<token>"}}
                            < {"id":1,"error":{"code":109,"message":"token expired"}}
                            """);
            dialogue.socket().awaitEnd();
        }
    }

    @Test
    void a_token_of_somebody_else_is_closed_with_3500() {
        try (Dialogue dialogue = Dialogue.with(relay)) {
            dialogue.let("token", Jwt.sign("{\"sub\":\"42\"}", "another secret, also thirty-two bytes"))
                    .runs("""
                            > {"id":1,"connect":{"token":"<token>"}}
                            < close 3500 invalid token
                            """);
        }
    }

    @Test
    void no_token_is_closed_with_3501() {
        try (Dialogue dialogue = Dialogue.with(relay)) {
            dialogue.runs("""
                    > {"id":1,"connect":{}}
                    < close 3501 bad request
                    """);
        }
    }
}
