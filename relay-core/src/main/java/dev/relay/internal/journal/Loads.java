package dev.relay.internal.journal;

import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Loads streams from the journal, those that wait together; one that is refused for good is refused alone. The writer's. */
final class Loads {
    private final Ledger ledger;
    private final Tries tries;
    private final News news;

    Loads(Ledger ledger, Tries tries, News news) {
        this.ledger = ledger;
        this.tries = tries;
        this.news = news;
    }

    /**
     * Loads them.
     *
     * @param unanswered gets those that the journal does not answer now
     * @return why it does not; {@code null} if it has answered all
     */
    @Nullable
    JournalException load(List<PendingLoad> loads, List<PendingLoad> unanswered) {
        if (loads.isEmpty()) {
            return null;
        }
        List<StreamState> streams = new ArrayList<>();
        List<StreamRequest> requests = loads.stream().map(PendingLoad::request).toList();
        Runnable call = () -> streams.addAll(ledger.load(requests));
        JournalException failure = tries.waits() ? tries.twice(call) : tries.once(call);
        if (failure == null) {
            for (int i = 0; i < loads.size(); i++) {
                news.loaded(
                        loads.get(i), new Stream(streams.get(i), requests.get(i).durability()));
            }
            return null;
        }
        if (failure.reason() != Reason.REFUSED) {
            unanswered.addAll(loads);
            return failure;
        }
        if (loads.size() == 1) {
            news.notLoaded(loads.get(0), String.valueOf(failure.getMessage()));
            return null;
        }
        int half = loads.size() / 2;
        JournalException first = load(loads.subList(0, half), unanswered);
        if (first != null) {
            unanswered.addAll(loads.subList(half, loads.size()));
            return first;
        }
        return load(loads.subList(half, loads.size()), unanswered);
    }
}
