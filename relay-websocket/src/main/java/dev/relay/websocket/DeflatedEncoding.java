package dev.relay.websocket;

import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;

/**
 * Another encoding whose frames are deflated where that makes them shorter, for connections that agreed on it. Since the
 * engine encodes once for all receivers of an encoding, it also deflates once for all.
 *
 * <p><b>Threading.</b> Owned by one shard, as its deflater is.
 */
final class DeflatedEncoding implements Encoding {
    private final Encoding plain;
    private final MessageDeflater deflater;

    DeflatedEncoding(Encoding plain, MessageDeflater deflater) {
        this.plain = plain;
        this.deflater = deflater;
    }

    /** The messages are those of the plain one, and so is the name. */
    @Override
    public String name() {
        return plain.name();
    }

    @Override
    public int maxFrameBytes() {
        return plain.maxFrameBytes();
    }

    @Override
    public void beginFrame(OutputBuffer out) {
        plain.beginFrame(out);
    }

    @Override
    public void beginMessage(OutputBuffer out, boolean firstOfFrame) {
        plain.beginMessage(out, firstOfFrame);
    }

    @Override
    public boolean push(OutputBuffer out, String channel, Push push) {
        return plain.push(out, channel, push);
    }

    @Override
    public boolean reply(OutputBuffer out, int id, Reply reply) {
        return plain.reply(out, id, reply);
    }

    @Override
    public void ping(OutputBuffer out) {
        plain.ping(out);
    }

    @Override
    public void endFrame(OutputBuffer out, int frameStart) {
        boolean deflated = deflater.deflate(out, DataFrame.payloadStart(frameStart));
        plain.endFrame(out, frameStart);
        if (deflated) {
            DataFrame.markDeflated(out, frameStart);
        }
    }
}
