package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import dev.relay.ServerSubscription;
import dev.relay.SubscriptionOverride;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenClaimsReaderTest {
    private static @Nullable TokenClaims tryRead(String json) {
        return TokenClaimsReader.read(json.replace('\'', '"').getBytes(UTF_8), "sub");
    }

    private static TokenClaims read(String json) {
        return requireNonNull(tryRead(json), json);
    }

    @Test
    void everything_may_be_absent_or_null() {
        TokenClaims nothing = read("{}");

        assertThat(nothing)
                .isEqualTo(new TokenClaims(
                        "",
                        null,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        null,
                        "",
                        null,
                        null,
                        null,
                        SubscriptionOverride.NONE,
                        Map.of()));
        assertThat(read("{'sub':null,'exp':null,'nbf':null,'expire_at':null,'iss':null,'aud':null,'channel':null,"
                        + "'client':null,'info':null,'b64info':null,'data':null,'b64data':null,'meta':null,"
                        + "'override':null,'channels':null,'subs':null}"))
                .isEqualTo(nothing);
        assertThat(read("{'iat':'whenever','jti':{},'roles':[[{}]]}"))
                .as("claims that mean nothing here")
                .isEqualTo(nothing);
    }

    @Test
    void issuer_and_audience_are_one_or_more() {
        assertThat(read("{'iss':'a','aud':'b'}").issuers()).containsExactly("a");
        assertThat(read("{'iss':'a','aud':'b'}").audience()).containsExactly("b");
        assertThat(read("{'iss':['a','c'],'aud':['b','d']}").audience()).containsExactly("b", "d");
        assertThat(read("{'aud':[]}").audience()).isEmpty();
    }

    @Test
    void another_claim_may_name_the_user() {
        byte[] claims = "{\"sub\":7,\"user_id\":\"42\"}".getBytes(UTF_8);

        assertThat(requireNonNull(TokenClaimsReader.read(claims, "user_id")).user())
                .isEqualTo("42");
        assertThat(TokenClaimsReader.read(claims, "sub"))
                .as("a number is no user")
                .isNull();
    }

    @Test
    void channels_are_plain_subscriptions() {
        assertThat(read("{'channels':['a','b','a']}").subscriptions())
                .isEqualTo(Map.of("a", ServerSubscription.PLAIN, "b", ServerSubscription.PLAIN));
    }

    @Test
    void subs_say_more_about_each_subscription_and_win_over_channels() {
        TokenClaims claims = read("{'channels':['x'],'subs':{'a':{},'b':null,'c':{'info':{'n':1},'b64data':'WzJd',"
                + "'override':{'presence':{'value':true}},'other':[1]}}}");

        assertThat(claims.subscriptions())
                .isEqualTo(Map.of(
                        "a", ServerSubscription.PLAIN,
                        "b", ServerSubscription.PLAIN,
                        "c",
                                new ServerSubscription(
                                        Payload.of("{\"n\":1}"),
                                        Payload.of("[2]"),
                                        0,
                                        new SubscriptionOverride(true, null, null, null, null),
                                        null)));
        assertThat(read("{'channels':['x'],'subs':{}}").subscriptions()).isEmpty();
        assertThat(read("{'channels':['x'],'subs':null}").subscriptions()).containsOnlyKeys("x");
    }

    @Test
    void an_override_names_options_and_their_values() {
        assertThat(read("{'override':{'presence':{'value':true},'join_leave':{'value':false},"
                                + "'force_push_join_leave':{'value':true},'force_positioning':{'value':false},"
                                + "'force_recovery':{'value':true},'unknown':{'value':true}}}")
                        .override())
                .isEqualTo(new SubscriptionOverride(true, false, true, false, true));
        assertThat(read("{'override':{'presence':null,'join_leave':{},'force_recovery':{'value':null}}}")
                        .override())
                .as("an absent value is false")
                .isEqualTo(new SubscriptionOverride(null, false, null, null, false));
    }

    @Test
    void encoded_bytes_win_over_json_and_need_not_be_json() {
        TokenClaims claims = read("{'info':1,'b64info':'/w==','b64data':'eyJhIjoxfQ==','data':2}");

        assertThat(requireNonNull(claims.info()).toByteArray()).containsExactly(0xff);
        assertThat(requireNonNull(claims.info()).isJson()).isFalse();
        assertThat(requireNonNull(claims.data()).text()).isEqualTo("{\"a\":1}");
        assertThat(requireNonNull(claims.data()).isJson()).isTrue();
    }

    @Test
    void numbers_may_be_as_large_as_they_like() {
        assertThat(read("{'exp':1e400}").expiry()).isInfinite();
        assertThat(read("{'exp':-1}").expiry()).isEqualTo(-1);
        assertThat(read("{'exp':123456789012345678901234567890}").expiry()).isGreaterThan(1e29);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'sub':42}",
                "{'sub':['42']}",
                "{'exp':'1700000000'}",
                "{'exp':true}",
                "{'nbf':[]}",
                "{'expire_at':{}}",
                "{'iss':1}",
                "{'aud':1}",
                "{'aud':{'a':1}}",
                "{'aud':['a',1]}",
                "{'aud':['a',null]}",
                "{'channel':1}",
                "{'channel':['news']}",
                "{'client':1}",
                "{'b64info':'%'}",
                "{'b64info':{}}",
                "{'b64data':1}",
                "{'channels':'news'}",
                "{'channels':{'news':{}}}",
                "{'channels':[1]}",
                "{'channels':[['news']]}",
                "{'channels':['']}",
                "{'subs':['news']}",
                "{'subs':{'news':true}}",
                "{'subs':{'':{}}}",
                "{'subs':{'news':{'b64info':1}}}",
                "{'subs':{'news':{'override':true}}}",
                "{'override':[]}",
                "{'override':{'presence':true}}",
                "{'override':{'presence':{'value':1}}}",
                "{'channels':['news'",
                "{'subs':{'news':{'info':{",
                "{'sub':'42'}{}",
                "{'sub':'42'}]",
                "{'sub':'\\ud8'}",
                "[]",
                "'{}'",
                "",
            })
    void a_claim_of_the_wrong_form_spoils_the_token(String json) {
        assertThat(tryRead(json)).isNull();
    }
}
