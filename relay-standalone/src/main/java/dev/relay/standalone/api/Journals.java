package dev.relay.standalone.api;

import dev.relay.ErrorCode;
import dev.relay.JournalView;
import dev.relay.Publication;
import dev.relay.RelayException;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import dev.relay.journal.EventPosition;
import dev.relay.journal.EventQuery;
import dev.relay.journal.Glob;
import dev.relay.journal.JournalEntry;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.StreamPage;
import dev.relay.journal.StreamQuery;
import dev.relay.journal.StreamSummary;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is in the journal: {@code journal_find}, {@code journal_streams} and {@code journal_events}. Errors say what is wrong. */
final class Journals {
    private static final int DEFAULT_LIMIT = 100;

    private Journals() {}

    static Call find(JsonObject request) {
        JournalQuery query = sensible(() -> narrowed(
                request.flag("reverse") ? JournalQuery.newest(limit(request)) : JournalQuery.oldest(limit(request)),
                request));
        return relay -> {
            JournalView journal = relay.journal();
            return answered(journal.find(query).thenCompose(page -> known(journal, query, page)), Journals::answer);
        };
    }

    private static int limit(JsonObject request) {
        int limit = (int) request.number("limit", Integer.MIN_VALUE, Integer.MAX_VALUE);
        return limit == 0 ? DEFAULT_LIMIT : limit;
    }

    private static JournalQuery narrowed(JournalQuery all, JsonObject request) {
        JournalQuery query = all;
        query = request.has("channel") ? query.inChannel(named(request, "channel")) : query;
        query = request.has("pattern") ? query.inChannels(request.text("pattern")) : query;
        query = request.has("user") ? query.ofUser(request.text("user")) : query;
        query = request.has("client") ? query.ofClient(request.text("client")) : query;
        query = query.tagged(request.texts("tags"));
        if (request.has("after_offset") || request.has("through_offset")) {
            long through = request.has("through_offset") ? request.unsigned("through_offset") : Long.MAX_VALUE;
            query = query.offsets(request.unsigned("after_offset"), through);
        }
        if (request.has("from") || request.has("to")) {
            query = query.between(time(request, "from", Long.MIN_VALUE), time(request, "to", Long.MAX_VALUE));
        }
        query = request.has("max_bytes") ? query.maxBytes(request.unsigned("max_bytes")) : query;
        return query.after(request.text("cursor"));
    }

    /** A text that is not empty. */
    static String named(JsonObject request, String name) {
        String text = request.text(name);
        if (text.isEmpty()) {
            throw new IllegalArgumentException(name + " is not given or empty");
        }
        return text;
    }

    static long time(JsonObject request, String name, long otherwise) {
        return request.has(name) ? Times.micros(request.text(name)) : otherwise;
    }

    /** Nothing in a channel of which there is nothing at all is most likely a slip of the pen. */
    private static CompletionStage<JournalPage> known(JournalView journal, JournalQuery query, JournalPage page) {
        String channel = query.channel();
        if (channel == null || page.more() || !page.entries().isEmpty()) {
            return CompletableFuture.completedFuture(page);
        }
        return journal.streams(new StreamQuery(Glob.literal(channel), "", 1)).thenApply(streams -> {
            if (streams.streams().isEmpty()) {
                throw new RefusedRequestException(
                        ApiError.of(ErrorCode.UNKNOWN_CHANNEL).saying("the journal has nothing of " + channel),
                        channel);
            }
            return page;
        });
    }

    private static Answer answer(JournalPage page) {
        return new Answer.Result(out -> {
            out.list("publications", page.entries(), Journals::write);
            out.text("cursor", page.cursor()).flag("more", page.more());
        });
    }

    private static void write(JsonOutput out, JournalEntry entry) {
        Publication publication = entry.publication();
        out.beginObject()
                .text("channel", entry.channel())
                .number("offset", publication.offset())
                .text("epoch", publication.position().epoch())
                .text("time", Times.text(publication.timeMicros()));
        if (publication.data().isWithheld()) {
            out.flag("withheld", true);
        } else {
            out.payload("data", publication.data());
        }
        if (publication.info() != null) {
            Presences.write(out.name("info"), publication.info());
        }
        if (!publication.tags().isEmpty()) {
            out.map("tags", publication.tags(), JsonOutput::element);
        }
        out.endObject();
    }

    static Call streams(JsonObject request) {
        StreamQuery query = sensible(() -> {
            StreamQuery all = StreamQuery.all(limit(request)).after(request.text("cursor"));
            return request.has("pattern") ? all.inChannels(request.text("pattern")) : all;
        });
        return relay -> answered(relay.journal().streams(query), Journals::answer);
    }

