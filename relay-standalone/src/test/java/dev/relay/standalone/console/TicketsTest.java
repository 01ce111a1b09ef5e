package dev.relay.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TicketsTest {
    private final HandClock clock = new HandClock();
    private final Tickets tickets = new Tickets(clock::nanoTime);
    private final ConsoleSession session = ConsoleSession.begin(Role.ADMIN, 0);

    @Test
    void a_ticket_is_good_once() {
        String ticket = tickets.issue(session);
        assertThat(Tickets.isTicket(ticket)).isTrue();
        assertThat(tickets.redeem(ticket + "x")).isNull();
        assertThat(tickets.redeem(ticket)).isSameAs(session);
        assertThat(tickets.redeem(ticket)).isNull();
    }

    @Test
    void a_ticket_is_good_for_a_minute() {
        String late = tickets.issue(session);
        clock.advance(Duration.ofSeconds(30));
        String early = tickets.issue(session);
        clock.advance(Duration.ofSeconds(30));
        assertThat(tickets.redeem(late)).isNull();
        assertThat(tickets.redeem(early)).isSameAs(session);
    }

    @Test
    void tickets_that_nobody_uses_are_forgotten() {
        for (int i = 0; i < 100; i++) {
            tickets.issue(session);
        }
        clock.advance(Duration.ofMinutes(1));
        tickets.issue(session);
        assertThat(tickets.size()).isOne();
    }

    @Test
    void the_oldest_makes_room_for_one_more() {
        String oldest = tickets.issue(session);
        String second = tickets.issue(session);
        for (int i = 0; i < Tickets.MAX_TICKETS - 1; i++) {
            tickets.issue(session);
        }
        assertThat(tickets.size()).isEqualTo(Tickets.MAX_TICKETS);
        assertThat(tickets.redeem(oldest)).isNull();
        assertThat(tickets.redeem(second)).isSameAs(session);
    }
}
