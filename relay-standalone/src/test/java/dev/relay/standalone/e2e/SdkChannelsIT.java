package dev.relay.standalone.e2e;

import static dev.relay.standalone.e2e.SdkAct.history;
import static dev.relay.standalone.e2e.SdkAct.presence;
import static dev.relay.standalone.e2e.SdkAct.presenceStats;
import static dev.relay.standalone.e2e.SdkAct.publish;
import static dev.relay.standalone.e2e.SdkAct.subscribe;
import static dev.relay.standalone.e2e.SdkAct.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What else an SDK can ask of a channel: who is there, who comes and goes, what was said before. */
final class SdkChannelsIT {
    private static final int NO_ERROR = -1;

    private static RelayProcess relay;

    @BeforeAll
    static void start(@TempDir Path directory) {
        relay = RelayProcess.ready(RelaySettings.in(directory)
                .with("RELAY_TOKEN_HMAC_SECRET", Jwt.SECRET)
                .with(
                        "RELAY_CHANNEL_DEFAULTS",
                        "{\"history_size\":100,\"history_ttl\":\"300s\",\"presence\":true,\"join_leave\":true}")
                .with("RELAY_NAMESPACES", "[{\"name\":\"plain\"}]"));
    }

    @AfterAll
    static void end() {
        relay.close();
    }

    @ParameterizedTest
    @EnumSource
    void presence_lists_who_is_subscribed_with_what_the_token_says_of_them(Sdk sdk) {
        String channel = "room-" + sdk;
        Jwt ann = Jwt.connection("ann").with("info", Map.of("name", "Ann"));
        try (SdkClient first = sdk.open(relay, SdkOptions.with(ann));
                SdkClient second = Sdk.JAVA
                        .open(relay, SdkOptions.with(Jwt.connection("bob")))
                        .connected()) {
            first.act(SdkAct.connect());
            String annsClient = first.await("connected").string("client");
            first.subscribed(subscribe(channel));
            second.subscribed(subscribe(channel));

            SdkEvent both = first.ask(presence(channel));
            assertThat(both.people())
                    .extracting(person -> person.string("user"))
                    .containsExactlyInAnyOrder("ann", "bob");
            SdkEvent annPresent = both.people().stream()
                    .filter(person -> person.string("user").equals("ann"))
                    .findFirst()
                    .orElseThrow();
            assertThat(annPresent.string("client")).isEqualTo(annsClient);
            assertThat(annPresent.textOf("connInfo")).isEqualTo("{\"name\":\"Ann\"}");
            assertThat(first.ask(presenceStats(channel)).number("numUsers")).isEqualTo(2);

            second.act(unsubscribe(channel));
            first.awaitPresent(channel, 1);
            first.act(SdkAct.disconnect());
            second.awaitPresent(channel, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void who_asks_is_told_who_comes_and_goes(Sdk sdk) {
        String channel = "door-" + sdk;
        try (SdkClient watching = sdk.open(relay, SdkOptions.with(Jwt.connection("watching")))
                        .connected();
                SdkClient passing = Sdk.JAVA
                        .open(relay, SdkOptions.with(Jwt.connection("passing")))
                        .connected()) {
            watching.subscribed(subscribe(channel).wishing("joinLeave", true));
            assertThat(watching.await("join", channel).info().string("user")).isEqualTo("watching");

            passing.subscribed(subscribe(channel));
            assertThat(watching.await("join", channel).info().string("user")).isEqualTo("passing");
            passing.act(unsubscribe(channel));
            assertThat(watching.await("leave", channel).info().string("user")).isEqualTo("passing");
            passing.subscribed(subscribe(channel));
            assertThat(watching.await("join", channel).info().string("user")).isEqualTo("passing");
            passing.act(SdkAct.disconnect());
            assertThat(watching.await("leave", channel).info().string("user")).isEqualTo("passing");
            assertThat(passing.soFar("join")).as("not asked for").isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void history_is_read_page_by_page_in_both_directions(Sdk sdk) {
        String channel = "book-" + sdk;
        try (SdkClient client = sdk.open(relay).connected()) {
            List<String> pages =
                    IntStream.rangeClosed(1, 25).mapToObj(Integer::toString).toList();
            pages.forEach(page ->
                    assertThat(client.ask(publish(channel, page)).code()).isEqualTo(NO_ERROR));

            SdkEvent top = client.ask(history(channel, 0));
            assertThat(top.publications()).isEmpty();
            assertThat(top.offset()).isEqualTo(25);

            assertThat(read(client, history(channel, 10), top)).isEqualTo(pages);
            List<String> backwards = new ArrayList<>(pages);
            Collections.reverse(backwards);
            assertThat(client.ask(history(channel, 100).and("reverse", true)).publications())
                    .extracting(SdkEvent::text)
                    .isEqualTo(backwards);
            assertThat(client.ask(history(channel, 3)
                                    .and("reverse", true)
                                    .and("since", Map.of("offset", 21, "epoch", top.epoch())))
                            .publications())
                    .extracting(SdkEvent::text)
                    .containsExactly("20", "19", "18");
            assertThat(client.ask(history(channel, 1).and("since", Map.of("offset", 1, "epoch", "other")))
                            .code())
                    .isEqualTo(112);
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_a_channel_or_the_server_does_not_have_is_refused_and_nothing_else(Sdk sdk) {
        try (SdkClient client = sdk.open(relay).connected()) {
            assertThat(client.ask(SdkAct.rpc("anything", "{}")).code()).isEqualTo(108);
            assertThat(client.ask(presence("plain:x")).code()).isEqualTo(108);
            assertThat(client.ask(presenceStats("plain:x")).code()).isEqualTo(108);
            assertThat(client.ask(history("plain:x", 1)).code()).isEqualTo(108);
            assertThat(client.ask(publish("nowhere:x", "1")).code()).isEqualTo(102);
            client.act(subscribe("nowhere:x"));
            assertThat(client.await("unsubscribed", "nowhere:x").code()).isEqualTo(102);
            client.subscribed(subscribe("plain:" + sdk));
            assertThat(client.soFar("connected")).as("%s", client).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_message_nobody_takes_ends_the_connection_for_good(Sdk sdk) {
        try (SdkClient client = sdk.open(relay).connected()) {
            client.act(SdkAct.send("{\"typing\":true}"));
            assertThat(client.await("disconnected").code()).isEqualTo(3508);
        }
    }

    /** Reads on from page to page until the top of the stream. */
    private static List<String> read(SdkClient client, SdkAct history, SdkEvent top) {
        List<String> texts = new ArrayList<>();
        long offset = 0;
        while (offset < top.offset()) {
            SdkEvent page = client.ask(
                    offset == 0 ? history : history.and("since", Map.of("offset", offset, "epoch", top.epoch())));
            assertThat(page.publications()).isNotEmpty();
            page.publications().forEach(publication -> texts.add(publication.text()));
            offset = page.publications().get(page.publications().size() - 1).offset();
        }
        return texts;
    }
}
