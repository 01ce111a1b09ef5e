package dev.relay.standalone.e2e;

import static dev.relay.standalone.e2e.SdkAct.connect;
import static dev.relay.standalone.e2e.SdkAct.disconnect;
import static dev.relay.standalone.e2e.SdkAct.publish;
import static dev.relay.standalone.e2e.SdkAct.subscribe;
import static dev.relay.standalone.e2e.SdkAct.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that were away: the SDKs' own recovery brings what they missed, whole, or says that it cannot. */
final class SdkReturnIT {
    private static RelaySettings settings;
    private static RelayProcess relay;

    @BeforeAll
    static void start(@TempDir Path directory) {
        settings = settings(directory);
        relay = RelayProcess.ready(settings);
    }

    private static RelaySettings settings(Path directory) {
        return RelaySettings.in(directory)
                .with("RELAY_TOKEN_HMAC_SECRET", Jwt.SECRET)
                .with(
                        "RELAY_NAMESPACES",
                        "[{\"name\":\"short\",\"history_size\":2,\"history_ttl\":\"300s\",\"force_recovery\":true}]");
    }

    @AfterAll
    static void end() {
        relay.close();
    }

    @ParameterizedTest
    @EnumSource
    void what_was_published_while_disconnected_arrives_afterwards(Sdk sdk) {
        String channel = "away-" + sdk;
        try (SdkClient client = sdk.open(relay).connected();
                SdkClient other = Sdk.JAVA.open(relay).connected()) {
            client.subscribed(subscribe(channel));
            other.ask(publish(channel, "1"));
            client.await("publication", channel);
            client.act(disconnect());
            publishAll(other, channel, "2", "3", "4");
            client.act(connect());

            hasRecovered(client.await("subscribed", channel));
            other.ask(publish(channel, "5"));
            assertThat(client.publications(channel, 4))
                    .extracting(SdkEvent::text)
                    .containsExactly("2", "3", "4", "5");
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_was_published_while_unsubscribed_arrives_afterwards(Sdk sdk) {
        String channel = "aside-" + sdk;
        try (SdkClient client = sdk.open(relay).connected();
                SdkClient other = Sdk.JAVA.open(relay).connected()) {
            client.subscribed(subscribe(channel));
            other.ask(publish(channel, "1"));
            client.await("publication", channel);
            leave(client, channel);
            publishAll(other, channel, "2", "3");

            hasRecovered(client.subscribed(subscribe(channel)));
            other.ask(publish(channel, "4"));
            assertThat(client.publications(channel, 3))
                    .extracting(SdkEvent::text)
                    .containsExactly("2", "3", "4");
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothing_missed_is_recovered_too(Sdk sdk) {
        String channel = "nothing-" + sdk;
        try (SdkClient client = sdk.open(relay).connected()) {
            client.subscribed(subscribe(channel));
            client.act(disconnect(), connect());
            hasRecovered(client.await("subscribed", channel));
            assertThat(client.soFar("publication")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void more_missed_than_is_kept_is_told_and_the_subscription_goes_on(Sdk sdk) {
        String channel = "short:" + sdk;
        try (SdkClient client = sdk.open(relay).connected();
                SdkClient other = Sdk.JAVA.open(relay).connected()) {
            client.subscribed(subscribe(channel));
            other.ask(publish(channel, "1"));
            client.await("publication", channel);
            leave(client, channel);
            publishAll(other, channel, "2", "3", "4", "5");

            hasNotRecovered(client.subscribed(subscribe(channel)));
            other.ask(publish(channel, "6"));
            assertThat(client.await("publication", channel).text()).isEqualTo("6");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JAVASCRIPT_.*", mode = EnumSource.Mode.MATCH_ALL)
    void a_new_client_starts_where_its_application_stopped(Sdk sdk) {
        String channel = "since-" + sdk;
        try (SdkClient client = sdk.open(relay).connected()) {
            publishAll(client, channel, "1", "2", "3");
            String epoch = client.ask(SdkAct.history(channel, 0)).epoch();
            hasRecovered(client.subscribed(subscribe(channel).wishing("since", Map.of("offset", 1, "epoch", epoch))));
            assertThat(client.publications(channel, 2))
                    .extracting(SdkEvent::text)
                    .containsExactly("2", "3");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_was_killed_and_came_back_costs_nothing(Sdk sdk, @TempDir Path directory) {
        RelaySettings ownSettings = settings(directory);
        try (RelayProcess first = RelayProcess.ready(ownSettings);
                SdkClient client = sdk.open(first).connected()) {
            client.subscribed(subscribe("kept"));
            client.ask(publish("kept", "1"));
            client.await("publication", "kept");
            first.kill();
            client.await("connecting", event -> event.name().equals("connecting") && event.code() == 1);

            try (RelayProcess second = RelayProcess.ready(ownSettings);
                    SdkClient other = Sdk.JAVA.open(second).connected()) {
                other.ask(publish("kept", "2"));
                hasRecovered(client.await("subscribed", "kept"));
                assertThat(client.await("publication", "kept").offset()).isEqualTo(2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_lost_its_journal_says_so(Sdk sdk, @TempDir Path directory) {
        RelaySettings ownSettings = settings(directory);
        try (RelayProcess first = RelayProcess.ready(ownSettings);
                SdkClient client = sdk.open(first).connected()) {
            client.subscribed(subscribe("lost"));
            client.ask(publish("lost", "1"));
            client.await("publication", "lost");
            first.kill();
            delete(ownSettings.dataDirectory());

            try (RelayProcess second = RelayProcess.ready(ownSettings);
                    SdkClient other = Sdk.JAVA.open(second).connected()) {
                hasNotRecovered(client.await("subscribed", "lost"));
                other.ask(publish("lost", "\"new\""));
                SdkEvent published = client.await("publication", "lost");
                assertThat(published.text()).isEqualTo("\"new\"");
                assertThat(published.offset()).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void channels_named_in_the_token_are_recovered_as_well(Sdk sdk) {
        String channel = "given-" + sdk;
        SdkOptions options = SdkOptions.with(Jwt.connection("42").channels(channel, "other-" + sdk));
        try (SdkClient client = sdk.open(relay, options).connected();
                SdkClient other = Sdk.JAVA.open(relay).connected()) {
            assertThat(client.await("server subscribed", channel).is("recoverable"))
                    .isTrue();
            client.await("server subscribed", "other-" + sdk);
            other.ask(publish(channel, "1"));
            assertThat(client.await("server publication", channel).text()).isEqualTo("1");
            client.act(disconnect());
            publishAll(other, channel, "2", "3");
            client.act(connect());

            hasRecovered(client.await("server subscribed", channel));
            assertThat(client.await("server publication", channel).text()).isEqualTo("2");
            assertThat(client.await("server publication", channel).text()).isEqualTo("3");
        }
    }

    /** Unsubscribes and waits until the server knows it. */
    private static void leave(SdkClient client, String channel) {
        client.act(unsubscribe(channel));
        client.await("unsubscribed", channel);
        client.ask(SdkAct.history(channel, 0)); // commands of a connection are carried out in order
    }

    private static void publishAll(SdkClient publisher, String channel, String... data) {
        List.of(data)
                .forEach(each ->
                        assertThat(publisher.ask(publish(channel, each)).code()).isEqualTo(-1));
    }

    private static void hasRecovered(SdkEvent subscribed) {
        assertThat(subscribed.is("wasRecovering")).as("%s", subscribed).isTrue();
        assertThat(subscribed.is("recovered")).as("%s", subscribed).isTrue();
    }

    private static void hasNotRecovered(SdkEvent subscribed) {
        assertThat(subscribed.is("wasRecovering")).as("%s", subscribed).isTrue();
        assertThat(subscribed.is("recovered")).as("%s", subscribed).isFalse();
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
