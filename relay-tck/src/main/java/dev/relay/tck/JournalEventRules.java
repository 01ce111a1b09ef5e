package dev.relay.tck;

import static dev.relay.tck.Samples.EPOCH_MICROS;
import static dev.relay.tck.Samples.append;
import static dev.relay.tck.Samples.event;
import static dev.relay.tck.Samples.load;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import dev.relay.journal.EventQuery;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** J15: events are written whole, found again by what they are about, and deleted by their age. */
abstract class JournalEventRules extends JournalReadRules {
    private static final EventQuery ALL = EventQuery.oldest(EventQuery.MAX_LIMIT);

    @Test
    @Tag("J15")
    void events_come_back_as_they_were_written_in_the_order_of_their_times() {
        ConnectionEvent full = new ConnectionEvent(
                0,
                EPOCH_MICROS + 2,
                EventKind.REFUSAL,
                "node-1",
                "J\u00f6rg",
                "client-\uD83D\uDE80",
                "chat:" + "\u00FC".repeat(100),
                "2001:db8::1",
                "centrifuge-js",
                "5.3.2",
                103,
                "subscribe: permission denied",
                1);
        ConnectionEvent bare = new ConnectionEvent(
                0, EPOCH_MICROS + 1, EventKind.LOST, "", "", "", "", "", "", "", 0, "", Long.MAX_VALUE);
        String longest = "x".repeat(ConnectionEvent.MAX_TEXT);
        ConnectionEvent wide = new ConnectionEvent(
                0,
                EPOCH_MICROS,
                EventKind.DISCONNECT,
                longest,
                longest,
                longest,
                longest,
                longest,
                longest,
                longest,
                Integer.MAX_VALUE,
                longest,
                7);

        journal.log(List.of(full, bare));
        journal.log(List.of(wide));

        List<ConnectionEvent> found = journal.events(ALL);
        assertThat(found).extracting(event -> event.withId(0)).containsExactly(wide, bare, full);
        assertThat(found.get(2).id()).isPositive().isLessThan(found.get(1).id());
        assertThat(found.get(1).id()).isLessThan(found.get(0).id());
    }

    @Test
    @Tag("J15")
    void events_of_the_same_time_keep_the_order_in_which_they_were_written() {
        List<ConnectionEvent> events = IntStream.range(0, 700)
                .mapToObj(i -> event(EPOCH_MICROS, EventKind.CONNECT, "user-" + i))
                .toList();
        journal.log(events);
        assertThat(journal.events(ALL)).extracting(ConnectionEvent::user).isEqualTo(users(events));
    }

    @Test
    @Tag("J15")
    void events_are_found_by_kind_user_client_channel_and_time() {
        ConnectionEvent connect = event(EPOCH_MICROS, EventKind.CONNECT, "42");
        ConnectionEvent subscribe = about("news", event(EPOCH_MICROS + 1, EventKind.SUBSCRIBE, "42"));
        ConnectionEvent other = about("news", event(EPOCH_MICROS + 2, EventKind.SUBSCRIBE, "43"));
        ConnectionEvent anonymous = event(EPOCH_MICROS + 3, EventKind.DISCONNECT, "");
        journal.log(List.of(connect, subscribe, other, anonymous));

        assertThat(found(all -> all.ofUser("42"))).containsExactly(connect, subscribe);
        assertThat(found(all -> all.ofUser(""))).containsExactly(anonymous);
        assertThat(found(all -> all.ofUser("4"))).isEmpty();
        assertThat(found(all -> all.ofClient("client-of-43"))).containsExactly(other);
        assertThat(found(all -> all.ofChannel("news"))).containsExactly(subscribe, other);
        assertThat(found(all -> all.ofChannel("NEWS"))).isEmpty();
        assertThat(found(all -> all.of(Set.of(EventKind.CONNECT, EventKind.DISCONNECT))))
                .containsExactly(connect, anonymous);
        assertThat(found(all -> all.between(EPOCH_MICROS + 1, EPOCH_MICROS + 3)))
                .containsExactly(subscribe, other);
        assertThat(found(all -> all.ofChannel("news").ofUser("43").of(Set.of(EventKind.SUBSCRIBE))))
                .containsExactly(other);
        assertThat(found(all -> all.ofChannel("news").ofUser("43").of(Set.of(EventKind.CONNECT))))
                .isEmpty();
    }

    private List<ConnectionEvent> found(UnaryOperator<EventQuery> narrowed) {
        return journal.events(narrowed.apply(ALL)).stream()
                .map(event -> event.withId(0))
                .toList();
    }

