package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionsTest {
    private static final Permissions STRICT = new Permissions(false);
    private static final Permissions INSECURE = new Permissions(true);

    @Test
    void nothing_is_permitted_by_default_and_everything_in_insecure_mode() {
        ChannelOptions off = ChannelOptions.transientChannel();
        assertThat(STRICT.maySubscribe(off, "ann")).isFalse();
        assertThat(STRICT.mayPublish(off, "ann", true)).isFalse();
        assertThat(STRICT.mayReadHistory(off, "ann", true)).isFalse();
        assertThat(INSECURE.maySubscribe(off, "")).isTrue();
        assertThat(INSECURE.mayPublish(off, "", false)).isTrue();
        assertThat(INSECURE.mayReadHistory(off, "", false)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // client, anonymous, user, allowed
        "true,  false, ann, true",
        "true,  false, '',  false",
        "true,  true,  '',  true",
        "false, true,  ann, false",
        "false, true,  '',  false"
    })
    void subscribing(boolean client, boolean anonymous, String user, boolean allowed) {
        ChannelOptions options = options(o -> o.allowSubscribeForClient(client).allowSubscribeForAnonymous(anonymous));
        assertThat(STRICT.maySubscribe(options, user)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        // client, subscriber, anonymous, user, subscribed, allowed
        "true,  false, false, ann, false, true",
        "true,  false, false, '',  true,  false",
        "true,  false, true,  '',  false, true",
        "false, true,  false, ann, false, false",
        "false, true,  false, ann, true,  true",
        "false, true,  false, '',  true,  false",
        "false, true,  true,  '',  true,  true",
        "false, true,  true,  '',  false, false",
        "false, false, true,  ann, true,  false"
    })
    void publishing_and_reading_history(
            boolean client, boolean subscriber, boolean anonymous, String user, boolean subscribed, boolean allowed) {
        ChannelOptions publish = options(o -> o.allowPublishForClient(client)
                .allowPublishForSubscriber(subscriber)
                .allowPublishForAnonymous(anonymous));
        ChannelOptions history = options(o -> o.allowHistoryForClient(client)
                .allowHistoryForSubscriber(subscriber)
                .allowHistoryForAnonymous(anonymous));
        assertThat(STRICT.mayPublish(publish, user, subscribed)).isEqualTo(allowed);
        assertThat(STRICT.mayPublish(history, user, subscribed)).isFalse();
        assertThat(STRICT.mayReadHistory(history, user, subscribed)).isEqualTo(allowed);
        assertThat(STRICT.mayReadHistory(publish, user, subscribed)).isFalse();
    }

    private static ChannelOptions options(UnaryOperator<ChannelOptions.Builder> choice) {
        return choice.apply(ChannelOptions.builder()).build();
    }
}
