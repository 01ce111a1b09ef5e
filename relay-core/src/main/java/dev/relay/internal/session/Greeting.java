package dev.relay.internal.session;

import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.Authorizer.Subscribing.Allowed;
import dev.relay.ChannelOptions;
import dev.relay.ErrorCode;
import dev.relay.ServerSubscription;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.channel.SubscribeResult;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer to a connect command that was accepted: makes the subscriptions that the server wants the client to have, and
 * when all of them stand, writes the reply. Only then do publications flow.
 */
final class Greeting {
    private final ClientSession session;
    private final Command.Connect command;
    private final Accepted accepted;
    private final Map<String, ServerSubscription> wanted = new LinkedHashMap<>();
    private final Map<ClientSubscription, SubscribeResult> standing = new LinkedHashMap<>();
    private boolean started;
    private boolean failed;

    Greeting(ClientSession session, Command.Connect command, Accepted accepted) {
        this.session = session;
        this.command = command;
        this.accepted = accepted;
    }

    /** Finds out which subscriptions to make; {@code false} iff the client names one of an unknown namespace. */
    boolean findChannels() {
        wanted.putAll(accepted.subscriptions());
        String personal = session.sessions().options().personalChannel(accepted.user());
        if (personal != null) {
            wanted.putIfAbsent(personal, ServerSubscription.PLAIN);
        }
        for (String channel : command.resumes().keySet()) {
            if (!wanted.containsKey(channel)) {
                ChannelOptions options = session.sessions().namespaces().options(channel);
                if (options == null) {
                    return false;
                }
                if (mayKeep(channel, options)) {
                    wanted.put(channel, ServerSubscription.PLAIN);
                }
            }
        }
        return true;
    }

    int size() {
        return wanted.size();
    }

    /** Makes them all; the reply follows, or the error of the first that cannot be made. */
    void subscribe() {
        wanted.forEach((channel, how) -> {
            if (!failed && session.isConnecting()) {
                subscribe(channel, how);
            }
        });
        started = true;
        replyWhenComplete();
    }

    private void subscribe(String channel, ServerSubscription how) {
        ChannelOptions options = session.sessions().namespaces().options(channel);
        if (options == null || !Namespaces.isName(channel, options)) {
            fail(options == null ? ErrorCode.UNKNOWN_CHANNEL : ErrorCode.BAD_REQUEST);
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

    /** Whether a channel that the client names as subscribed by the server is one that it might subscribe to itself. */
    private boolean mayKeep(String channel, ChannelOptions options) {
        if (!Namespaces.isName(channel, options) || Namespaces.isPrivate(channel)) {
            return false;
        }
        String user = accepted.user();
        Permissions permissions = session.sessions().permissions();
        return Permissions.isUserLimited(options, channel)
                ? Permissions.lists(channel, user) || permissions.insecure()
                : permissions.maySubscribe(options, user);
    }

    private void fail(ErrorCode error) {
        if (!failed && session.isConnecting()) {
            failed = true;
            session.fail(command.id(), error);
            session.unusable();
        }
    }

    private void replyWhenComplete() {
        if (!started || failed || standing.size() < wanted.size() || !session.isConnecting()) {
            return;
        }
        Map<String, Reply.Subscribed> replies = new LinkedHashMap<>();
        standing.forEach((subscription, result) ->
                replies.put(subscription.channel(), subscription.reply(result, result.recovered())));
        session.connected(accepted);
        SessionOptions options = session.sessions().options();
        boolean pings = options.pingSeconds() > 0 && !session.transportPings();
        session.reply(
                command.id(),
                new Reply.Connected(
                        session.client().client(),
                        options.version(),
                        accepted.data(),
                        accepted.clientRefreshes() && accepted.expiresAtSeconds() > 0,
                        session.sessions().ttl(accepted.expiresAtSeconds()),
                        pings ? options.pingSeconds() : 0,
                        pings,
                        replies));
        session.sessions().handlers().connected(session);
        standing.keySet().forEach(ClientSubscription::goLive);
        session.keepAlive();
        session.proceed();
    }
}
