package dev.relay.internal.channel;

import static dev.relay.internal.channel.RecoveryTest.PLAIN;
import static dev.relay.internal.channel.RecoveryTest.at;
import static dev.relay.internal.channel.RecoveryTest.epoch;
import static dev.relay.internal.channel.RecoveryTest.fill;
import static dev.relay.internal.channel.RecoveryTest.forget;
import static dev.relay.internal.channel.RecoveryTest.journaled;
import static dev.relay.internal.channel.RecoveryTest.recover;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.RecoveryMode;
import dev.relay.StreamPosition;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.channel.RecoveryTest.Place;
import dev.relay.transport.Command;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of recovery where only the newest publication matters. */
class CacheRecoveryTest {
    @ParameterizedTest
    @EnumSource(Place.class)
    void a_cache_gives_the_newest_publication_whatever_the_client_has_seen(Place place) {
        try (World world = World.of(cache().build())) {
            fill(world, place);
            String epoch = epoch(world);
            assertThat(recover(world, StreamPosition.NONE, PLAIN))
                    .isEqualTo("subscribed recoverable at 0 recovered #5=5");
            assertThat(recover(world, at(3, epoch), PLAIN)).isEqualTo("subscribed recoverable at 3 recovered #5=5");
            assertThat(recover(world, at(5, ""), PLAIN)).isEqualTo("subscribed recoverable at 5 recovered #5=5");
            assertThat(recover(world, at(5, "other"), PLAIN)).isEqualTo("subscribed recoverable at 5 recovered #5=5");
            assertThat(recover(world, at(9, epoch), PLAIN)).isEqualTo("subscribed recoverable at 9 recovered #5=5");
            assertThat(world.journal.reads()).isEqualTo(place == Place.JOURNAL ? 1 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void a_cache_gives_nothing_to_a_client_that_has_the_newest_publication(Place place) {
        try (World world = World.of(cache().build())) {
            fill(world, place);
            assertThat(recover(world, at(5, epoch(world)), PLAIN)).isEqualTo("subscribed recoverable at 5 recovered");
            assertThat(world.journal.reads()).isZero();
        }
    }

    @Test
    void a_cache_that_recovers_by_itself_needs_no_asking() {
        try (World world = World.of(cache().autoCacheRecover(true).build())) {
            Client first = world.client(0);
            first.send(first.subscribe("news"));
            world.settle();
            assertThat(first.received()).containsExactly("2:subscribed recoverable at 0 not recovered");
            world.published("news", "1", "2");
            Client second = world.client(0);
            second.send(second.subscribe("news"));
            world.settle();
            assertThat(second.received()).containsExactly("2:subscribed recoverable at 0 recovered #2=2");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_expired_cache_recovers_only_a_client_that_has_what_was_in_it(boolean reloaded) {
        try (World world = World.of(cache().historyTtl(Duration.ofMinutes(1)).build())) {
            world.published("news", "1", "2");
            world.clock.advance(Duration.ofMinutes(2));
            if (reloaded) {
                forget(world);
            }
            String epoch = epoch(world);
            assertThat(recover(world, at(2, epoch), PLAIN)).isEqualTo("subscribed recoverable at 2 recovered");
            assertThat(recover(world, at(2, ""), PLAIN)).isEqualTo("subscribed recoverable at 2 not recovered");
            assertThat(recover(world, at(2, "other"), PLAIN)).isEqualTo("subscribed recoverable at 2 not recovered");
            assertThat(recover(world, at(1, epoch), PLAIN)).isEqualTo("subscribed recoverable at 2 not recovered");
            assertThat(recover(world, StreamPosition.NONE, PLAIN))
                    .isEqualTo("subscribed recoverable at 2 not recovered");
        }
    }

    @Test
    void an_empty_cache_recovers_nobody() {
        try (World world = World.of(cache().build())) {
            assertThat(recover(world, at(0, epoch(world)), PLAIN))
                    .isEqualTo("subscribed recoverable at 0 not recovered");
            assertThat(recover(world, StreamPosition.NONE, PLAIN))
                    .isEqualTo("subscribed recoverable at 0 not recovered");
            assertThat(recover(world, StreamPosition.NONE, Command.Subscribe.REJECT_UNRECOVERED))
                    .isEqualTo("error 112");
        }
    }

    @Test
    void what_is_published_while_a_cache_is_read_is_the_newest_then() {
        try (World world = World.of(cache().build())) {
            fill(world, Place.JOURNAL);
            world.holdReads();
            Client client = world.client(0);
            client.send(client.subscribe("news", at(3, ""), PLAIN));
            world.settle();
            world.published("news", "6");
            world.releaseReads();
            world.settle();
            assertThat(client.received()).containsExactly("2:subscribed recoverable at 3 recovered #6=6");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_cache_does_not_give_more_bytes_than_a_reply_may_have(boolean reloaded) {
        try (World world = World.of(cache().build())) {
            world.published("news", "x".repeat(800 << 10));
            if (reloaded) {
                forget(world);
            }
            assertThat(recover(world, StreamPosition.NONE, PLAIN))
                    .isEqualTo("subscribed recoverable at 1 not recovered");
        }
    }

    private static ChannelOptions.Builder cache() {
        return journaled().recoveryMode(RecoveryMode.CACHE);
    }
}
