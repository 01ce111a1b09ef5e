package dev.relay;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * Which connections are meant: those of one user, or one of them, or all but some.
 *
 * @param user the identity; {@code ""} selects the anonymous connections
 * @param client id of the only connection meant; {@code ""} means all of the user
 * @param spared ids of connections that are not meant
 */
public record ClientSelector(String user, String client, Set<String> spared) {
    public ClientSelector {
        requireNonNull(user, "user");
        requireNonNull(client, "client");
        spared = Set.copyOf(spared);
    }

    /** All connections of a user. */
    public static ClientSelector user(String user) {
        return new ClientSelector(user, "", Set.of());
    }

    /** One connection of a user. */
    public static ClientSelector client(String user, String client) {
        return new ClientSelector(user, client, Set.of());
    }

    /** The same without these connections. */
    public ClientSelector sparing(Set<String> clients) {
        return new ClientSelector(user, client, clients);
    }

    /** Whether a connection of the user is meant. */
    public boolean selects(String id) {
        return (client.isEmpty() || client.equals(id)) && !spared.contains(id);
    }
}
