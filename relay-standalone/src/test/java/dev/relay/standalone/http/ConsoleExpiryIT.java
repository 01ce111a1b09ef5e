package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.console.HandClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a session that is not used, with a clock moved by hand. */
@Timeout(120)
class ConsoleExpiryIT {
    @Test
    void a_session_that_is_not_used_ends_and_takes_its_connections_along() {
        HandClock clock = new HandClock();
        try (ConsoleServer server = ConsoleServer.start(clock)) {
            String[] idle = server.session(ConsoleServer.VIEWER);
            String[] busy = server.session(ConsoleServer.VIEWER);
            try (TestClient page = server.page(idle);
                    TestClient other = server.page(busy)) {
                page.subscribed("console:flow");
                clock.advance(Duration.ofMinutes(40));
                assertThat(server.post("/api/info", "{}", busy).statusCode()).isEqualTo(200);
                clock.advance(Duration.ofMinutes(40));

                assertThat(page.last()).isEqualTo("close 3503 force disconnect");
                assertThat(other.isAlive()).isTrue();
                assertThat(server.post("/api/info", "{}", idle).statusCode()).isEqualTo(401);
            }
        }
    }

    @Test
    void a_ticket_that_is_not_used_within_a_minute_is_worth_nothing() {
        HandClock clock = new HandClock();
        try (ConsoleServer server = ConsoleServer.start(clock)) {
            String ticket = server.ticket(server.session(ConsoleServer.ADMIN));
            clock.advance(Duration.ofMinutes(1));
            try (TestClient late = TestClient.unknown(server.clientPort())) {
                assertThat(late.ask("\"connect\":{\"token\":\"" + ticket + "\"}")
                                .toString())
                        .contains("code=109");
            }
        }
    }
}
