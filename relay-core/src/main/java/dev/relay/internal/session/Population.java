package dev.relay.internal.session;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many clients the engine has, and how many connections each user has: what limits are compared with.
 *
 * <p><b>Threading.</b> Any thread; touched when connections come and go, never for a message. {@link #hasRoom} and {@link
 * #came} are two steps: the limit may be exceeded by as many connections as there are shards, which is benign.
 */
public final class Population {
    private final int connectionsPerNode;
    private final int connectionsPerUser;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger clients = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> users = new ConcurrentHashMap<>();

    public Population(SessionOptions options) {
        this.connectionsPerNode = options.connectionsPerNode();
        this.connectionsPerUser = options.connectionsPerUser();
    }

    /** Whether one more connection may be opened. */
    public boolean hasRoom() {
        return connections.get() < connectionsPerNode;
    }

    /** Connected clients. */
    public int clients() {
        return clients.get();
    }

    /** Distinct users among them. */
    public int users() {
        return users.size();
    }

    void opened() {
        connections.incrementAndGet();
    }

    void closed() {
        connections.decrementAndGet();
    }

    /** A client has come; {@code false} iff its user has as many connections as it may have, and then it has not. */
    boolean came(String user) {
        boolean[] room = {true};
        users.compute(user, (name, count) -> {
            int before = count == null ? 0 : count;
            room[0] = before < connectionsPerUser;
            return room[0] ? (Integer) (before + 1) : count;
        });
        if (room[0]) {
            clients.incrementAndGet();
        }
        return room[0];
    }

    void left(String user) {
        users.computeIfPresent(user, (name, count) -> count == 1 ? null : count - 1);
        clients.decrementAndGet();
    }
}
