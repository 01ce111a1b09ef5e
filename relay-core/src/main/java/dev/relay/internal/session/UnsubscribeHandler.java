package dev.relay.internal.session;

import dev.relay.transport.Command;
import dev.relay.transport.Reply;

/** The command unsubscribe: takes effect at once, and succeeds also where there is nothing to end. */
final class UnsubscribeHandler {
    private UnsubscribeHandler() {}

    /** {@code false} iff it must wait. */
    static boolean run(ClientSession session, Command.Unsubscribe command) {
        if (!session.order().mayRun(command.channel())) {
            return false;
        }
        ClientSubscription subscription = session.subscriptions().get(command.channel());
        if (subscription != null) {
            if (!subscription.isLive()) {
                return false; // the server is about to make it
            }
            session.subscriptions().remove(command.channel());
            subscription.end(ClientSubscription.BY_CLIENT);
        }
        session.reply(command.id(), Reply.Unsubscribed.INSTANCE);
        return true;
    }
}
