package dev.relay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();

    @Test
    void messages_that_come_once_and_in_order_are_no_fault() {
        receive(0, 1, 2, 3);

        assertThat(ledger.close(4)).isEqualTo(Tally.CLEAN);
    }

    @Test
    void messages_that_never_come_are_lost_whether_others_follow_or_not() {
        receive(0, 1, 4);

        assertThat(ledger.close(7)).isEqualTo(new Tally(4, 0, 0, 0));
    }

    @Test
    void a_subscriber_that_gets_nothing_has_lost_everything() {
        assertThat(ledger.close(5)).isEqualTo(new Tally(5, 0, 0, 0));
    }

    @Test
    void a_message_that_comes_again_is_duplicated() {
        receive(0, 1, 1, 2, 0);

        assertThat(ledger.close(3)).isEqualTo(new Tally(0, 2, 0, 0));
    }

    @Test
    void a_message_that_comes_after_a_later_one_is_reordered_and_not_lost() {
        receive(0, 2, 3, 1);

        assertThat(ledger.close(4)).isEqualTo(new Tally(0, 0, 1, 0));
    }

    @Test
    void a_message_that_comes_late_and_then_again_is_both() {
        receive(0, 2, 1, 1);

        assertThat(ledger.close(3)).isEqualTo(new Tally(0, 1, 1, 0));
    }

    @Test
    void a_message_that_was_never_published_is_corrupted() {
        receive(0, 1, 2);

        assertThat(ledger.close(2)).isEqualTo(new Tally(0, 0, 0, 1));
    }

    private void receive(long... sequences) {
        for (long sequence : sequences) {
            ledger.received(sequence);
        }
    }
}
