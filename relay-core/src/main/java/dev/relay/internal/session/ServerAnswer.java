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
    private boolean done;

    /** @param whenDone told once: when the subscription stands, or it is known that it will not */
    ServerAnswer(ClientSession session, Runnable whenDone) {
        this.session = session;
        this.whenDone = whenDone;
    }

    @Override
    public void subscribed(ClientSubscription subscription, SubscribeResult result) {
        boolean recovered = result.recovered() && result.missedBytes() <= SubscribeHandler.MAX_RECOVERED_BYTES;
        Reply.Subscribed stands = subscription.reply(result, recovered);
        String channel = subscription.channel();
        session.push(
                channel,
                new Push.Subscribed(stands.recoverable(), stands.positioned(), stands.position(), stands.data()));
        for (Publication missed : stands.publications()) {
            session.push(channel, missed);
        }
        subscription.goLive();
        done();
    }

    @Override
    public void refused(ErrorCode error) {
        done();
    }

    @Override
    public void abandoned() {
        done();
    }

    private void done() {
        if (!done) { // what the client is told can end its connection, and so the subscription before it is live
            done = true;
            whenDone.run();
            session.proceed();
        }
    }
}
