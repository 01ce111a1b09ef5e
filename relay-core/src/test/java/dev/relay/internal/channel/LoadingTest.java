package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.journal.JournalException.Reason;
import dev.relay.transport.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadingTest {
    @Test
    void a_command_for_a_channel_that_cannot_be_loaded_at_once_is_answered() {
        try (World world = World.of(ChannelOptions.journaled())) {
            Client client = world.client(0);
            world.journal.breakDown(Reason.UNAVAILABLE);
            client.send(client.publish("news", "1"));
            world.await("the outage is known", () -> world.writer().state() != JournalWriter.State.OPEN);
            world.await("the first is answered", () -> !client.received().isEmpty());

            client.send(client.publish("news", "2"), client.subscribe("news"), client.history("news", 1, null, false));
            world.turns();

            assertThat(client.received()).containsExactly("3:error 100", "4:error 100", "5:error 100");
        }
    }

    @Test
    void commands_that_come_while_a_channel_is_being_loaded_keep_their_order() {
        ChannelOptions async =
                ChannelOptions.builder().durability(Durability.ASYNC).build();
        try (World world = World.of(async)) {
            Client client = world.client(0);
            world.journal.blockAppend();
            world.occupyWriter("other");
            List<String> expected = new ArrayList<>();
            Command[] publishes = new Command[1100];
            for (int i = 0; i < publishes.length; i++) {
                publishes[i] = client.publish("news", "p" + (i + 1));
                expected.add("#" + (i + 1) + "=p" + (i + 1));
            }
            client.send(publishes);
            world.turns();
            world.journal.releaseAppend();
            world.settle();
            client.forget();

            client.send(client.history("news", -1, null, false));
            world.settle();
            String history = client.received().get(0);
            assertThat(history).endsWith("top=1100 " + String.join(" ", expected.subList(0, 300)));
            client.send(client.history("news", 100, new dev.relay.StreamPosition(1000, ""), false));
            world.settle();
            assertThat(client.received().get(0)).endsWith("top=1100 " + String.join(" ", expected.subList(1000, 1100)));
        }
    }

    @Test
    void more_than_a_bound_of_commands_do_not_wait_for_a_channel_to_load() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.journal.blockAppend();
            world.occupyWriter("other");
            List<CompletableFuture<PublishResult>> results = IntStream.range(0, 1030)
                    .mapToObj(i -> world.publish("news", "p" + i))
                    .toList();
            world.turns();

            assertThat(results.subList(0, 1024)).noneMatch(CompletableFuture::isDone);
            assertThat(results.subList(1024, 1030))
                    .allSatisfy(result -> assertThat(result.getNow(null)).isInstanceOf(Refused.class));
            world.journal.releaseAppend();
            world.settle();
            assertThat(results.subList(0, 1024))
                    .allSatisfy(result -> assertThat(result.getNow(null)).isInstanceOf(PublishResult.Published.class));
        }
    }

    @Test
    void a_load_that_fails_refuses_what_waits_and_the_next_command_tries_again() {
        try (World world = World.of(ChannelOptions.journaled())) {
            Client client = world.client(0);
            world.journal.failLoad(Reason.UNAVAILABLE);
            client.send(client.subscribe("news"));
            world.await("answered", () -> !client.transport.text().endsWith("connected]"));
            assertThat(client.received()).containsExactly("2:error 100");

            world.await("the journal is back", () -> world.writer().state() == JournalWriter.State.OPEN);
            assertThat(client.subscribed("news")).containsExactly("3:subscribed recoverable at 0");
        }
    }
}
