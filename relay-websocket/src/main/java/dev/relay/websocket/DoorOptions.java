package dev.relay.websocket;

import java.util.function.LongSupplier;

/**
 * Who gets in, and what others may say about them. Immutable.
 *
 * @param proxies whose word counts about where a client comes from
 * @param proxyProtocol whether those begin each connection with a header of the PROXY protocol
 * @param connectionsPerAddress {@link Integer#MAX_VALUE} for no limit
 * @param connectionsPerSecond of the node, after a burst of as many; {@link Integer#MAX_VALUE} for no limit
 * @param reservedDescriptors files the process may have open besides connections
 * @param descriptors files it may have open at all; asked when the first shard starts
 */
record DoorOptions(
        TrustedProxies proxies,
        boolean proxyProtocol,
        int connectionsPerAddress,
        int connectionsPerSecond,
        int reservedDescriptors,
        LongSupplier descriptors) {}
