package dev.relay.internal.session;

import dev.relay.ErrorCode;
import dev.relay.Publication;
import dev.relay.internal.channel.SubscribeResult;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;

/** Tells a client that the server has subscribed it, by pushes. */
final class ServerAnswer implements SubscribeOutcome {
    private final ClientSession session;
    private final Runnable whenDone;

    /** @param whenDone told when the subscription stands or has been refused */
    ServerAnswer(ClientSession session, Runnable whenDone) {
        this.session = session;
        this.whenDone = whenDone;
    }

    @Override
    public void subscribed(ClientSubscription subscription, SubscribeResult result) {
        Reply.Subscribed stands = subscription.reply(result, result.recovered());
        String channel = subscription.channel();
        session.push(
                channel,
                new Push.Subscribed(stands.recoverable(), stands.positioned(), stands.position(), stands.data()));
        for (Publication missed : stands.publications()) {
            session.push(channel, missed);
        }
        subscription.goLive();
        whenDone.run();
    }

    @Override
    public void refused(ErrorCode error) {
        whenDone.run();
    }
}