    private static Answer answer(StreamPage page) {
        return new Answer.Result(out ->
                out.list("streams", page.streams(), Journals::write).textUnlessEmpty("next_cursor", page.cursor()));
    }

    private static void write(JsonOutput out, StreamSummary stream) {
        out.beginObject()
                .text("channel", stream.state().channel())
                .text("epoch", stream.state().epoch())
                .number("offset", stream.state().top())
                .number("trimmed_to", stream.state().trimmedTo())
                .number("count", stream.count());
        if (stream.lastMicros() != 0) {
            out.text("first_time", Times.text(stream.firstMicros())).text("last_time", Times.text(stream.lastMicros()));
        }
        out.endObject();
    }

    static Call events(JsonObject request) {
        EventQuery query = sensible(() -> {
            EventQuery all =
                    request.flag("reverse") ? EventQuery.newest(limit(request)) : EventQuery.oldest(limit(request));
            all = request.has("from") || request.has("to")
                    ? all.between(time(request, "from", Long.MIN_VALUE), time(request, "to", Long.MAX_VALUE))
                    : all;
            all = request.has("kinds")
                    ? all.of(request.textList("kinds").stream()
                            .map(EventKind::of)
                            .collect(Collectors.toSet()))
                    : all;
            all = request.has("user") ? all.ofUser(request.text("user")) : all;
            all = request.has("client") ? all.ofClient(request.text("client")) : all;
            all = request.has("channel") ? all.ofChannel(request.text("channel")) : all;
            String cursor = request.text("cursor");
            return cursor.isEmpty() ? all : all.after(position(cursor));
        });
        return relay -> answered(relay.journal().events(query), events -> answer(events, query.limit()));
    }

    private static EventPosition position(String cursor) {
        String[] parts = cursor.split("_", -1);
        try {
            if (parts.length == 2) {
                return new EventPosition(Long.parseLong(parts[0], 36), Long.parseLong(parts[1], 36));
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("\"" + cursor + "\" is not a cursor that journal_events has returned");
    }

    private static Answer answer(List<ConnectionEvent> events, int limit) {
        return new Answer.Result(out -> {
            out.list("events", events, Journals::write);
            if (events.size() == limit) {
                EventPosition last = events.get(limit - 1).position();
                out.text("next_cursor", Long.toString(last.timeMicros(), 36) + "_" + Long.toString(last.id(), 36));
            }
        });
    }

    private static void write(JsonOutput out, ConnectionEvent event) {
        out.beginObject()
                .text("time", Times.text(event.timeMicros()))
                .text("kind", event.kind().text())
                .text("node", event.node())
                .text("user", event.user())
                .textUnlessEmpty("client", event.client())
                .textUnlessEmpty("channel", event.channel())
                .textUnlessEmpty("address", event.address())
                .textUnlessEmpty("sdk", event.sdk())
                .textUnlessEmpty("sdk_version", event.sdkVersion());
        if (event.code() != 0) {
            out.number("code", event.code());
        }
        out.textUnlessEmpty("reason", event.reason())
                .number("count", event.count())
                .endObject();
    }

    /** Makes something of a request, or says what is wrong with it. */
    static <T> T sensible(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            String why = String.valueOf(e.getMessage());
            throw new RefusedRequestException(ApiError.BAD_REQUEST.saying(why), why);
        }
    }

    /** The answer of a stage, and what its failures say to callers. */
    static <T> CompletionStage<Answer> answered(CompletionStage<T> stage, Function<T, Answer> answer) {
        return stage.thenApply(answer).exceptionally(failure -> {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return new Answer.Failed(error(cause));
        });
    }

    private static ApiError error(Throwable cause) {
        String why = String.valueOf(cause.getMessage());
        if (cause instanceof RefusedRequestException refused) {
            return refused.error();
        } else if (cause instanceof IllegalArgumentException
                || (cause instanceof JournalException journal && journal.reason() == Reason.REFUSED)) {
            return ApiError.BAD_REQUEST.saying(why);
        } else if (cause instanceof JournalException) {
            return ApiError.INTERNAL.because(why); // how the database is called is the operator's business
        } else if (cause instanceof RelayException) {
            return ApiError.of(ErrorCode.TOO_MANY_REQUESTS).saying(why);
        }
        throw cause instanceof RuntimeException runtime ? runtime : new CompletionException(cause);
    }
}
