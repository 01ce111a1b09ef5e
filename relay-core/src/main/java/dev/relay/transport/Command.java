package dev.relay.transport;

import dev.relay.Payload;
import dev.relay.StreamPosition;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client asks, decoded. The edge checks the form, the session the meaning. Absent text is {@code ""}. */
public sealed interface Command {
    /** The number the reply must carry; 0 where there is no reply. */
    int id();

    /**
     * The first command of a connection.
     *
     * @param name name of the client's SDK or application
     * @param version its version
     * @param headers emulated header fields, untrusted
     * @param resumes subscriptions made by the server that the client still knows, by channel
     */
    record Connect(
            int id,
            String token,
            @Nullable Payload data,
            String name,
            String version,
            Map<String, String> headers,
            Map<String, Resume> resumes)
            implements Command {}

    /**
     * What the client knows of a subscription.
     *
     * @param recover whether it wants what it missed
     * @param since the last position it has seen; an empty epoch matches any
     */
    record Resume(boolean recover, StreamPosition since) {}

    /**
     * @param recover whether the client wants what it missed since {@code since}
     * @param since the last position it has seen; an empty epoch matches any
     * @param positioned wish for a positioned subscription
     * @param recoverable wish for a recoverable subscription
     * @param joinLeave wish to be told who comes and goes
     * @param filter which publications are wanted; {@code null} for all
     * @param flag bit set of the protocol; {@link #REJECT_UNRECOVERED} is the one Relay knows
     */
    record Subscribe(
            int id,
            String channel,
            String token,
            @Nullable Payload data,
            boolean recover,
            StreamPosition since,
            boolean positioned,
            boolean recoverable,
            boolean joinLeave,
            @Nullable FilterNode filter,
            long flag)
            implements Command {
        /** Answer with an error rather than with a subscription whose recovery failed. */
        public static final long REJECT_UNRECOVERED = 2;
    }

    /** Ends a subscription; succeeds also when there is none. */
    record Unsubscribe(int id, String channel) implements Command {}

    /** @param data {@code null} when the client sent none */
    record Publish(int id, String channel, @Nullable Payload data) implements Command {}

    /** @param since {@code null} when absent */
    record History(
            int id, String channel, int limit, @Nullable StreamPosition since, boolean reverse) implements Command {}

    /** Who is in a channel? */
    record Presence(int id, String channel) implements Command {}

    /** How many are in a channel? */
    record PresenceStats(int id, String channel) implements Command {}

    /** Calls a method of the application. @param data {@code null} when the client sent none */
    record Rpc(int id, String method, @Nullable Payload data) implements Command {}

    /** A new token for a subscription. */
    record SubRefresh(int id, String channel, String token) implements Command {}

    /** A new connection token. */
    record Refresh(int id, String token) implements Command {}

    /** The answer to a ping. */
    record Pong() implements Command {
        @Override
        public int id() {
            return 0;
        }
    }

    /** A command of the protocol that this server does not offer; answered "not available". */
    record Unavailable(int id, String method) implements Command {}

    /** A malformed parameter; answered with error 107. */
    record Invalid(int id) implements Command {}

    /** A message without an answer, for the application. */
    record Send(@Nullable Payload data) implements Command {
        @Override
        public int id() {
            return 0;
        }
    }
}
