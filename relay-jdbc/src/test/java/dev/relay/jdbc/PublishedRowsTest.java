package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PublishedRowsTest {
    private final PublishedRows published = new PublishedRows();

    @Test
    void a_row_whose_append_is_on_its_way_is_not_published_again() {
        published.add(row(2, "orders"), 0);
        assertThat(look(true, row(1, "orders"), row(2, "orders"), row(3, "orders")))
                .containsExactly(1L, 3L);
    }

    @Test
    void a_row_that_is_gone_is_forgotten() {
        published.add(row(2, "orders"), 0);
        assertThat(look(true, row(3, "orders"))).containsExactly(3L);
        assertThat(look(true, row(2, "orders"))).containsExactly(2L);
    }

    @Test
    void a_row_beyond_the_end_of_a_look_or_of_a_channel_that_was_left_out_is_not_forgotten() {
        published.add(row(5, "orders"), 0);
        assertThat(look(false, row(3, "orders"))).containsExactly(3L);
        published.unpublished(List.of(row(9, "other")), List.of("orders"), true);
        assertThat(look(true, row(5, "orders"))).isEmpty();
    }

    @Test
    void a_repeat_is_to_be_deleted_when_an_append_would_have_been_made() {
        published.add(row(1, "orders"), 0);
        published.add(new OutboxMessage(2, "orders", 0, new byte[0], null, "key", 0, "", false), 0);
        published.add(new OutboxMessage(3, "orders", 0, new byte[0], null, null, 7, "", false), 1);
        assertThat(published.repeats(PublishedRows.REPEAT_NANOS - 1)).isEmpty();
        assertThat(published.repeats(PublishedRows.REPEAT_NANOS)).containsExactly(2L);
        assertThat(published.repeats(PublishedRows.REPEAT_NANOS + 1)).containsExactlyInAnyOrder(2L, 3L);
    }

    @Test
    void a_row_that_nobody_deletes_is_noticed() {
        published.add(row(1, "orders"), 0);
        assertThat(published.hasForsaken(PublishedRows.FORSAKEN_NANOS - 1)).isFalse();
        assertThat(published.hasForsaken(PublishedRows.FORSAKEN_NANOS)).isTrue();
        look(true, row(2, "orders"));
        assertThat(published.hasForsaken(PublishedRows.FORSAKEN_NANOS)).isFalse();
    }

    private List<Long> look(boolean isAll, OutboxMessage... rows) {
        return published.unpublished(List.of(rows), List.of(), isAll).stream()
                .map(OutboxMessage::id)
                .toList();
    }

    private static OutboxMessage row(long id, String channel) {
        return new OutboxMessage(id, channel, 0, new byte[0], null, null, 0, "", false);
    }

    @Test
    void a_channel_that_is_refused_pauses_for_longer_each_time_until_something_is_published() {
        RefusedChannels refused = new RefusedChannels();
        List<Long> pauses = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 8; i++) {
            refused.refused("orders", now);
            long start = now;
            now = LongStream.iterate(start, nanos -> nanos + 1_000_000)
                    .filter(nanos -> refused.pausing(nanos).isEmpty())
                    .findFirst()
                    .orElseThrow();
            pauses.add((now - start) / 1_000_000);
        }
        assertThat(pauses).containsExactly(20L, 40L, 80L, 160L, 320L, 640L, 1_000L, 1_000L);
        refused.published("orders");
        assertThat(refused.size()).isZero();
        refused.refused("orders", now);
        assertThat(refused.pausing(now + 20_000_000)).isEmpty();
        assertThat(refused.pausing(now + 19_000_000)).containsExactly("orders");
    }
}
