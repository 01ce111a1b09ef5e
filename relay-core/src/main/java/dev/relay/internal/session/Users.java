package dev.relay.internal.session;

import dev.relay.ClientSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connected clients of one shard by user: most users have one connection, so those of one user form a chain through the
 * sessions themselves.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class Users {
    private final Map<String, ClientSession> first = new HashMap<>();

    /** A client is connected: from now on it can be found. */
    void arrived(ClientSession session) {
        ClientSession next = first.put(session.client().user(), session);
        session.nextOfUser = next;
        if (next != null) {
            next.previousOfUser = session;
        }
    }

    void left(ClientSession session) {
        String user = session.client().user();
        ClientSession next = session.nextOfUser;
        ClientSession previous = session.previousOfUser;
        if (next != null) {
            next.previousOfUser = previous;
        }
        if (previous != null) {
            previous.nextOfUser = next;
        } else if (next != null) {
            first.put(user, next);
        } else {
            first.remove(user);
        }
        session.nextOfUser = null;
        session.previousOfUser = null;
    }

    /** The clients that are meant. */
    List<ClientSession> select(ClientSelector who) {
        List<ClientSession> selected = new ArrayList<>();
        for (@Nullable ClientSession session = first.get(who.user()); session != null; session = session.nextOfUser) {
            if (who.selects(session.client().client())) {
                selected.add(session);
            }
        }
        return selected;
    }
}
