package dev.relay.websocket;

import dev.relay.transport.Encoding;
import dev.relay.transport.ShardContext;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.java_websocket.WebSocketListener;
import org.java_websocket.drafts.Draft;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one shard share, so that an idle one holds next to nothing.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class ShardIo {
    static final int READ_BYTES = 64 * 1024;

    final ShardContext shard;
    final EdgeOptions options;
    final MessageDeflater deflater;
    final MessageInflater inflater;
    final WebSocketListener listener = new LibraryListener();
    final List<Draft> drafts;
    final FaultLog faults;
    final RefusalLog refusals;
    final Door door;
    final Unfinished unfinished;

    /** {@code null} where sockets are used as they are. */
    final @Nullable TlsShard tls;

    /** What a read takes from a socket; empty between two reads. */
    final ByteBuffer received = ByteBuffer.allocateDirect(READ_BYTES);

    /** The handshake the library is being told of. */
    @Nullable
    Handshake accepted;

    private final MessageDigest sha1;
    private final Codec json;
    private final Codec protobuf;
    private final Codec deflatedJson;
    private final Codec deflatedProtobuf;
    private final int maxDeflatedBytes;

    private byte[] scratch;

    /**
     * The encodings are those of the edge: the engine tells them apart by identity. Those that deflate are the shard's own,
     * because they have state.
     */
    ShardIo(
            ShardContext shard,
            EdgeOptions options,
            Door door,
            Encoding json,
            Encoding protobuf,
            @Nullable TlsShard tls) {
        this.shard = shard;
        this.options = options;
        this.door = door;
        this.tls = tls;
        this.unfinished = new Unfinished(Math.max(1, door.places.handshakes() / shard.count()));
        this.refusals = new RefusalLog(shard);
        this.deflater = new MessageDeflater(options.compressionMinBytes());
        this.inflater = new MessageInflater(options.maxMessageBytes());
        this.json = new Codec(json, new JsonCommands(), true, false);
        this.protobuf = new Codec(protobuf, new ProtobufCommands(), false, false);
        this.deflatedJson = new Codec(new DeflatedEncoding(json, deflater), this.json.commands(), true, true);
        this.deflatedProtobuf =
                new Codec(new DeflatedEncoding(protobuf, deflater), this.protobuf.commands(), false, true);
        this.maxDeflatedBytes = MessageInflater.maxDeflatedBytes(options.maxMessageBytes());
        this.faults = new FaultLog(shard.index(), shard.clock());
        this.drafts = List.of(new RelayDraft(this));
        this.sha1 = sha1();
        this.scratch = new byte[Math.min(options.maxMessageBytes(), READ_BYTES)];
    }

    Codec codec(boolean protobuf, boolean deflated) {
        if (deflated) {
            return protobuf ? deflatedProtobuf : deflatedJson;
        }
        return protobuf ? this.protobuf : json;
    }

    /** Lets go of what is not on the heap. Idempotent. */
    void close() {
        deflater.close();
        inflater.close();
    }

    /** Longest incoming message while it is deflated. */
    int maxDeflatedBytes() {
        return maxDeflatedBytes;
    }

    /** Room for one unmasked payload of up to {@code length} bytes, valid until the next call. */
    byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[Math.min(maxDeflatedBytes, Math.max(length, 2 * scratch.length))];
        }
        return scratch;
    }

    /** For the key of a handshake; reset. */
    MessageDigest sha1ForKeys() {
        return sha1;
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
