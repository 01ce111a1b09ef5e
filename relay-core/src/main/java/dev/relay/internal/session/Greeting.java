package dev.relay.internal.session;

import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.Authorizer.SubscribeAttempt;
import dev.relay.Authorizer.Subscribing;
import dev.relay.Authorizer.Subscribing.Allowed;
import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.ServerSubscription;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.channel.SubscribeResult;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answer to a connect command that was accepted: finds out which subscriptions the client is to have, makes them, and
 * when all of them stand, writes the reply. Only then do publications flow.
 */
final class Greeting {
    private final ClientSession session;
    private final Command.Connect command;
    private final Accepted accepted;
    private final Map<String, ServerSubscription> wanted = new LinkedHashMap<>();
    private final Map<ClientSubscription, SubscribeResult> standing = new LinkedHashMap<>();
    private int undecided; // which channels the client may keep, and one for the question itself
    private boolean started;

    Greeting(ClientSession session, Command.Connect command, Accepted accepted) {
        this.session = session;
        this.command = command;
        this.accepted = accepted;
    }

    /** Makes all subscriptions; the reply follows, or the error of the first that cannot be made. */
    void begin() {
        wanted.putAll(accepted.subscriptions());
        String personal = session.sessions().options().personalChannel(accepted.user());
        if (personal != null) {
            wanted.putIfAbsent(personal, ServerSubscription.PLAIN);
        }
        List<String> known = new ArrayList<>();
        for (String channel : command.resumes().keySet()) {
            ChannelOptions options = session.sessions().namespaces().options(channel);
            if (options == null) {
                session.close(CloseCode.BAD_REQUEST);
                return;
            }
            if (!wanted.containsKey(channel) && Namespaces.isName(channel, options) && !Namespaces.isPrivate(channel)) {
                known.add(channel);
            }
        }
        if (known.size() > session.sessions().options().channelsPerClient()) {
            session.close(CloseCode.CHANNEL_LIMIT); // rather than ask about as many as it likes
            return;
        }
        undecided = known.size() + 1;
        known.forEach(this::askWhetherToKeep);
        decided();
    }

    /** A channel that the client names as subscribed by the server must be one that it might subscribe to itself. */
    private void askWhetherToKeep(String channel) {
        ChannelOptions options = session.sessions().namespaces().options(channel);
        if (options == null || !session.isConnecting()) {
            return;
        }
        Permissions permissions = session.sessions().permissions();
        if (Permissions.isUserLimited(options, channel)) {
            if (Permissions.lists(channel, accepted.user()) || permissions.insecure()) {
                wanted.put(channel, ServerSubscription.PLAIN);
            }
            decided();
            return;
        }
        SubscribeAttempt attempt = new SubscribeAttempt(session.view(), channel, "", null);
        session.sessions().ask(session, authorizer -> authorizer.subscribe(attempt), (decision, failure) -> {
            if (!session.isConnecting()) {
                return;
            }
            if (decision instanceof Allowed allowed) {
                wanted.put(
                        channel,
                        new ServerSubscription(
                                allowed.chanInfo(),
                                allowed.data(),
                                allowed.expiresAtSeconds(),
                                allowed.override(),
                                null));
            } else if (decision instanceof Subscribing.ByOptions) {
                if (permissions.maySubscribe(options, accepted.user())) {
                    wanted.put(channel, ServerSubscription.PLAIN);
                }
            } else if (decision == null) {
                AuthorizerFaults.log(channel, failure);
                fail(ErrorCode.INTERNAL);
            }
            decided();
        });
    }

    private void decided() {
        if (--undecided > 0 || !session.isConnecting()) {
            return;
        }
        if (wanted.size() > session.sessions().options().channelsPerClient()) {
            session.close(CloseCode.CHANNEL_LIMIT);
        } else if (session.sessions().isPast(accepted.expiresAtSeconds())) {
            fail(ErrorCode.EXPIRED);
        } else {
            wanted.forEach((channel, how) -> {
                if (session.isConnecting()) {
                    subscribe(channel, how);
                }
            });
            started = true;
            replyWhenComplete();
        }
    }

    private void subscribe(String channel, ServerSubscription how) {
        ChannelOptions options = session.sessions().namespaces().options(channel);
        if (options == null) {
            fail(ErrorCode.UNKNOWN_CHANNEL);
            return;
        } else if (!Namespaces.isName(channel, options)) {
            fail(ErrorCode.BAD_REQUEST);
            return;
        } else if (session.sessions().isPast(how.expiresAtSeconds())) {
            fail(ErrorCode.EXPIRED);
            return;
        }
        Command.Resume resume = command.resumes().get(channel);
        Wishes wishes = Wishes.since(resume == null || !resume.recover() ? how.since() : resume.since());
        ClientSubscription subscription =
                new ClientSubscription(session, channel, options, wishes, true, new SubscribeOutcome() {
                    @Override
                    public void subscribed(ClientSubscription made, SubscribeResult result) {
                        standing.put(made, result);
                        replyWhenComplete();
                    }

                    @Override
                    public void refused(ErrorCode error) {
                        fail(error);
                    }
                });
        session.subscriptions().put(channel, subscription);
        subscription.start(new Allowed(how.chanInfo(), how.data(), how.expiresAtSeconds(), false, how.override()));
    }

    private void fail(ErrorCode error) {
        if (session.isConnecting()) {
            session.refuseConnect(command, error.code(), error.message());
            session.fail(command.id(), error);
            session.unusable();
        }
    }

    private void replyWhenComplete() {
        if (!started || standing.size() < wanted.size() || !session.isConnecting()) {
            return;
        }
        session.connected(accepted);
        session.sessions().connected(session); // before the reply, which may close it
        boolean recovers = standing.values().stream().anyMatch(SubscribeResult::recovered);
        if (!recovers || !session.replyWithin(command.id(), reply(true), SubscribeHandler.MAX_RECOVERED_BYTES)) {
            session.reply(command.id(), reply(false));
        }
        standing.keySet().forEach(ClientSubscription::goLive);
        session.keepAlive();
        session.proceed();
    }

    /** @param recover whether to recover as many subscriptions as there is room for in one reply, or none */
    private Reply.Connected reply(boolean recover) {
        Map<String, Reply.Subscribed> replies = new LinkedHashMap<>();
        long left = recover ? SubscribeHandler.MAX_RECOVERED_BYTES : -1;
        for (Map.Entry<ClientSubscription, SubscribeResult> one : standing.entrySet()) {
            SubscribeResult result = one.getValue();
            boolean recovered = result.recovered() && result.missedBytes() <= left;
            left -= recovered ? result.missedBytes() : 0;
            replies.put(one.getKey().channel(), one.getKey().reply(result, recovered));
        }
        SessionOptions options = session.sessions().options();
        boolean pings = options.pingSeconds() > 0 && !session.transportPings();
        return new Reply.Connected(
                session.client().client(),
                options.version(),
                accepted.data(),
                accepted.clientRefreshes() && accepted.expiresAtSeconds() > 0,
                session.sessions().ttl(accepted.expiresAtSeconds()),
                pings ? options.pingSeconds() : 0,
                pings,
                replies);
    }
}
