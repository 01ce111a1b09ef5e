package dev.relay.standalone.e2e;

import static dev.relay.standalone.e2e.SdkAct.publish;
import static dev.relay.standalone.e2e.SdkAct.rpc;
import static dev.relay.standalone.e2e.SdkAct.subscribe;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.ControlResult;
import dev.relay.Durability;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.Relay;
import dev.relay.RpcHandler;
import dev.relay.RpcResult;
import dev.relay.ServerSubscription;
import dev.relay.journal.MemoryJournal;
import dev.relay.websocket.WebSocketEdge;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SDKs and an application that has Relay in its own process: what only such an application can do. */
final class SdkEmbeddedIT {
    private static final ChannelOptions PATTERNS =
            ChannelOptions.builder().allowWildcards(true).build();
    private static final ChannelOptions TAGGED = ChannelOptions.builder()
            .durability(Durability.SYNC)
            .forceRecovery(true)
            .allowTagsFilter(true)
            .build();

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final WebSocketEdge edge =
            WebSocketEdge.builder().host("127.0.0.1").port(0).build();
    private Relay relay;

    @BeforeEach
    void start() {
        relay = Relay.builder()
                .edge(edge)
                .journal(new MemoryJournal())
                .channelDefaults(ChannelOptions.journaled())
                .namespace("wild", PATTERNS)
                .namespace("tagged", TAGGED)
                .insecure(true)
                .rpc("upper", SdkEmbeddedIT::upper)
                .rpc("refuse", call -> completedFuture(new Refused(new ErrorCode(1000, "not today", false), "asked")))
                .messageHandler((session, data) -> messages.add(data == null ? "" : data.text()))
                .shutdownTimeout(Duration.ofSeconds(2))
                .build();
    }

