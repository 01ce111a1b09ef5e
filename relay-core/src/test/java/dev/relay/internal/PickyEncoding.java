package dev.relay.internal;

import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import java.util.function.Predicate;

/** As {@link TextEncoding}, but there are pushes and replies that it cannot carry, and some that it breaks on. */
public final class PickyEncoding implements Encoding {
    private final TextEncoding text = new TextEncoding();
    private Predicate<Object> refuses = message -> false;
    private Predicate<Object> breaksOn = message -> false;

    public PickyEncoding refusing(Predicate<Object> which) {
        refuses = which;
        return this;
    }

    public PickyEncoding breakingOn(Predicate<Object> which) {
        breaksOn = which;
        return this;
    }

    @Override
    public String name() {
        return "picky";
    }

    @Override
    public int maxFrameBytes() {
        return text.maxFrameBytes();
    }

    @Override
    public void beginFrame(OutputBuffer out) {
        text.beginFrame(out);
    }

    @Override
    public void beginMessage(OutputBuffer out, boolean firstOfFrame) {
        text.beginMessage(out, firstOfFrame);
    }

    @Override
    public boolean push(OutputBuffer out, String channel, Push push) {
        return text.push(out, channel, push) && carries(push);
    }

    @Override
    public boolean reply(OutputBuffer out, int id, Reply reply) {
        return text.reply(out, id, reply) && carries(reply);
    }

    @Override
    public void ping(OutputBuffer out) {
        text.ping(out);
    }

    @Override
    public void endFrame(OutputBuffer out, int frameStart) {
        text.endFrame(out, frameStart);
    }

    private boolean carries(Object message) {
        if (breaksOn.test(message)) {
            throw new IllegalStateException(
                    "cannot encode " + message.getClass().getSimpleName());
        }
        return !refuses.test(message);
    }
}
