package dev.relay.standalone.console;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ConsoleSessionsTest {
    private final HandClock clock = new HandClock();
    private final List<String> ended = new ArrayList<>();
    private final ConsoleSessions sessions = new ConsoleSessions(clock::nanoTime, session -> ended.add(session.user()));

    private String userOf(String secret) {
        return requireNonNull(sessions.use(secret)).user();
    }

    @Test
    void a_session_is_found_by_its_secret_and_by_nothing_else() {
        String secret = sessions.begin(Role.VIEWER);
        assertThat(secret).hasSize(43).isNotEqualTo(sessions.begin(Role.VIEWER));
        assertThat(requireNonNull(sessions.use(secret)).role()).isEqualTo(Role.VIEWER);
        assertThat(userOf(secret)).matches("console:viewer:[0-9a-f]{8}");
        assertThat(sessions.ofUser(userOf(secret))).isSameAs(sessions.use(secret));
        assertThat(sessions.use("")).isNull();
        assertThat(sessions.use(secret.substring(1))).isNull();
        assertThat(sessions.use(secret.toLowerCase(Locale.ROOT))).isNull();
        assertThat(sessions.use(userOf(secret))).isNull();
    }

    @Test
    void it_ends_when_it_is_not_used_for_an_hour() {
        String secret = sessions.begin(Role.ADMIN);
        String user = userOf(secret);
        clock.advance(Duration.ofMinutes(59));
        assertThat(sessions.use(secret)).isNotNull();
        clock.advance(Duration.ofMinutes(59));
        sessions.sweep();
        assertThat(sessions.use(secret)).isNotNull();
        clock.advance(Duration.ofHours(1));
        assertThat(sessions.use(secret)).isNull();
        assertThat(sessions.ofUser(user)).isNull();
        assertThat(ended).containsExactly(user);
    }

    @Test
    void it_ends_after_twelve_hours_however_busy() {
        String secret = sessions.begin(Role.ADMIN);
        for (int i = 0; i < 23; i++) {
            clock.advance(Duration.ofMinutes(30));
            assertThat(sessions.use(secret)).isNotNull();
        }
        clock.advance(Duration.ofMinutes(30));
        sessions.sweep();
        assertThat(ended).hasSize(1);
        assertThat(sessions.use(secret)).isNull();
        assertThat(sessions.size()).isZero();
    }

    @Test
    void the_oldest_makes_room_for_one_more() {
        String oldest = sessions.begin(Role.ADMIN);
        String user = userOf(oldest);
        List<String> others = new ArrayList<>();
        for (int i = 0; i < ConsoleSessions.MAX_SESSIONS; i++) {
            others.add(sessions.begin(Role.VIEWER));
        }
        assertThat(sessions.size()).isEqualTo(ConsoleSessions.MAX_SESSIONS);
        assertThat(sessions.use(oldest)).isNull();
        assertThat(ended).containsExactly(user);
        assertThat(others).allMatch(secret -> sessions.use(secret) != null);
    }

    @Test
    void who_logs_out_is_gone() {
        String secret = sessions.begin(Role.ADMIN);
        String user = userOf(secret);
        sessions.end("another");
        assertThat(ended).isEmpty();
        sessions.end(secret);
        sessions.end(secret);
        assertThat(ended).containsExactly(user);
        assertThat(sessions.use(secret)).isNull();
        assertThat(sessions.ofUser(user)).isNull();
    }
}
