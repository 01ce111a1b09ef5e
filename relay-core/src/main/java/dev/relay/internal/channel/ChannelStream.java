package dev.relay.internal.channel;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.ErrorCode;
import dev.relay.History;
import dev.relay.HistoryResult;
import dev.relay.OutboxEntry;
import dev.relay.Publication;
import dev.relay.PublishOptions;
import dev.relay.PublishTracer.Trace;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.internal.journal.PendingAppend;
import dev.relay.internal.journal.PendingTrim;
import dev.relay.internal.journal.Stream;
import dev.relay.journal.Append;
import dev.relay.journal.AppendKey;
import dev.relay.journal.OutboxRow;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stream of a channel at its home: gives offsets and brings publications into the journal.
 *
 * <p>{@code assigned >= committed}, and {@code dispatched} is the position shown outside: with {@link Durability#SYNC} a
 * publication is dispatched when it is committed, with {@link Durability#ASYNC} when it is assigned.
 *
 * <p>When the journal refuses an append, nothing behind it may stay, or there would be a hole. SYNC refuses the publishers
 * and goes on at the offset that was refused. ASYNC has already told everybody: it keeps what is not committed, which is
 * bounded by admission, and offers it again.
 */
final class ChannelStream {
    private static final long OFFER_AGAIN_NANOS = 250_000_000L;

    private final Channel channel;
    private final ChannelOptions options;
    private final ChannelRegistry registry;
    private final JournalWriter writer;
    private final Stream stream;
    private final HotEnd hot;
    private final @Nullable Discretion discretion; // null: everything is kept
    private final Recoveries recoveries;
    private final ArrayDeque<InFlight> uncommitted = new ArrayDeque<>(0); // in offset order; ASYNC only
    private final ArrayDeque<Superseded> superseded = new ArrayDeque<>(0); // in offset order; SYNC only
    private long assigned;
    private long committed;
    private long dispatched;
    private long offered; // everything up to here is with the writer
    private int generation;
    private long generationStart; // the first offset of the current generation
    private int inFlight;
    private long trimmedTo; // everything up to here is deleted
    private int trimming; // removals that are with the writer
    private boolean offersAgain;
    private boolean retired; // the stream goes on elsewhere; here only what is on its way comes to its end

    ChannelStream(Channel channel, ChannelRegistry registry, JournalWriter writer, Stream stream) {
        this.channel = channel;
        this.options = channel.options();
        this.registry = registry;
        this.writer = writer;
        this.stream = stream;
        this.hot = new HotEnd(registry.hotBudget());
        this.discretion = registry.discretion(options);
        this.recoveries = new Recoveries(this, options, registry);
        assigned = committed = dispatched = offered = stream.state().top();
        trimmedTo = stream.state().trimmedTo();
    }

    /** The newest position anybody outside may know. */
    StreamPosition top() {
        return position(dispatched);
    }

    /** Whether publishers are told before the journal has committed. */
    private boolean isAsync() {
        return options.durability() == Durability.ASYNC;
    }

    /** Whether appends, trims or reads are on their way. */
    boolean isBusy() {
        return inFlight > 0 || !uncommitted.isEmpty() || trimming > 0 || recoveries.isBusy();
    }

    /** Whether publishers were told "done" about something that is not in the journal. */
    boolean isBehind() {
        return !uncommitted.isEmpty();
    }

    /** Offers what the journal has refused before, now rather than in a moment. */
    void offerAgain() {
        for (InFlight next : uncommitted) {
            if (next.publication.offset() > offered && !offer(next)) {
                return;
            }
        }
    }

    /**
     * Nothing more is published here: the channel loads the stream again, as something else. What was told to be "done" is
     * offered once more before that.
     */
    void retire() {
        offerAgain();
        retired = true;
        while (!uncommitted.isEmpty() && uncommitted.getLast().publication.offset() > offered) {
            registry.release(uncommitted.removeLast().publishing);
        }
        hot.clear();
    }

    boolean isRetired() {
        return retired;
    }

    /** Gives the memory of its hot end back. */
    void close() {
        hot.clear();
    }

    void publish(Publishing publishing) {
        if (publishing.how().version() > 0 && isOld(publishing)) {
            return;
        }
        InFlight next = new InFlight(
                publishing,
                publishing.at(position(assigned + 1), registry.clock().epochMicros()));
        if (isAsync()) {
            assigned++;
            uncommitted.add(next);
            offer(next);
            dispatch(next);
            kept(publishing);
            channel.published(publishing, next.publication.position());
            registry.meter().acknowledged(Durability.ASYNC, next.publication.timeMicros());
        } else if (offer(next)) {
            assigned++;
        } else {
            refuse(next, writer.detail());
        }
    }

    /**
     * Whether the publication ends here: subscribers have the state that it carries or a later one, or will have it when what
     * is on its way is committed. Its publisher is told with that.
     */
    private boolean isOld(Publishing publishing) {
        PublishOptions how = publishing.how();
        if (!isAsync() && !writer.takesPublications()) {
            // Now, not behind the offer: a version that is taken back takes back those on their way as well.
            channel.refuse(publishing, new Refused(ErrorCode.INTERNAL, writer.detail()));
            return true;
        }
        switch (registry.versions().offer(channel.name(), how.version(), how.versionEpoch())) {
            case NEW -> {
                return false;
            }
            case OLD -> dropped(publishing);
            case UNDECIDED -> superseded.add(new Superseded(publishing, assigned));
        }
        return true;
    }

    private void dropped(Publishing publishing) {
        registry.release(publishing);
        channel.published(publishing, top());
    }

    private void kept(Publishing publishing) {
        PublishOptions how = publishing.how();
        registry.versions().kept(channel.name(), how.version(), how.versionEpoch());
    }

    private void refuse(InFlight failed, String why) {
        if (failed.trace != null) {
            failed.trace.refused(why);
        }
        Publishing publishing = failed.publishing;
        PublishOptions how = publishing.how();
        registry.versions().failed(channel.name(), how.version(), how.versionEpoch());
        channel.refuse(publishing, new Refused(ErrorCode.INTERNAL, why));
    }

    /**
     * Deletes what has been dispatched so far. What of it the journal refuses to take, it has not got to delete: then this is
     * refused too, and the publications stay.
     */
    void removeHistory(Consumer<HistoryResult> answer) {
        if (dispatched == 0) {
            answer.accept(new History(List.of(), top()));
            return;
        }
        Trimming next = new Trimming(dispatched, answer);
        if (writer.trim(new PendingTrim(stream.id(), dispatched, next))) {
            trimming++;
        } else {
            answer.accept(new Refused(ErrorCode.INTERNAL, writer.detail()));
        }
    }

    /** Brings subscribers that come back to the present. */
    Recoveries recoveries() {
        return recoveries;
    }

    long id() {
        return stream.id();
    }

    HotEnd hot() {
        return hot;
    }

    /** Nothing at or below this offset may be read. */
    long floor() {
        long inMemoryOnly = options.journalPayload() ? 0 : Math.min(dispatched, hot.first() - 1);
        return Math.max(Math.max(trimmedTo, inMemoryOnly), dispatched - Math.min(dispatched, options.historySize()));
    }

    /** Nothing accepted before this time may be read, in microseconds since 1970. */
    long notBefore() {
        long ttlSeconds = options.historyTtl().toSeconds();
        long nowMicros = registry.clock().epochMicros();
        return ttlSeconds >= nowMicros / 1_000_000
                ? 0
                : nowMicros - options.historyTtl().toNanos() / 1000;
    }

    /** Everything up to this offset is deleted. */
    void trimmed(long through) {
        trimmedTo = Math.max(trimmedTo, through);
        hot.removeThrough(through);
    }

    private StreamPosition position(long offset) {
        return new StreamPosition(offset, stream.state().epoch());
    }

    private void dispatch(InFlight next) {
        dispatched = next.publication.offset();
        hot.add(next.kept, committed);
        channel.dispatch(next.publication);
        if (next.trace != null) {
            next.trace.dispatched(channel.subscribers());
        }
    }

    /** Hands it to the writer if everything before it is there already. */
    private boolean offer(InFlight next) {
        long offset = next.publication.offset();
        if (offset != offered + 1 || !writer.append(next.pending())) {
            if (isAsync()) {
                offerAgainLater();
            }
            return false;
        }
        offered = offset;
        inFlight++;
        return true;
    }

    private void offerAgainLater() {
        if (!offersAgain) {
            offersAgain = true;
            registry.schedule(OFFER_AGAIN_NANOS, () -> {
                offersAgain = false;
                offerAgain(); // nothing is left if it has retired
            });
        }
    }

    private void committed(InFlight done) {
        inFlight--;
        committed = done.publication.offset();
        registry.release(done.publishing);
        if (done.trace != null) {
            done.trace.committed(done.publication.position());
        }
        if (isAsync()) {
            uncommitted.remove(); // the oldest is the one: commits come in offset order
            hot.trim(committed);
        } else {
            if (retired) { // who stands in the stream has been told; the others get it without a position
                channel.dispatch(done.publishing.at(StreamPosition.NONE, done.publication.timeMicros()));
            } else {
                dispatch(done);
            }
            kept(done.publishing);
            channel.published(done.publishing, done.publication.position());
            registry.meter().acknowledged(Durability.SYNC, done.publication.timeMicros());
            while (!superseded.isEmpty() && superseded.element().by <= committed) {
                dropped(superseded.remove().publishing);
            }
        }
    }

    private void refused(InFlight failed, int failedGeneration, String why) {
        inFlight--;
        long offset = failed.publication.offset();
        boolean first = failedGeneration == generation || offset < generationStart;
        if (first) {
            generation++;
            generationStart = offset;
            offered = offset - 1;
            if (!isAsync()) {
                assigned = offset - 1;
            }
        }
        if (isAsync() && retired) {
            uncommitted.remove(failed);
            registry.release(failed.publishing);
        } else if (isAsync()) {
            offerAgainLater();
        } else {
            refuse(failed, why);
            while (first && !superseded.isEmpty() && superseded.getLast().by >= offset) {
                channel.refuse(superseded.removeLast().publishing, new Refused(ErrorCode.INTERNAL, why));
            }
        }
    }

    /** A publication that is to be dropped if everything up to the offset {@code by} is committed. */
    private record Superseded(Publishing publishing, long by) {}

    /** A removal of history on its way. */
    private final class Trimming implements PendingTrim.Owner {
        private final long through;
        private final Consumer<HistoryResult> answer;

        Trimming(long through, Consumer<HistoryResult> answer) {
            this.through = through;
            this.answer = answer;
        }

        @Override
        public int home() {
            return registry.shard().index();
        }

        @Override
        public void trimmed() {
            trimming--;
            ChannelStream.this.trimmed(through);
            answer.accept(new History(List.of(), top()));
        }

        @Override
        public void notTrimmed(String why) {
            trimming--;
            answer.accept(new Refused(ErrorCode.INTERNAL, why));
        }
    }

    /** A publication between its publisher and the journal. */
    private final class InFlight implements PendingAppend.Owner {
        private final Publishing publishing;
        private final Publication publication;
        private final @Nullable AppendKey key;
        private final Publication kept;
        private final @Nullable Trace trace; // null for most

        InFlight(Publishing publishing, Publication publication) {
            this.publishing = publishing;
            this.publication = publication;
            this.key = registry.repeats().kept(publishing, publication.timeMicros());
            this.kept = discretion == null ? publication : discretion.kept(publication);
            this.trace =
                    registry.tracing().begin(channel.name(), publishing.how().tags(), options.durability());
        }

        PendingAppend pending() {
            long appendId = ThreadLocalRandom.current().nextLong();
            Publication journaled = discretion == null ? kept : discretion.journaled(kept);
            return new PendingAppend(
                    new Append(stream.id(), appendId, journaled, key, outboxRow()), stream, generation, this);
        }

        /**
         * A row that is gone refuses a synchronous append, which then was not made. An asynchronous one is made already, and
         * would be offered again for ever.
         */
        private @Nullable OutboxRow outboxRow() {
            OutboxEntry entry = publishing.how().outboxEntry();
            return entry == null ? null : new OutboxRow(entry.id(), !isAsync());
        }

        @Override
        public int home() {
            return registry.shard().index();
        }

        @Override
        public void committed(PendingAppend append) {
            ChannelStream.this.committed(this);
        }

        @Override
        public void refused(PendingAppend append, String why) {
            ChannelStream.this.refused(this, append.generation(), why);
        }
    }
}
