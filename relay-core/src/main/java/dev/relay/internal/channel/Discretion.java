package dev.relay.internal.channel;

import dev.relay.ChannelOptions;
import dev.relay.ClientInfo;
import dev.relay.JsonRedactor;
import dev.relay.Payload;
import dev.relay.Publication;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a channel's publications, where that is not all of them. Subscribers get them whole when they are published;
 * everybody who asks later gets what is kept, whether it is found in memory or in the journal.
 *
 * <p>The payload alone may be in memory without being in the journal: who was away for a moment recovers it, and who was away
 * for longer is told that it has missed something.
 */
final class Discretion {
    private final ChannelOptions options;
    private final @Nullable JsonRedactor redactor;

    private Discretion(ChannelOptions options, @Nullable JsonRedactor redactor) {
        this.options = options;
        this.redactor = redactor;
    }

    /** Of a channel; {@code null} if everything is kept. */
    static @Nullable Discretion of(ChannelOptions options, @Nullable JsonRedactor redactor) {
        boolean keepsAll = options.journalPayload()
                && options.journalIdentity()
                && options.journalRedact().isEmpty();
        return keepsAll ? null : new Discretion(options, redactor);
    }

    /** What is kept in memory. */
    Publication kept(Publication live) {
        ClientInfo info = options.journalIdentity() ? live.info() : null;
        return with(live, redacted(live.data()), info);
    }

    /** What is journaled of what is kept. */
    Publication journaled(Publication kept) {
        return options.journalPayload() ? kept : with(kept, Payload.withheld(), kept.info());
    }

    /** Nothing where it cannot be told what is to be taken out. */
    private Payload redacted(Payload data) {
        if (options.journalRedact().isEmpty()) {
            return data;
        }
        Payload redacted = redactor == null ? null : redactor.redact(data, options.journalRedact());
        return redacted == null ? Payload.withheld() : redacted;
    }

    private static Publication with(Publication publication, Payload data, @Nullable ClientInfo info) {
        return new Publication(data, info, publication.tags(), publication.position(), publication.timeMicros());
    }
}
