package dev.relay.internal.session;

import dev.relay.Authorizer.ConnectAttempt;
import dev.relay.Authorizer.Connecting;
import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The commands connect and refresh: who this is, and until when. */
final class ConnectHandler {
    /** How long after its expiry a connection may still be refreshed. */
    static final long EXPIRY_GRACE_SECONDS = 25;

    /** Nothing lasts longer than a year without being refreshed. */
    static final long MAX_TTL_SECONDS = 365L * 24 * 3600;

    private static final Logger LOG = LoggerFactory.getLogger(ConnectHandler.class);

    private ConnectHandler() {}

    static void run(ClientSession session, Command.Connect command) {
        ConnectAttempt attempt = new ConnectAttempt(
                command.token(), command.data(), command.name(), command.version(), command.headers(), session.peer());
        session.sessions()
                .ask(
                        authorizer -> authorizer.connect(attempt),
                        (decision, failure) -> decided(session, command, decision, failure));
    }

    private static void decided(
            ClientSession session,
            Command.Connect command,
            @Nullable Connecting decision,
            @Nullable Throwable failure) {
        if (!session.isConnecting()) {
            return; // closed meanwhile
        }
        if (decision instanceof Connecting.Accepted expired
                && expired.expiresAtSeconds() > 0
                && expired.expiresAtSeconds() <= nowSeconds(session)) {
            session.fail(command.id(), ErrorCode.EXPIRED);
            session.unusable();
        } else if (decision instanceof Connecting.Accepted accepted) {
            String id = UUID.randomUUID().toString();
            session.connected(new ClientInfo(accepted.user(), id, accepted.connInfo(), null), accepted);
            SessionOptions options = session.sessions().options();
            session.reply(
                    command.id(),
                    new Reply.Connected(
                            id,
                            options.version(),
                            accepted.data(),
                            accepted.expiresAtSeconds() > 0,
                            ttl(session, accepted),
                            options.pingSeconds(),
                            options.pingSeconds() > 0,
                            Map.of()));
            session.keepAlive();
            session.proceed();
        } else if (decision instanceof Connecting.Closed closed) {
            session.close(closed.code());
        } else {
            session.fail(command.id(), error(decision, failure));
            session.unusable();
        }
    }

    static void refresh(ClientSession session, Command.Refresh command) {
        session.sessions()
                .ask(
                        authorizer -> authorizer.refresh(session.view(), command.token()),
                        (decision, failure) -> refreshed(session, command, decision, failure));
    }

    private static void refreshed(
            ClientSession session,
            Command.Refresh command,
            @Nullable Connecting decision,
            @Nullable Throwable failure) {
        if (!session.isConnected()) {
            return;
        }
        if (decision instanceof Connecting.Accepted accepted) {
            session.expireAt(accepted.expiresAtSeconds());
            session.reply(
                    command.id(),
                    new Reply.Refreshed(
                            session.client().client(),
                            session.sessions().options().version(),
                            accepted.expiresAtSeconds() > 0,
                            ttl(session, accepted)));
        } else if (decision instanceof Connecting.Closed closed) {
            session.close(closed.code());
        } else if (decision instanceof Connecting.Rejected rejected
                && rejected.error().equals(ErrorCode.TOKEN_EXPIRED)) {
            session.close(CloseCode.EXPIRED);
        } else {
            session.fail(command.id(), error(decision, failure));
        }
    }

    private static ErrorCode error(@Nullable Connecting decision, @Nullable Throwable failure) {
        if (decision instanceof Connecting.Rejected rejected) {
            return rejected.error();
        }
        LOG.warn("the authorizer has failed", failure);
        return ErrorCode.INTERNAL;
    }

    private static long ttl(ClientSession session, Connecting.Accepted accepted) {
        return Math.min(MAX_TTL_SECONDS, Math.max(1, accepted.expiresAtSeconds() - nowSeconds(session)));
    }

    private static long nowSeconds(ClientSession session) {
        return session.sessions().shard().clock().epochMicros() / 1_000_000L;
    }
}
