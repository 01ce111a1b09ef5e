package dev.relay.websocket;

import java.net.InetSocketAddress;

/**
 * The limits at the entrance of a node, shared by its shards.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class Door {
    final TrustedProxies proxies;
    final boolean proxyProtocol;
    final AddressCounts addresses;
    final ConnectionRate rate;
    final Places places;

    /**
     * Opens.
     *
     * @param wanted clients by configuration
     * @throws dev.relay.RelayException if more clients are wanted than fit
     */
    Door(DoorOptions options, int wanted, long nowNanos) {
        this.proxies = options.proxies();
        this.proxyProtocol = options.proxyProtocol();
        this.addresses = new AddressCounts(options.connectionsPerAddress());
        this.rate = new ConnectionRate(options.connectionsPerSecond(), nowNanos);
        this.places = Places.of(options.descriptors().getAsLong(), options.reservedDescriptors(), wanted);
    }

    /** Somebody has knocked. */
    Visitor visitor(InetSocketAddress peer) {
        return new Visitor(this, peer);
    }
}