    @AfterEach
    void end() {
        relay.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_method_is_called_and_answers(Sdk sdk) {
        try (SdkClient client = open(sdk).connected()) {
            assertThat(client.ask(rpc("upper", "\"quiet\"")).text()).isEqualTo("\"QUIET\"");
            SdkEvent refused = client.ask(rpc("refuse", "{}"));
            assertThat(refused.code()).isEqualTo(1000);
            assertThat(refused.string("message")).isEqualTo("not today");
            assertThat(client.ask(rpc("nothing", "{}")).code()).isEqualTo(104);
        }
    }

    @ParameterizedTest
    @EnumSource
    void messages_go_both_ways_without_a_channel(Sdk sdk) throws InterruptedException {
        try (SdkClient client = open(sdk)) {
            client.act(SdkAct.connect());
            String id = client.await("connected").string("client");
            client.act(SdkAct.send("{\"typing\":true}"));
            assertThat(messages.poll(10, TimeUnit.SECONDS)).isEqualTo("{\"typing\":true}");

            done(relay.clients().send(ClientSelector.client("", id), Payload.of("{\"seen\":1}")));
            assertThat(client.await("message").text()).isEqualTo("{\"seen\":1}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_application_subscribes_a_client_and_ends_it_again(Sdk sdk) {
        try (SdkClient client = open(sdk)) {
            client.act(SdkAct.connect());
            ClientSelector who =
                    ClientSelector.client("", client.await("connected").string("client"));
            done(relay.clients().subscribe(who, "alerts", ServerSubscription.PLAIN));
            assertThat(client.await("server subscribed", "alerts").is("recoverable"))
                    .isTrue();

            done(relay.publish("alerts", Payload.of("\"fire drill\"")));
            assertThat(client.await("server publication", "alerts").text()).isEqualTo("\"fire drill\"");
            done(relay.clients().unsubscribe(who, "alerts"));
            client.await("server unsubscribed", "alerts");
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_application_ends_a_subscription_that_the_client_made(Sdk sdk) {
        try (SdkClient client = open(sdk)) {
            client.act(SdkAct.connect());
            ClientSelector who =
                    ClientSelector.client("", client.await("connected").string("client"));
            client.subscribed(subscribe("news"));
            done(relay.clients().unsubscribe(who, "news"));
            assertThat(client.await("unsubscribed", "news").code()).isEqualTo(2000);
            client.subscribed(subscribe("news"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_application_disconnects_a_client_for_now_or_for_good(Sdk sdk) {
        try (SdkClient client = open(sdk)) {
            client.act(SdkAct.connect());
            String first = client.await("connected").string("client");
            client.subscribed(subscribe("news"));
            done(relay.clients().disconnect(ClientSelector.client("", first), CloseCode.FORCE_RECONNECT));
            client.await("connecting", event -> event.name().equals("connecting") && event.code() == 3011);
            String second = client.await("connected").string("client");
            assertThat(client.await("subscribed", "news").is("recovered")).isTrue();

            done(relay.clients().disconnect(ClientSelector.client("", second), CloseCode.FORCE_DISCONNECT));
            assertThat(client.await("disconnected").code()).isEqualTo(3503);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_client_dropped_without_a_word_comes_back_by_itself(Sdk sdk) {
        try (SdkClient client = open(sdk)) {
            client.act(SdkAct.connect());
            String first = client.await("connected").string("client");
            client.await("connecting");
            done(relay.clients().disconnect(ClientSelector.client("", first), CloseCode.CONNECTION_CLOSED));
            assertThat(client.await("connecting").code()).isEqualTo(1);
            assertThat(client.await("connected").string("client")).isNotEqualTo(first);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "JAVASCRIPT_.*", mode = EnumSource.Mode.MATCH_ALL)
    void a_filter_lets_through_publications_with_certain_tags_only(Sdk sdk) {
        Map<String, Object> filter =
                Map.of("op", "and", "nodes", List.of(leaf("kind", "eq", "goal"), leaf("minute", "gte", "45")));
        try (SdkClient client = open(sdk).connected()) {
            client.subscribed(subscribe("tagged:match").wishing("tagsFilter", filter));
            tagged("1", Map.of("kind", "goal", "minute", "10"));
            tagged("2", Map.of("kind", "goal", "minute", "45"));
            tagged("3", Map.of("kind", "foul", "minute", "60"));
            tagged("4", Map.of());
            tagged("5", Map.of("kind", "goal", "minute", "100"));

            assertThat(client.publications("tagged:match", 2))
                    .extracting(SdkEvent::text)
                    .containsExactly("2", "5");
            assertThat(client.soFar("publication").get(0).fields())
                    .containsEntry("tags", Map.of("kind", "goal", "minute", "45"));

            client.act(SdkAct.disconnect());
            tagged("6", Map.of("kind", "foul", "minute", "61"));
            tagged("7", Map.of("kind", "goal", "minute", "62"));
            client.act(SdkAct.connect());
            assertThat(client.await("subscribed", "tagged:match").is("recovered"))
                    .isTrue();
            assertThat(client.await("publication", "tagged:match").text()).isEqualTo("7");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_pattern_follows_every_channel_that_it_matches(Sdk sdk) {
        try (SdkClient client = open(sdk).connected()) {
            client.subscribed(subscribe("wild:room.*.says"));
            done(relay.publish("wild:room.kitchen.says", Payload.of("1")));
            done(relay.publish("wild:room.kitchen.hums", Payload.of("2")));
            client.ask(publish("wild:room.hall.says", "3"));
            done(relay.publish("wild:house.hall.says", Payload.of("4")));
            done(relay.publish("wild:room.attic.says", Payload.of("5")));

            List<SdkEvent> received = List.of(
                    client.await("publication", event -> event.name().equals("publication")),
                    client.await("publication", event -> event.name().equals("publication")),
                    client.await("publication", event -> event.name().equals("publication")));
            assertThat(received).extracting(SdkEvent::text).containsExactly("1", "3", "5");
        }
    }

    private SdkClient open(Sdk sdk) {
        return sdk.open("ws://127.0.0.1:" + edge.port() + "/connection/websocket", SdkOptions.anonymous());
    }

    private void tagged(String data, Map<String, String> tags) {
        done(relay.publish(
                "tagged:match",
                Payload.of(data),
                PublishOptions.builder().tags(tags).build()));
    }

    private static Map<String, Object> leaf(String key, String comparison, String value) {
        return Map.of("key", key, "cmp", comparison, "val", value);
    }

    private static CompletionStage<RpcResult> upper(RpcHandler.Call call) {
        Payload data = call.data();
        return completedFuture(new RpcResult.Returned(
                data == null ? null : Payload.of(data.text().toUpperCase(Locale.ROOT))));
    }

    /** Waits until it is carried out. */
    private static void done(CompletionStage<?> order) {
        Object result =
                order.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(result).isInstanceOfAny(ControlResult.Done.class, PublishResult.Published.class);
    }
}
