package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.Publishing;
import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.watch.ShardWatch;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import dev.relay.journal.EventQuery;
import dev.relay.journal.JournalException.Reason;
import dev.relay.transport.Command;
import dev.relay.watch.WatchQuery;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What of connections ends up in the journal. */
class EventLogTest {
    private static final Set<EventKind> EVERY = EnumSet.allOf(EventKind.class);

    @Test
    void the_life_of_a_connection_is_written_with_who_when_where_and_why() {
        try (World world = world(EVERY)) {
            Client ann = connect(world, "ann");
            ann.subscribed("news");
            ann.exchange(ann.unsubscribe("news"));
            ann.transport.abort();
            world.turns();

            List<ConnectionEvent> events = awaitEvents(world, 4);

            assertThat(events)
                    .extracting(ConnectionEvent::kind)
                    .containsExactly(
                            EventKind.CONNECT, EventKind.SUBSCRIBE, EventKind.UNSUBSCRIBE, EventKind.DISCONNECT);
            assertThat(events).extracting(ConnectionEvent::channel).containsExactly("", "news", "news", "");
            assertThat(events).extracting(ConnectionEvent::code).containsExactly(0, 0, 0, 3000);
            assertThat(events.get(3).reason()).isEqualTo(CloseCode.CONNECTION_CLOSED.reason());
            assertThat(events)
                    .extracting(ConnectionEvent::client)
                    .doesNotContain("")
                    .containsOnly(events.get(0).client());
            assertThat(events).allSatisfy(event -> {
                assertThat(event.user()).isEqualTo("ann");
                assertThat(event.node()).isEqualTo("node-1");
                assertThat(event.address()).isEqualTo("192.0.2.1");
                assertThat(event.sdk()).isEqualTo("sdk");
                assertThat(event.sdkVersion()).isEqualTo("7.1");
                assertThat(event.timeMicros()).isPositive().isLessThanOrEqualTo(world.clock.epochMicros());
                assertThat(event.count()).isEqualTo(1);
            });
        }
    }

    @Test
    void only_the_kinds_that_are_wanted_are_written() {
        try (World world = world(Set.of(EventKind.DISCONNECT))) {
            Client ann = connect(world, "ann");
            ann.subscribed("news");
            ann.exchange(ann.publish("forbidden:x", "1"));
            ann.transport.abort();
            world.turns();
            assertThat(awaitEvents(world, 1)).extracting(ConnectionEvent::kind).containsExactly(EventKind.DISCONNECT);
        }
    }

    @Test
    void a_connection_that_the_server_closes_is_written_with_its_code() {
        try (World world = world(Set.of(EventKind.DISCONNECT))) {
            connect(world, "ann");
            world.stop();
            world.turns();
            ConnectionEvent event = awaitEvents(world, 1).get(0);
            assertThat(event.code()).isEqualTo(CloseCode.SHUTDOWN.code());
            assertThat(event.reason()).isEqualTo("shutdown");
        }
    }

    @Test
    void refused_commands_are_written_with_what_was_refused_and_the_code() {
        try (World world = world(Set.of(EventKind.REFUSAL))) {
            Client ann = connect(world, "ann");
            ann.exchange(ann.subscribe("forbidden:x"));
            ann.exchange(ann.subscribe("$private"));
            ann.exchange(ann.publish("forbidden:x", "1"));

            List<ConnectionEvent> events = awaitEvents(world, 3);

            assertThat(events).extracting(ConnectionEvent::code).containsExactly(102, 103, 102);
            assertThat(events)
                    .extracting(ConnectionEvent::reason)
                    .containsExactly(
                            "subscribe: unknown channel", "subscribe: permission denied", "publish: unknown channel");
            assertThat(events)
                    .extracting(ConnectionEvent::channel)
                    .containsExactly("forbidden:x", "$private", "forbidden:x");
            assertThat(events).extracting(ConnectionEvent::user).containsOnly("ann");
        }
    }

    @Test
    void a_publish_that_the_application_refuses_is_written() {
        Decisions decisions = new Decisions();
        decisions.decidesPublish = true;
        decisions.publish = attempt -> Decisions.now(new Publishing.Rejected(new ErrorCode(400, "too rude", false)));
        try (World world = world(decisions, Set.of(EventKind.REFUSAL))) {
            Client ann = connect(world, "ann");
            ann.exchange(ann.publish("news", "1"));
            ConnectionEvent event = awaitEvents(world, 1).get(0);
            assertThat(event.code()).isEqualTo(400);
            assertThat(event.reason()).isEqualTo("publish: too rude");
        }
    }

