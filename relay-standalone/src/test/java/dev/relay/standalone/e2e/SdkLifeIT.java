package dev.relay.standalone.e2e;

import static dev.relay.standalone.e2e.SdkAct.connect;
import static dev.relay.standalone.e2e.SdkAct.disconnect;
import static dev.relay.standalone.e2e.SdkAct.presenceStats;
import static dev.relay.standalone.e2e.SdkAct.publish;
import static dev.relay.standalone.e2e.SdkAct.subscribe;
import static dev.relay.standalone.e2e.SdkAct.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How applications use an SDK in a hurry: everything at once, back and forth, and without waiting for answers. Whatever
 * they do, nothing of them stays behind.
 */
final class SdkLifeIT {
    private static RelayProcess relay;
    private static Bystander bystander;

    @BeforeAll
    static void start(@TempDir Path directory) {
        relay = RelayProcess.ready(RelaySettings.in(directory)
                .with(
                        "RELAY_CHANNEL_DEFAULTS",
                        "{\"history_size\":1000,\"history_ttl\":\"300s\",\"force_recovery\":true,\"presence\":true}"));
        bystander = Bystander.on(relay, "bystander");
    }

    @AfterEach
    void everybody_else_is_unharmed() {
        bystander.stillReceives();
    }

    @AfterAll
    static void end() {
        relay.close();
    }

    @ParameterizedTest
    @EnumSource
    void connect_subscribe_and_publish_in_one_go(Sdk sdk) {
        String channel = "at-once-" + sdk;
        try (SdkClient client = sdk.open(relay)) {
            client.act(connect(), subscribe(channel), publish(channel, "{\"n\":1}"));

            String id = client.await("connected").string("client");
            assertThat(client.await("subscribed", channel).is("recoverable")).isTrue();
            SdkEvent published = client.await("publication", channel);
            assertThat(published.text()).isEqualTo("{\"n\":1}");
            assertThat(published.offset()).isEqualTo(1);
            assertThat(published.info().string("client")).isEqualTo(id);
        }
    }

