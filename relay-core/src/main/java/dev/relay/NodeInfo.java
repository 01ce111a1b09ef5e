package dev.relay;

/**
 * One engine, in figures.
 *
 * @param uid made at each start
 * @param name of {@link RelayBuilder#nodeName}
 * @param version of {@link RelayBuilder#version}
 * @param clients connected clients
 * @param users distinct users among them; all anonymous ones count as one
 * @param subscriptions of all clients together
 * @param channels that have subscribers
 * @param uptimeSeconds since the engine was built
 */
public record NodeInfo(
        String uid,
        String name,
        String version,
        int clients,
        int users,
        int subscriptions,
        int channels,
        long uptimeSeconds) {}
