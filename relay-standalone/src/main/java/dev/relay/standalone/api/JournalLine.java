package dev.relay.standalone.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.ClientInfo;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.JournalEntry;
import dev.relay.websocket.JsonPayloads;
import org.jspecify.annotations.Nullable;

/** A line of an exported journal. */
public sealed interface JournalLine {
    /** The first one. */
    record Begin(String what) implements JournalLine {}

    /** A stream, before its publications. */
    record Stream(String channel, String epoch, long trimmedTo) implements JournalLine {}

    /** A publication. */
    record Entry(JournalEntry entry) implements JournalLine {}

    /** The last one: nothing is missing. */
    record End(long streams, long publications) implements JournalLine {}

    /** The line without its end. */
    default byte[] bytes() {
        return JsonOutput.document(out -> {
            out.beginObject();
            if (this instanceof Begin begin) {
                out.number("journal", FORMAT).text("channels", begin.what);
            } else if (this instanceof Stream stream) {
                out.text("stream", stream.channel).text("epoch", stream.epoch).number("trimmed_to", stream.trimmedTo);
            } else if (this instanceof Entry line) {
                write(out, line.entry);
            } else if (this instanceof End end) {
                out.number("end", FORMAT).number("streams", end.streams).number("publications", end.publications);
            }
            out.endObject();
        });
    }

    /** Version of the form. */
    int FORMAT = 1;

    private static void write(JsonOutput out, JournalEntry entry) {
        Publication publication = entry.publication();
        ClientInfo info = publication.info();
        out.text("channel", entry.channel())
                .number("offset", publication.offset())
                .text("append_id", Long.toUnsignedString(entry.appendId(), 16))
                .text("time", Times.text(publication.timeMicros()));
        if (info != null) {
            out.text("user", info.user()).text("client", info.client());
            exact(out, "conn_info", info.connInfo());
            exact(out, "chan_info", info.chanInfo());
        }
        if (!publication.tags().isEmpty()) {
            out.map("tags", publication.tags(), JsonOutput::element);
        }
        if (publication.data().isWithheld()) {
            out.flag("withheld", true);
        } else {
            exact(out, "data", publication.data());
        }
    }

    /** As JSON if exactly these bytes come back, else in Base64. */
    private static void exact(JsonOutput out, String name, @Nullable Payload payload) {
        if (payload == null) {
            return;
        }
        Payload json = JsonPayloads.verifier().verify(payload);
        String text = payload.text();
        if (json != null && json.equals(payload) && text.equals(text.strip())) {
            out.payload(name, payload);
        } else {
            out.bytes("b64" + name, payload);
        }
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException with what is wrong with it
     */
    static JournalLine parse(byte[] line) {
        try {
            JsonObject object = JsonInput.object(line);
            if (object.has("journal")) {
                format(object, "journal");
                return new Begin(object.text("channels"));
            } else if (object.has("stream")) {
                return new Stream(text(object, "stream"), text(object, "epoch"), object.unsigned("trimmed_to"));
            } else if (object.has("end")) {
                format(object, "end");
                return new End(object.unsigned("streams"), object.unsigned("publications"));
            }
            return new Entry(entry(object));
        } catch (MalformedRequestException | RefusedRequestException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void format(JsonObject object, String name) {
        long format = object.unsigned(name);
        if (format != FORMAT) {
            throw new IllegalArgumentException("form " + format + " is not known; this Relay reads " + FORMAT);
        }
    }

    private static JournalEntry entry(JsonObject object) {
        String channel = text(object, "channel");
        Payload data = object.flag("withheld") ? Payload.withheld() : payload(object, "data");
        ClientInfo info = object.has("client")
                ? new ClientInfo(
                        object.text("user"),
                        object.text("client"),
                        payload(object, "conn_info"),
                        payload(object, "chan_info"))
                : null;
        if (data == null) {
            throw new IllegalArgumentException("data is missing");
        }
        Publication publication = new Publication(
                data,
                info,
                object.texts("tags"),
                new StreamPosition(object.number("offset", 1, Long.MAX_VALUE), ""),
                Times.micros(text(object, "time")));
        return new JournalEntry(channel, Long.parseUnsignedLong(text(object, "append_id"), 16), publication);
    }

    private static @Nullable Payload payload(JsonObject object, String name) {
        Payload payload = object.payload(name);
        return payload == null && object.has("b64" + name) ? Payload.empty() : payload;
    }

    private static String text(JsonObject object, String name) {
        String text = object.text(name);
        if (text.isEmpty()) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return text;
    }

    /** A line as text, for messages: its beginning. */
    static String shown(byte[] line) {
        String text = new String(line, 0, Math.min(line.length, 100), UTF_8);
        return line.length > 100 ? text + "…" : text;
    }
}