    @ParameterizedTest
    @EnumSource
    void subscriptions_made_before_the_connection_are_there_once_it_is(Sdk sdk) {
        List<String> channels =
                Stream.of("a", "b", "c").map(name -> name + "-" + sdk).toList();
        try (SdkClient client = sdk.open(relay)) {
            channels.forEach(channel -> client.act(subscribe(channel)));
            client.act(connect());

            channels.forEach(channel -> client.await("subscribed", channel));
            channels.forEach(channel -> {
                client.ask(publish(channel, "\"" + channel + "\""));
                assertThat(client.await("publication", channel).text()).isEqualTo("\"" + channel + "\"");
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void ten_times_connected_and_disconnected_leaves_nobody_present(Sdk sdk) {
        String channel = "in-and-out-" + sdk;
        try (SdkClient client = sdk.open(relay);
                SdkClient observer = Sdk.JAVA.open(relay).connected()) {
            client.act(subscribe(channel));
            client.act(repeated(10, connect(), disconnect()));
            client.await("disconnected");
            observer.awaitPresent(channel, 0);

            client.act(connect());
            client.await("subscribed", channel);
            observer.awaitPresent(channel, 1);
            client.act(disconnect());
            observer.awaitPresent(channel, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ten_times_subscribed_and_unsubscribed_leaves_nobody_present(Sdk sdk) {
        String channel = "on-and-off-" + sdk;
        try (SdkClient client = sdk.open(relay).connected();
                SdkClient observer = Sdk.JAVA.open(relay).connected()) {
            client.act(repeated(10, subscribe(channel), unsubscribe(channel)));
            client.ask(
                    presenceStats(channel)); // the Java SDK sends unsubscribe commands a little later than it is told
            assertThat(client.ask(presenceStats(channel)).number("numClients"))
                    .as("present, once every command before is answered")
                    .isZero();

            client.subscribed(subscribe(channel));
            observer.awaitPresent(channel, 1);
            client.act(unsubscribe(channel));
            observer.awaitPresent(channel, 0);
            assertThat(client.soFar("connected")).as("%s", client).hasSize(1);
        }
    }

    // not the Java SDK: it takes the reply to its first subscribe for the last one's
    @ParameterizedTest
    @EnumSource(names = "JAVASCRIPT_.*", mode = EnumSource.Mode.MATCH_ALL)
    void ten_times_unsubscribed_and_subscribed_is_present_once(Sdk sdk) {
        String channel = "off-and-on-" + sdk;
        try (SdkClient client = sdk.open(relay).connected();
                SdkClient observer = Sdk.JAVA.open(relay).connected()) {
            client.subscribed(subscribe(channel));
            client.act(repeated(10, unsubscribe(channel), subscribe(channel)));
            assertThat(client.ask(presenceStats(channel)).number("numClients")).isOne();
            observer.ask(publish(channel, "1"));
            assertThat(client.await("publication", channel).text()).isEqualTo("1");
            assertThat(client.soFar("connected")).as("%s", client).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JAVASCRIPT_.*", mode = EnumSource.Mode.MATCH_ALL)
    void unsubscribed_between_the_connect_command_and_its_reply(Sdk sdk) {
        String channel = "second-thoughts-" + sdk;
        try (SdkClient client = sdk.open(relay);
                SdkClient observer = Sdk.JAVA.open(relay).connected()) {
            client.act(SdkAct.to("unsubscribe once connect is sent", channel), subscribe(channel), connect());
            client.await("unsubscribed", channel);
            client.await("connected");
            observer.awaitPresent(channel, 0);

            client.subscribed(subscribe(channel));
            observer.awaitPresent(channel, 1);
            assertThat(client.soFar("connected")).as("%s", client).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void unsubscribed_right_after_a_new_connection_was_begun(Sdk sdk) {
        String channel = "change-of-mind-" + sdk;
        try (SdkClient client = sdk.open(relay).connected();
                SdkClient observer = Sdk.JAVA.open(relay).connected()) {
            client.act(subscribe(channel), disconnect(), connect(), unsubscribe(channel));
            client.await("connected");
            observer.awaitPresent(channel, 0);

            client.subscribed(subscribe(channel));
            observer.awaitPresent(channel, 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_hundred_subscriptions_in_one_go(Sdk sdk) {
        List<String> channels =
                IntStream.range(0, 100).mapToObj(i -> "many-" + i + "-" + sdk).toList();
        try (SdkClient client = sdk.open(relay);
                SdkClient other = Sdk.JAVA.open(relay).connected()) {
            client.act(Stream.concat(channels.stream().map(SdkAct::subscribe), Stream.of(connect()))
                    .toArray(SdkAct[]::new));
            channels.forEach(channel -> client.await("subscribed", channel));

            other.act(channels.stream()
                    .map(channel -> publish(channel, "\"" + channel + "\""))
                    .toArray(SdkAct[]::new));
            for (String channel : channels) {
                assertThat(client.await("publication", channel).text()).isEqualTo("\"" + channel + "\"");
            }
            assertThat(client.soFar("connected")).as("%s", client).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void publications_made_in_one_go_arrive_in_the_order_they_were_made(Sdk sdk) {
        String channel = "in-order-" + sdk;
        try (SdkClient client = sdk.open(relay).connected();
                SdkClient other = Sdk.JAVA.open(relay).connected()) {
            client.subscribed(subscribe(channel));
            other.subscribed(subscribe(channel));
            client.act(numbered(channel, 200));

            for (SdkClient subscriber : List.of(client, other)) {
                List<SdkEvent> received = subscriber.publications(channel, 200);
                assertThat(received).extracting(SdkEvent::text).isEqualTo(numbers(200));
                assertThat(received)
                        .extracting(SdkEvent::offset)
                        .isEqualTo(LongStream.rangeClosed(1, 200).boxed().toList());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JAVASCRIPT_.*", mode = EnumSource.Mode.MATCH_ALL)
    void commands_batched_into_one_frame_are_each_carried_out(Sdk sdk) {
        String channel = "batch-" + sdk;
        try (SdkClient client = sdk.open(relay).connected()) {
            client.act(SdkAct.only("start batching"), subscribe(channel));
            client.act(numbered(channel, 50));
            client.act(SdkAct.only("stop batching"));
            client.await("subscribed", channel);
            client.ask(SdkAct.history(channel, 0));

            SdkEvent history = client.ask(SdkAct.history(channel, 100));
            assertThat(history.publications()).extracting(SdkEvent::text).isEqualTo(numbers(50));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JAVASCRIPT_.*", mode = EnumSource.Mode.MATCH_ALL)
    void a_network_that_comes_and_goes(Sdk sdk) {
        String channel = "flaky-" + sdk;
        try (SdkClient client = sdk.open(relay).connected();
                SdkClient other = Sdk.JAVA.open(relay).connected()) {
            client.subscribed(subscribe(channel));
            client.act(SdkAct.only("lose the connection"));
            client.await("connecting", event -> event.name().equals("connecting") && event.code() == 1);
            other.awaitPresent(channel, 0);
            other.ask(publish(channel, "\"missed\""));
            client.act(SdkAct.only("find the network again"));

            assertThat(client.await("subscribed", channel).is("recovered")).isTrue();
            assertThat(client.await("publication", channel).text()).isEqualTo("\"missed\"");
        }
    }

    private static SdkAct[] repeated(int times, SdkAct... acts) {
        return Collections.nCopies(times, List.of(acts)).stream()
                .flatMap(List::stream)
                .toArray(SdkAct[]::new);
    }

    private static SdkAct[] numbered(String channel, int count) {
        return numbers(count).stream().map(number -> publish(channel, number)).toArray(SdkAct[]::new);
    }

    private static List<String> numbers(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
    }
}
