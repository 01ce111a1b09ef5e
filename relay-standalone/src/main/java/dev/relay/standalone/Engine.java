package dev.relay.standalone;

import dev.relay.Authorizer;
import dev.relay.Health;
import dev.relay.Relay;
import dev.relay.RelayBuilder;
import dev.relay.jdbc.JdbcJournal;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.Configuration.Mode;
import dev.relay.standalone.config.Option;
import dev.relay.websocket.TokenAuthorizer;
import dev.relay.websocket.WebSocketEdge;
import java.util.function.Supplier;

/**
 * A running engine, as far as the launcher cares.
 *
 * @param port of the WebSocket endpoint
 * @param health may be asked from any thread, does not block
 * @param stop ends it in order; blocks up to the shutdown timeout and a little
 */
record Engine(int port, Supplier<Health> health, Runnable stop) {
    /** Starts an engine; the seam that lets the launcher be tested without sockets and databases. */
    @FunctionalInterface
    interface Starter {
        /**
         * Starts.
         *
         * @throws dev.relay.RelayException if it cannot
         */
        Engine start(Configuration configuration, DataDirectory directory);
    }

    /** The real one: WebSocket edge, SQL journal, tokens. */
    static Engine start(Configuration configuration, DataDirectory directory) {
        WebSocketEdge edge = WebSocketEdge.builder()
                .host(configuration.host())
                .port(configuration.get(Option.PORT))
                .allowedOrigins(configuration.allowedOrigins())
                .allowLoopbackOrigins(configuration.mode() == Mode.DEVELOPMENT)
                .maxMessageBytes(configuration.get(Option.MAX_MESSAGE_SIZE))
                .build();
        RelayBuilder builder = Relay.builder()
                .version("relay " + Version.current())
                .edge(edge)
                .journal(journal(configuration, directory))
                .authorizer(authorizer(configuration))
                .insecure(configuration.mode() != Mode.CLOSED)
                .channelDefaults(configuration.channelDefaults())
                .pingInterval(configuration.get(Option.PING_INTERVAL))
                .pongTimeout(configuration.get(Option.PONG_TIMEOUT))
                .outboxBytes(configuration.get(Option.CLIENT_OUTBOX_SIZE))
                .channelsPerClient(configuration.get(Option.CHANNELS_PER_CLIENT))
                .shutdownTimeout(configuration.get(Option.SHUTDOWN_TIMEOUT));
        configuration.namespaces().forEach(builder::namespace);
        Integer shards = configuration.find(Option.SHARDS);
        if (shards != null) {
            builder.shards(shards);
        }
        Relay relay = builder.build();
        return new Engine(edge.port(), relay::health, relay::close);
    }

    private static JdbcJournal journal(Configuration configuration, DataDirectory directory) {
        JdbcJournal.Builder journal =
                JdbcJournal.builder().url(configuration.databaseUrl()).nodeId(directory.nodeId());
        String user = configuration.find(Option.DATABASE_USER);
        if (user != null) {
            journal.user(user);
        }
        String password = configuration.find(Option.DATABASE_PASSWORD);
        if (password != null) {
            journal.password(password);
        }
        return journal.build();
    }

    private static Authorizer authorizer(Configuration configuration) {
        boolean open = configuration.mode() != Mode.CLOSED;
        String secret = configuration.find(Option.TOKEN_HMAC_SECRET);
        if (secret == null && open) {
            return Authorizer.anonymous();
        }
        TokenAuthorizer.Builder tokens = TokenAuthorizer.builder()
                .allowAnonymousConnect(open || configuration.get(Option.ALLOW_ANONYMOUS_CONNECT))
                .enforceExpiry(!open);
        if (secret != null) {
            tokens.hmacSecret(secret);
        }
        return tokens.build();
    }
}
