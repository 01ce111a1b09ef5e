package dev.relay.internal.outbox;

import static java.util.Objects.requireNonNull;

import dev.relay.OverflowPolicy;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Frames that leave together: the messages of one channel and turn for all its subscribers of one encoding, or the
 * messages of one turn for one connection. Messages are joined into frames as they are added.
 *
 * <p><b>Threading.</b> Owned by one shard.
 */
public final class Chunk {
    static final Topic[] NO_TOPICS = {};

    private static final int NO_FRAME = -1;

    private final OutputBuffer out = new OutputBuffer(1024);
    private @Nullable Encoding encoding;
    private OverflowPolicy overflow = OverflowPolicy.DISCONNECT;
    private int joinBytes; // the size from which on a frame takes no more messages
    private int frameStart = NO_FRAME;
    private int messageStart; // of the last message
    private int[] frameEnds = new int[2];
    private int frames;
    private @Nullable ByteBuffer view;
    private @Nullable Copy shared;
    private Topic[] topics = NO_TOPICS; // of each frame, where the newest of a topic replaces the one before
    private int users = 1;
    private long deliveries; // of publications that are in here, times who gets them
    private long oldestMicros; // when the first of those was accepted

    Chunk() {}

    /** The encoding of what is added from now on; a chunk has one. */
    void encodeWith(Encoding encoding) {
        this.encoding = encoding;
        joinBytes = encoding.maxFrameBytes();
    }

    /** What becomes of its messages where a socket does not take them; those that may be given up get a frame each. */
    void overflowWith(OverflowPolicy policy) {
        overflow = policy;
        if (policy != OverflowPolicy.DISCONNECT) {
            joinBytes = 0;
        }
    }

    /** Adds a push; {@code false} iff the encoding cannot carry it, and then nothing is added. */
    public boolean push(String channel, Push push) {
        int before = beginMessage();
        boolean carried = encoding().push(out, channel, push);
        if (carried && overflowsFrame(before)) {
            before = beginAgain(before);
            carried = encoding().push(out, channel, push);
        }
        if (overflow == OverflowPolicy.CONFLATE) {
            topic(Topic.of(channel, push));
        }
        return endMessage(before, carried);
    }

    /** Adds the last message of another chunk of the same encoding, which is still open, without encoding it again. */
    public void copyLast(Chunk other) {
        int before = beginMessage();
        out.put(other.out.view(other.messageStart, other.out.position()));
        if (overflow == OverflowPolicy.CONFLATE) {
            topic(other.topics[other.frames]);
        }
        endMessage(before, true);
    }

    /** Adds a reply; {@code false} iff the encoding cannot carry it, and then nothing is added. */
    public boolean reply(int id, Reply reply) {
        int before = beginMessage();
        boolean carried = encoding().reply(out, id, reply);
        if (carried && overflowsFrame(before)) {
            before = beginAgain(before);
            carried = encoding().reply(out, id, reply);
        }
        return endMessage(before, carried);
    }

    /** Adds a ping, in a frame of its own. */
    public void ping() {
        endFrame();
        beginMessage();
        encoding().ping(out);
        endFrame();
    }

    /** Adds bytes of the transport, between two frames. */
    public void raw(ByteBuffer bytes) {
        endFrame();
        out.put(bytes);
        addFrameEnd();
    }

    /** What was added last is a publication that was accepted then, and goes to so many. */
    public void delivers(long acceptedMicros, int receivers) {
        if (deliveries == 0) {
            oldestMicros = acceptedMicros;
        }
        deliveries += receivers;
    }

    long deliveries() {
        return deliveries;
    }

    long oldestMicros() {
        return oldestMicros;
    }

    /** Number of bytes so far. */
    public int size() {
        return out.position();
    }

    /** Completes the last frame; nothing more may be added. */
    void seal() {
        if (view == null) {
            endFrame();
            view = out.view(0, out.position());
        }
    }

    /** The bytes, at position 0; one object, to be used up before it is asked for again. */
    ByteBuffer bytes() {
        return requireNonNull(view, "sealed").position(0);
    }

    /** The bytes in a copy, which all connections that cannot take them share. */
    Copy copy() {
        Copy all = shared;
        if (all == null) {
            byte[] bytes = new byte[out.position()];
            bytes().get(bytes);
            all = new Copy(
                    bytes,
                    Arrays.copyOf(frameEnds, frames),
                    overflow,
                    topics == NO_TOPICS ? NO_TOPICS : Arrays.copyOf(topics, frames));
            shared = all;
        }
        return all;
    }

    /** One more connection will send this chunk. */
    void retain() {
        users++;
    }

    /** Whether nobody needs it any more. */
    boolean release() {
        return --users == 0;
    }

    int capacity() {
        return out.capacity();
    }

    void reset() {
        out.position(0);
        encoding = null;
        overflow = OverflowPolicy.DISCONNECT;
        topics = NO_TOPICS;
        frameStart = NO_FRAME;
        frames = 0;
        view = null;
        shared = null;
        users = 1;
        deliveries = 0;
    }

    private Encoding encoding() {
        return requireNonNull(encoding, "begun");
    }

    private int beginMessage() {
        int before = out.position();
        if (frameStart != NO_FRAME && before - frameStart >= joinBytes) {
            endFrame();
            before = out.position();
        }
        boolean first = frameStart == NO_FRAME;
        if (first) {
            frameStart = before;
            encoding().beginFrame(out);
        }
        encoding().beginMessage(out, first);
        messageStart = out.position();
        return before;
    }

    /** Whether the message that began at {@code before} has made a frame too long that was not empty before it. */
    private boolean overflowsFrame(int before) {
        return frameStart < before && out.position() - frameStart > encoding().maxFrameBytes();
    }

    /** Takes the message back and begins it in a frame of its own; returns where. */
    private int beginAgain(int before) {
        out.position(before);
        endFrame();
        return beginMessage();
    }

    private boolean endMessage(int before, boolean carried) {
        if (!carried) {
            out.position(before);
            if (frameStart == before) {
                frameStart = NO_FRAME;
            }
        }
        return carried;
    }

    /** What the frame that is open is about. */
    private void topic(Topic topic) {
        if (topics.length <= frames) {
            topics = Arrays.copyOf(topics, 2 * frames + 2);
        }
        topics[frames] = topic;
    }

    private void endFrame() {
        if (frameStart != NO_FRAME) {
            encoding().endFrame(out, frameStart);
            frameStart = NO_FRAME;
            addFrameEnd();
        }
    }

    private void addFrameEnd() {
        if (frames == frameEnds.length) {
            frameEnds = Arrays.copyOf(frameEnds, frames * 2);
        }
        frameEnds[frames++] = out.position();
    }
}
