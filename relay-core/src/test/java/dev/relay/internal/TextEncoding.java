package dev.relay.internal;

import dev.relay.ClientInfo;
import dev.relay.Publication;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import java.util.Map;

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
        } else if (push instanceof Push.Matched matched) {
            out.putUtf8("<").putUtf8(matched.channel());
            return publication(out, matched.publication());
        } else if (push instanceof Push.Joined joined) {
            out.putUtf8(" joined ").putUtf8(who(joined.info()));
        } else if (push instanceof Push.Left left) {
            out.putUtf8(" left ").putUtf8(who(left.info()));
        } else if (push instanceof Push.Subscribed subscribed) {
            out.putUtf8(" subscribed by server");
            if (subscribed.positioned()) {
                out.putUtf8(" at ").putDecimal(subscribed.position().offset());
            }
        } else if (push instanceof Push.Message message) {
            out.putUtf8("message ").put(message.data());
            return !message.data().text().startsWith("binary");
        } else if (push instanceof Push.Refreshed refreshed) {
            out.putUtf8("refreshed").putUtf8(refreshed.expires() ? " ttl=" : " for ever");
            if (refreshed.expires()) {
                out.putDecimal(refreshed.ttlSeconds());
            }
        }
        return true;
    }

    @Override
    public boolean reply(OutputBuffer out, int id, Reply reply) {
        out.putDecimal(id).put((byte) ':');
        if (reply instanceof Reply.Connected connected) {
            out.putUtf8("connected");
            if (connected.expires()) {
                out.putUtf8(" ttl=").putDecimal(connected.ttlSeconds());
            }
            for (Map.Entry<String, Reply.Subscribed> one :
                    connected.subscriptions().entrySet()) {
                out.putUtf8(" ").putUtf8(one.getKey()).putUtf8(":");
                if (!subscribed(out, one.getValue())) {
                    return false;
                }
            }
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
        } else if (reply instanceof Reply.SubRefreshed refreshed) {
            out.putUtf8("sub_refreshed").putUtf8(refreshed.expires() ? " ttl=" : " for ever");
            if (refreshed.expires()) {
                out.putDecimal(refreshed.ttlSeconds());
            }
        } else if (reply instanceof Reply.Presence presence) {
            out.putUtf8("presence");
            presence.clients().values().stream().map(TextEncoding::who).sorted().forEach(one -> out.putUtf8(" ")
                    .putUtf8(one));
        } else if (reply instanceof Reply.PresenceStats stats) {
            out.putUtf8("present ").putDecimal(stats.clients()).putUtf8("/").putDecimal(stats.users());
        } else if (reply instanceof Reply.Returned returned) {
            out.putUtf8("returned");
            if (returned.data() != null) {
                out.putUtf8(" ").put(returned.data());
                return !returned.data().text().startsWith("binary");
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
        if (reply.expires()) {
            out.putUtf8(" ttl=").putDecimal(reply.ttlSeconds());
        }
        if (reply.wasRecovering()) {
            out.putUtf8(reply.recovered() ? " recovered" : " not recovered");
        }
        return all(out, reply.publications());
    }

    /** A user, with what is said of it: {@code ann(vip)}. */
    static String who(ClientInfo info) {
        String said = (info.connInfo() == null ? "" : info.connInfo().text())
                + (info.chanInfo() == null ? "" : "," + info.chanInfo().text());
        return info.user() + (said.isEmpty() ? "" : "(" + said + ")");
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
