package dev.relay.internal.session;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that an authorizer has not answered about a channel. Any thread. */
final class AuthorizerFaults {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizerFaults.class);

    private AuthorizerFaults() {}

    static void log(String channel, @Nullable Throwable failure) {
        LOG.atWarn()
                .addKeyValue("channel", channel)
                .setCause(failure)
                .log("the authorizer has failed for channel {}", channel);
    }
}
