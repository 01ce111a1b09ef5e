package dev.relay.websocket;

import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a client gets to see of a message: the epoch of a publication only in a push with the first offset. */
final class Visible {
    private Visible() {}

    static Push push(Push push) {
        if (push instanceof Publication publication) {
            return publication.offset() == 1 ? publication : withoutEpoch(publication);
        } else if (push instanceof Push.Matched matched) {
            return new Push.Matched(matched.channel(), (Publication) push(matched.publication()));
        }
        return push;
    }

    static Reply reply(Reply reply) {
        if (reply instanceof Reply.Subscribed subscribed) {
            return subscribed(subscribed);
        } else if (reply instanceof Reply.History history) {
            return new Reply.History(publications(history.publications()), history.top());
        } else if (reply instanceof Reply.Connected connected) {
            Map<String, Reply.Subscribed> subscriptions = new LinkedHashMap<>();
            connected.subscriptions().forEach((channel, each) -> subscriptions.put(channel, subscribed(each)));
            return new Reply.Connected(
                    connected.client(),
                    connected.version(),
                    connected.data(),
                    connected.expires(),
                    connected.ttlSeconds(),
                    connected.pingSeconds(),
                    connected.pong(),
                    subscriptions);
        }
        return reply;
    }

    private static Reply.Subscribed subscribed(Reply.Subscribed subscribed) {
        return new Reply.Subscribed(
                subscribed.expires(),
                subscribed.ttlSeconds(),
                subscribed.recoverable(),
                subscribed.positioned(),
                subscribed.position(),
                subscribed.recovered(),
                subscribed.wasRecovering(),
                publications(subscribed.publications()),
                subscribed.data());
    }

    private static List<Publication> publications(List<Publication> publications) {
        return publications.stream().map(Visible::withoutEpoch).toList();
    }

    private static Publication withoutEpoch(Publication publication) {
        return new Publication(
                publication.data(),
                publication.info(),
                publication.tags(),
                new StreamPosition(publication.offset(), ""),
                publication.timeMicros());
    }
}