    @Test
    @Tag("J15")
    void pages_join_without_a_gap_in_both_directions() {
        List<ConnectionEvent> events = IntStream.range(0, 25)
                .mapToObj(i -> event(EPOCH_MICROS + i / 4, EventKind.CONNECT, "user-" + i)) // some at the same time
                .toList();
        journal.log(events);

        List<String> forth = users(pages(EventQuery.oldest(7)));
        List<String> back = new ArrayList<>(users(pages(EventQuery.newest(7))));

        assertThat(forth).isEqualTo(users(events));
        Collections.reverse(back);
        assertThat(back).isEqualTo(users(events));
    }

    /** Reads all pages while more is written. */
    private List<ConnectionEvent> pages(EventQuery first) {
        List<ConnectionEvent> all = new ArrayList<>();
        long later = first.newestFirst() ? EPOCH_MICROS + 1_000_000 : EPOCH_MICROS - 1_000_000; // behind the reader
        for (EventQuery next = first; ; ) {
            List<ConnectionEvent> page = journal.events(next);
            page.stream().filter(event -> !event.user().equals("late")).forEach(all::add);
            if (page.size() < first.limit()) {
                return all;
            }
            next = first.after(page.get(page.size() - 1).position());
            journal.log(List.of(event(later, EventKind.CONNECT, "late")));
        }
    }

    @Test
    @Tag("J15")
    void events_are_there_after_a_crash_and_ids_go_on() {
        journal.log(List.of(event(EPOCH_MICROS, EventKind.CONNECT, "1")));
        long first = journal.events(ALL).get(0).id();
        crashAndRestart();
        journal.log(List.of(event(EPOCH_MICROS + 1, EventKind.CONNECT, "2")));
        while (journal.removeEvents(EPOCH_MICROS + 2) > 0) {}
        restart();
        journal.log(List.of(event(EPOCH_MICROS + 2, EventKind.CONNECT, "3")));

        List<ConnectionEvent> left = journal.events(ALL);
        assertThat(left).extracting(ConnectionEvent::user).containsExactly("3");
        assertThat(left.get(0).id()).isGreaterThan(first + 1);
    }

    @Test
    @Tag("J15")
    void events_older_than_a_time_are_deleted_and_no_others() {
        List<ConnectionEvent> events = IntStream.range(0, 1_500)
                .mapToObj(i -> event(EPOCH_MICROS + i, EventKind.CONNECT, "user-" + i))
                .toList();
        for (int from = 0; from < 1_500; from += 500) {
            journal.log(events.subList(from, from + 500));
        }
        int deleted = 0;
        for (int step = -1; step != 0; deleted += step) {
            step = journal.removeEvents(EPOCH_MICROS + 1_400);
            assertThat(journal.events(ALL)).hasSize(1_500 - deleted - step);
        }
        assertThat(deleted).isEqualTo(1_400);
        assertThat(users(journal.events(ALL))).isEqualTo(users(events.subList(1_400, 1_500)));
        assertThat(journal.removeEvents(0)).isZero();
    }

    @Test
    @Tag("J6")
    @Tag("J15")
    void an_owner_that_was_replaced_neither_writes_nor_deletes_events() {
        journal.log(List.of(event(EPOCH_MICROS, EventKind.CONNECT, "1")));
        Journal replaced = journal;
        journal = closedAtTheEnd(replace(replaced));
        failure(() -> replaced.log(List.of(event(EPOCH_MICROS, EventKind.CONNECT, "2"))), Reason.FENCED);
        failure(() -> replaced.removeEvents(EPOCH_MICROS + 1), Reason.FENCED);
        assertThat(journal.events(ALL)).hasSize(1);
    }

    @Test
    @Tag("J15")
    void events_and_publications_do_not_disturb_each_other() {
        StreamState stream = load(journal, "orders");
        journal.append(List.of(append(stream, 1)));
        journal.log(List.of(event(EPOCH_MICROS, EventKind.CONNECT, "1")));
        journal.append(List.of(append(stream, 2)));
        restart();
        assertThat(load(journal, "orders").top()).isEqualTo(2);
        assertThat(journal.events(ALL)).hasSize(1);
    }

    private static List<String> users(List<ConnectionEvent> events) {
        return events.stream().map(ConnectionEvent::user).toList();
    }

    private static ConnectionEvent about(String channel, ConnectionEvent event) {
        return new ConnectionEvent(
                event.id(),
                event.timeMicros(),
                event.kind(),
                event.node(),
                event.user(),
                event.client(),
                channel,
                event.address(),
                event.sdk(),
                event.sdkVersion(),
                event.code(),
                event.reason(),
                event.count());
    }
}
