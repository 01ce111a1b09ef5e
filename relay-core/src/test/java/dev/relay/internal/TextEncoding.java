package dev.relay.internal;

import dev.relay.Publication;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;

/**
 * An encoding for people: a frame is {@code [message|message]}, a publication {@code news#5=hello}. It cannot carry
 * payloads that begin with {@code binary}.
 */
public final class TextEncoding implements Encoding {
    private final int maxFrameBytes;

    public TextEncoding() {
        this(64 << 10);
    }

    public TextEncoding(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public String name() {
        return "text";
    }

    @Override
    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    @Override
    public void beginFrame(OutputBuffer out) {
        out.put((byte) '[');
    }

    @Override
    public void beginMessage(OutputBuffer out, boolean firstOfFrame) {
        if (!firstOfFrame) {
            out.put((byte) '|');
        }
    }

    @Override
    public boolean push(OutputBuffer out, String channel, Push push) {
        out.putUtf8(channel);
        if (push instanceof Publication publication) {
            return publication(out, publication);
        } else if (push instanceof Push.Unsubscribed ended) {
            out.putUtf8(" unsubscribed ").putDecimal(ended.code());
        }
        return true;
    }

    @Override
    public boolean reply(OutputBuffer out, int id, Reply reply) {
        out.putDecimal(id).put((byte) ':');
        if (reply instanceof Reply.Connected connected) {
            out.putUtf8("connected");
            return connected.data() == null || !connected.data().text().startsWith("binary");
        } else if (reply instanceof Reply.Subscribed subscribed) {
            return subscribed(out, subscribed);
        } else if (reply instanceof Reply.Unsubscribed) {
            out.putUtf8("unsubscribed");
        } else if (reply instanceof Reply.Published) {
            out.putUtf8("published");
        } else if (reply instanceof Reply.History history) {
            out.putUtf8("history top=").putDecimal(history.top().offset());
            return all(out, history.publications());
        } else if (reply instanceof Reply.Refreshed refreshed) {
            out.putUtf8("refreshed").putUtf8(refreshed.expires() ? " ttl=" : " for ever");
            if (refreshed.expires()) {
                out.putDecimal(refreshed.ttlSeconds());
            }
        } else if (reply instanceof Reply.Failed failed) {
            out.putUtf8("error ").putDecimal(failed.error().code());
        }
        return true;
    }

    @Override
    public void ping(OutputBuffer out) {
        out.putUtf8("ping");
    }

    @Override
    public void endFrame(OutputBuffer out, int frameStart) {
        out.put((byte) ']');
    }

    private static boolean subscribed(OutputBuffer out, Reply.Subscribed reply) {
        out.putUtf8("subscribed");
        if (reply.positioned()) {
            out.putUtf8(reply.recoverable() ? " recoverable at " : " positioned at ")
                    .putDecimal(reply.position().offset());
        }
        if (reply.wasRecovering()) {
            out.putUtf8(reply.recovered() ? " recovered" : " not recovered");
        }
        return all(out, reply.publications());
    }

    private static boolean all(OutputBuffer out, Iterable<Publication> publications) {
        boolean carried = true;
        for (Publication publication : publications) {
            out.put((byte) ' ');
            carried &= publication(out, publication);
        }
        return carried;
    }

    private static boolean publication(OutputBuffer out, Publication publication) {
        if (publication.offset() > 0) {
            out.put((byte) '#').putDecimal(publication.offset());
        }
        out.put((byte) '=').put(publication.data());
        return !publication.data().text().startsWith("binary");
    }
}
