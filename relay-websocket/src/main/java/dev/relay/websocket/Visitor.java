package dev.relay.websocket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * One connection as the door sees it: where it comes from, what it counts for, and the place it has. A peer that is a trusted
 * proxy counts for nobody until it has said for whom it speaks.
 *
 * <p><b>Threading.</b> The connection's shard only.
 */
final class Visitor {
    private final Door door;
    private IpAddress address;
    private String shown;
    private boolean speaksForOthers;

    /** What a proxy owes before anything else; {@code null} if nothing, or no longer. */
    private @Nullable ProxyHeader header;

    private boolean counted;
    private boolean tooMany;
    private boolean hasPlace;

    Visitor(Door door, InetSocketAddress peer) {
        this.door = door;
        this.address = IpAddress.of(peer.getAddress());
        this.shown = peer.getAddress().getHostAddress() + ":" + peer.getPort();
        this.speaksForOthers = door.proxies.contains(address);
        this.header = door.proxyProtocol && speaksForOthers ? new ProxyHeader() : null;
    }

    /** Counts it, if it speaks for itself; {@code false} iff it is to be closed without a word. */
    boolean arrived() {
        if (speaksForOthers || address.isLoopback() || door.addresses.isUnlimited()) {
            return true;
        }
        AddressCounts.Outcome outcome = door.addresses.came(address.owner());
        counted = outcome != AddressCounts.Outcome.FAR_TOO_MANY;
        tooMany = outcome != AddressCounts.Outcome.COUNTED;
        return counted;
    }

    /** Whether a header of the PROXY protocol comes before anything else. */
    boolean owesHeader() {
        return header != null;
    }

    /** Reads of that header what is there. */
    ProxyHeader.Outcome readHeader(ReadableByteChannel channel) throws IOException {
        if (header == null) {
            return ProxyHeader.Outcome.COMPLETE;
        }
        ProxyHeader.Outcome outcome = header.read(channel);
        if (outcome == ProxyHeader.Outcome.COMPLETE) {
            InetSocketAddress client = header.client();
            header = null;
            if (client != null) {
                address = IpAddress.of(client.getAddress());
                shown = client.getAddress().getHostAddress() + ":" + client.getPort();
                speaksForOthers = door.proxies.contains(address);
            }
        }
        return outcome;
    }

    /**
     * Asks to be let in, with a request that is good.
     *
     * @param forwardedFor what the request says about where it comes from, {@code ""} if nothing
     * @return why not; {@code null} if it is in
     */
    @Nullable
    Refusal enter(String forwardedFor, long nowNanos) {
        if (speaksForOthers && !forwardedFor.isEmpty()) {
            IpAddress client = door.proxies.clientBehind(forwardedFor, address);
            if (!client.equals(address)) {
                address = client;
                shown = client.text();
                speaksForOthers = false;
                arrived();
            }
        }
        if (tooMany) {
            return Refusal.ADDRESS;
        }
        if (!door.places.tryTake()) {
            return Refusal.FULL;
        }
        if (!door.rate.tryTake(nowNanos)) {
            door.places.giveBack();
            return Refusal.FULL;
        }
        hasPlace = true;
        return null;
    }

    /** The connection is over. Idempotent. */
    void left() {
        if (counted) {
            counted = false;
            door.addresses.left(address.owner());
        }
        if (hasPlace) {
            hasPlace = false;
            door.places.giveBack();
        }
    }

    /** Where it comes from, for people. */
    String shown() {
        return shown;
    }
}