    @Test
    void a_connection_that_is_refused_is_written_once_whatever_it_is_refused_with() {
        Decisions decisions = new Decisions();
        decisions.connect = attempt -> switch (attempt.token()) {
            case "closed" -> Decisions.now(new Connecting.Closed(CloseCode.INVALID_TOKEN));
            case "rejected" -> Decisions.now(new Connecting.Rejected(ErrorCode.TOKEN_EXPIRED));
            default -> Decisions.now(Connecting.Accepted.of(attempt.token()));
        };
        try (World world = world(decisions, EVERY)) {
            Client closed = world.socket(0);
            closed.send(connectCommand("closed"));
            Client rejected = world.socket(0);
            rejected.send(connectCommand("rejected"));
            Client silent = world.socket(0);
            world.turns();
            world.pass(Duration.ofSeconds(15)); // the silent one is stale, the rejected one closed
            silent.transport.abort();
            world.endAll();

            List<ConnectionEvent> events = awaitEvents(world, 3);

            assertThat(events).extracting(ConnectionEvent::kind).containsOnly(EventKind.REFUSAL);
            assertThat(events).extracting(ConnectionEvent::code).containsExactlyInAnyOrder(3500, 109, 3502);
            assertThat(events)
                    .extracting(ConnectionEvent::reason)
                    .containsExactlyInAnyOrder("connect: invalid token", "connect: token expired", "connect: stale");
            assertThat(events).extracting(ConnectionEvent::sdk).containsExactlyInAnyOrder("sdk", "sdk", "");
        }
    }

    @Test
    void what_strangers_do_without_end_is_counted_instead_of_written() {
        Decisions decisions = new Decisions();
        decisions.connect = attempt -> Decisions.now(new Connecting.Closed(CloseCode.INVALID_TOKEN));
        try (World world = world(decisions, Set.of(EventKind.REFUSAL))) {
            int attempts = SessionEvents.STRANGERS_AT_ONCE + 500;
            for (int i = 0; i < attempts; i++) {
                world.socket(0).send(connectCommand("wrong"));
            }
            world.turns();
            List<ConnectionEvent> events =
                    awaitEvents(world, () -> ofKind(world, EventKind.LOST).size() == 1);
            assertThat(events).hasSize(SessionEvents.STRANGERS_AT_ONCE + 1);
            assertThat(ofKind(world, EventKind.LOST).get(0).count()).isEqualTo(500);
            assertThat(world.writer().events().lostInAll()).isEqualTo(500);
            // counted behind the commit that the journal has already shown
            world.await("the count", () -> world.writer().events().written() == SessionEvents.STRANGERS_AT_ONCE);
        }
    }

    @Test
    void strangers_do_not_use_up_the_events_of_users() {
        try (World world = world(Set.of(EventKind.CONNECT))) {
            for (int i = 0; i < SessionEvents.STRANGERS_AT_ONCE + 10; i++) {
                connect(world, "");
            }
            connect(world, "ann");
            awaitEvents(world, () -> ofKind(world, EventKind.LOST).size() == 1);
            assertThat(ofKind(world, EventKind.CONNECT)).hasSize(SessionEvents.STRANGERS_AT_ONCE + 1);
            assertThat(world.journal.events(EventQuery.newest(10).ofUser("ann")))
                    .hasSize(1);
        }
    }

    @Test
    void texts_of_a_client_are_cut_and_not_within_a_character() {
        try (World world = world(Set.of(EventKind.CONNECT))) {
            String name = "x".repeat(ConnectionEvent.MAX_TEXT - 1) + "\uD83D\uDE80" + "x".repeat(1000);
            Client client = world.socket(0);
            client.send(new Command.Connect(1, "ann", null, name, "1", Map.of(), Map.of()));
            world.turns();
            assertThat(awaitEvents(world, 1).get(0).sdk()).isEqualTo("x".repeat(ConnectionEvent.MAX_TEXT - 1));
        }
    }

    @Test
    void events_wait_for_a_journal_that_is_away_and_nobody_waits_for_them() {
        try (World world = world(Set.of(EventKind.CONNECT))) {
            world.journal.failLog(Reason.UNAVAILABLE);
            connect(world, "ann");
            assertThat(awaitEvents(world, 1)).extracting(ConnectionEvent::user).containsExactly("ann");
            assertThat(world.writer().events().lostInAll()).isZero();
            world.published("news", "1");
        }
    }

