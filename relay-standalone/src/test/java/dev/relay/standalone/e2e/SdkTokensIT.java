package dev.relay.standalone.e2e;

import static dev.relay.standalone.e2e.SdkAct.connect;
import static dev.relay.standalone.e2e.SdkAct.publish;
import static dev.relay.standalone.e2e.SdkAct.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.e2e.TokenSource.Answer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens that run out, back ends that refuse or fail, and what the SDKs then do by themselves. */
final class SdkTokensIT {
    private static RelayProcess relay;

    @BeforeAll
    static void start(@TempDir Path directory) {
        relay = RelayProcess.ready(RelaySettings.in(directory)
                .without("RELAY_INSECURE")
                .with("RELAY_TOKEN_HMAC_SECRET", Jwt.SECRET)
                .with("RELAY_CHANNEL_DEFAULTS", "{}")
                .with(
                        "RELAY_NAMESPACES",
                        "[{\"name\":\"chat\",\"allow_subscribe_for_client\":true,\"allow_publish_for_subscriber\":true},"
                                + "{\"name\":\"closed\",\"allow_publish_for_subscriber\":true}]"));
    }

    @AfterAll
    static void end() {
        relay.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_token_that_runs_out_is_fetched_again_and_the_connection_stays(Sdk sdk) {
        TokenSource backEnd = channel -> TokenSource.is(Jwt.connection("42").forSeconds(2));
        try (SdkClient client = sdk.open(relay, SdkOptions.asking(backEnd)).connected()) {
            client.await("token wanted");
            client.await("token wanted");
            worksIn(client, "chat:" + sdk);
            assertThat(client.soFar("connected")).as("%s", client).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_expired_token_is_replaced_before_the_connection_is_made(Sdk sdk) {
        SdkOptions options = SdkOptions.with(Jwt.connection("42").forSeconds(-10))
                .andAsking(channel -> TokenSource.is(Jwt.connection("42").forSeconds(60)));
        try (SdkClient client = sdk.open(relay, options).connected()) {
            assertThat(client.soFar("token wanted")).as("%s", client).hasSize(1);
            worksIn(client, "chat:" + sdk);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_back_end_that_fails_is_asked_again(Sdk sdk) {
        TokenSource backEnd = inTurn(new Answer.Failed(), new Answer.Failed(), TokenSource.is(Jwt.connection("42")));
        try (SdkClient client = sdk.open(relay, SdkOptions.asking(backEnd)).connected()) {
            assertThat(client.soFar("token wanted")).as("%s", client).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_back_end_that_refuses_ends_the_connection(Sdk sdk) {
        try (SdkClient client = sdk.open(relay, SdkOptions.asking(channel -> new Answer.Unauthorized()))) {
            client.act(connect());
            assertThat(client.await("disconnected").code()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_token_signed_by_somebody_else_ends_the_connection(Sdk sdk) {
        String forged = Jwt.connection("42").signedWith("another secret, also thirty-two bytes");
        try (SdkClient client = sdk.open(relay, new SdkOptions(forged, null))) {
            client.act(connect());
            assertThat(client.await("disconnected").code()).isEqualTo(3500);
        }
    }

    @ParameterizedTest
    @EnumSource
    void without_a_token_there_is_no_connection(Sdk sdk) {
        try (SdkClient client = sdk.open(relay)) {
            client.act(connect());
            assertThat(client.await("disconnected").code()).isEqualTo(3501);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_subscription_token_that_runs_out_is_fetched_again_and_the_subscription_stays(Sdk sdk) {
        String channel = "$closed:" + sdk;
        TokenSource backEnd = wanted -> wanted.isEmpty()
                ? TokenSource.is(Jwt.connection("42"))
                : TokenSource.is(Jwt.subscription("42", wanted).forSeconds(2));
        try (SdkClient client = sdk.open(relay, SdkOptions.asking(backEnd)).connected()) {
            client.subscribed(subscribe(channel).wishing("asksForToken", true));
            client.await("token wanted", channel);
            client.await("token wanted", channel);
            publishesAndReceives(client, channel);
            assertThat(client.soFar("subscribed")).as("%s", client).hasSize(1);
            assertThat(client.soFar("connected")).as("%s", client).hasSize(1);
        }
    }

    // not the Java SDK: it gives the subscription up
    @ParameterizedTest
    @EnumSource(names = "JAVASCRIPT_.*", mode = EnumSource.Mode.MATCH_ALL)
    void an_expired_subscription_token_is_replaced_before_the_subscription_is_made(Sdk sdk) {
        String channel = "closed:late-" + sdk;
        SdkOptions options = SdkOptions.with(Jwt.connection("42"))
                .andAsking(wanted -> TokenSource.is(Jwt.subscription("42", wanted)));
        try (SdkClient client = sdk.open(relay, options).connected()) {
            String expired = Jwt.subscription("42", channel).forSeconds(-10).signed();
            client.subscribed(subscribe(channel).wishing("token", expired).wishing("asksForToken", true));
            assertThat(client.soFar("token wanted")).as("%s", client).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_back_end_that_fails_is_asked_again_for_a_subscription(Sdk sdk) {
        String channel = "closed:flaky-" + sdk;
        TokenSource backEnd =
                inTurn(new Answer.Failed(), new Answer.Failed(), TokenSource.is(Jwt.subscription("42", channel)));
        SdkOptions options = SdkOptions.with(Jwt.connection("42")).andAsking(backEnd);
        try (SdkClient client = sdk.open(relay, options).connected()) {
            client.subscribed(subscribe(channel).wishing("asksForToken", true));
            assertThat(client.soFar("token wanted")).as("%s", client).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_back_end_that_refuses_ends_the_subscription_and_nothing_else(Sdk sdk) {
        String channel = "closed:refused-" + sdk;
        SdkOptions options = SdkOptions.with(Jwt.connection("42")).andAsking(wanted -> new Answer.Unauthorized());
        try (SdkClient client = sdk.open(relay, options).connected()) {
            client.act(subscribe(channel).wishing("asksForToken", true));
            assertThat(client.await("unsubscribed", channel).code()).isEqualTo(1);
            worksIn(client, "chat:refused-" + sdk);
            assertThat(client.soFar("connected")).as("%s", client).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_forged_subscription_token_ends_the_subscription_and_nothing_else(Sdk sdk) {
        String channel = "closed:forged-" + sdk;
        String forged = Jwt.subscription("42", channel).signedWith("another secret, also thirty-two bytes");
        try (SdkClient client =
                sdk.open(relay, SdkOptions.with(Jwt.connection("42"))).connected()) {
            client.act(subscribe(channel).wishing("token", forged));
            assertThat(client.await("unsubscribed", channel).code()).isEqualTo(103);
            worksIn(client, "chat:forged-" + sdk);
            assertThat(client.soFar("connected")).as("%s", client).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void channels_without_permission_are_refused_and_nothing_else(Sdk sdk) {
        try (SdkClient client =
                sdk.open(relay, SdkOptions.with(Jwt.connection("42"))).connected()) {
            for (String channel : List.of("closed:" + sdk, "$chat:" + sdk, "plain-" + sdk)) {
                client.act(subscribe(channel));
                assertThat(client.await("unsubscribed", channel).code())
                        .as(channel)
                        .isEqualTo(103);
            }
            assertThat(client.ask(publish("chat:" + sdk, "1")).code()).isEqualTo(103);
            worksIn(client, "chat:" + sdk);
            assertThat(client.soFar("connected")).as("%s", client).hasSize(1);
        }
    }

    private static void worksIn(SdkClient client, String channel) {
        client.subscribed(subscribe(channel));
        publishesAndReceives(client, channel);
    }

    private static void publishesAndReceives(SdkClient client, String channel) {
        assertThat(client.ask(publish(channel, "\"heard\"")).code()).isEqualTo(-1);
        assertThat(client.await("publication", channel).text()).isEqualTo("\"heard\"");
    }

    /** A back end that says these things, one after the other. */
    private static TokenSource inTurn(Answer... answers) {
        Queue<Answer> left = new ArrayDeque<>(List.of(answers));
        return channel -> {
            synchronized (left) {
                return left.remove();
            }
        };
    }
}
