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
        ClientSubscription subscription = session.subscriptions().remove(command.channel());
        if (subscription != null) {
            subscription.end(ClientSubscription.BY_CLIENT);
        }
        session.reply(command.id(), Reply.Unsubscribed.INSTANCE);
        return true;
    }
}