    @Test
    void events_with_an_unknown_outcome_are_not_offered_again_and_the_gap_is_written() {
        try (World world = world(Set.of(EventKind.CONNECT))) {
            world.journal.failLog(Reason.UNKNOWN_OUTCOME);
            connect(world, "ann");
            connect(world, "bob");
            List<ConnectionEvent> events =
                    awaitEvents(world, () -> ofKind(world, EventKind.LOST).size() == 1);
            assertThat(events).hasSize(1);
            assertThat(events.get(0).count()).isEqualTo(2);
            assertThat(world.writer().events().lostInAll()).isEqualTo(2);
        }
    }

    @Test
    void more_events_than_the_queue_holds_are_counted_and_the_gap_is_written_behind_them() {
        try (World world = world(Set.of(EventKind.CONNECT))) {
            world.published("news", "1");
            world.journal.blockAppend();
            world.occupyWriter("news");
            for (int i = 0; i < 17_000; i++) {
                connect(world, "user-" + i % 10);
                world.endAll();
            }
            assertThat(world.writer().events().lostInAll()).isPositive();
            world.journal.releaseAppend();
            List<ConnectionEvent> events =
                    awaitEvents(world, () -> ofKind(world, EventKind.LOST).size() == 1);
            ConnectionEvent gap = ofKind(world, EventKind.LOST).get(0);
            assertThat(gap.count()).isEqualTo(world.writer().events().lostInAll());
            world.await("the count", () -> world.writer().events().written() + gap.count() == 17_000);
            assertThat(events).isNotEmpty();
        }
    }

    @Test
    void old_events_are_deleted_when_that_is_asked_for() {
        try (World world = world(Set.of(EventKind.CONNECT))) {
            connect(world, "ann");
            awaitEvents(world, 1);
            world.clock.advance(Duration.ofDays(31));
            connect(world, "bob");
            awaitEvents(world, 2);
            long monthAgo = world.clock.epochMicros() - Duration.ofDays(30).toNanos() / 1000;
            world.writer().events().removeBefore(monthAgo);
            List<ConnectionEvent> left =
                    awaitEvents(world, () -> world.writer().events().removed() == 1);
            assertThat(left).extracting(ConnectionEvent::user).containsExactly("bob");
        }
    }

    @Test
    void who_watches_sees_events_that_nobody_writes() {
        try (World world = world(Set.of())) {
            WatchQuery query = WatchQuery.every(WatchQuery.MAX_INTERVAL)
                    .samples(10)
                    .events(EnumSet.of(EventKind.CONNECT, EventKind.SUBSCRIBE));
            ShardWatch watch = new ShardWatch(query, 0, 1);
            world.registry(0).watches().add(watch);
            Client ann = connect(world, "ann");
            ann.subscribed("news");
            ann.exchange(ann.unsubscribe("news"));

            assertThat(watch.take(1).events())
                    .extracting(ConnectionEvent::kind)
                    .containsExactly(EventKind.CONNECT, EventKind.SUBSCRIBE);

            world.registry(0).watches().remove(watch);
            ann.subscribed("news");
            assertThat(watch.take(2).eventsSeen()).isZero();
            assertThat(all(world)).isEmpty();
        }
    }

    private static World world(Set<EventKind> kinds) {
        return world(new Decisions(), kinds);
    }

    private static World world(Decisions decisions, Set<EventKind> kinds) {
        return World.of(setup -> {
            setup.authorizer = decisions;
            setup.defaults = ChannelOptions.journaled();
            setup.events = kinds;
            return setup;
        });
    }

    private static Client connect(World world, String user) {
        Client client = world.socket(0);
        client.send(connectCommand(user));
        world.turns();
        client.forget();
        return client;
    }

    private static Command.Connect connectCommand(String token) {
        return new Command.Connect(1, token, null, "sdk", "7.1", Map.of(), Map.of());
    }

    private static List<ConnectionEvent> ofKind(World world, EventKind kind) {
        return world.journal.events(EventQuery.oldest(EventQuery.MAX_LIMIT).of(Set.of(kind)));
    }

    private static List<ConnectionEvent> awaitEvents(World world, int count) {
        return awaitEvents(world, () -> all(world).size() >= count);
    }

    /** Time passes until it is so, and all events in the order of their ids. */
    private static List<ConnectionEvent> awaitEvents(World world, BooleanSupplier condition) {
        world.await("the events", () -> {
            world.clock.advance(Duration.ofMillis(100));
            return condition.getAsBoolean();
        });
        return all(world);
    }

    private static List<ConnectionEvent> all(World world) {
        return world.journal.events(EventQuery.oldest(EventQuery.MAX_LIMIT)).stream()
                .sorted((a, b) -> Long.compare(a.id(), b.id()))
                .toList();
    }
}
