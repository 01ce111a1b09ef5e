package dev.relay.internal.channel;

import dev.relay.ErrorCode;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.Publication;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.shard.Shard;
import dev.relay.journal.ReadRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * One history query: what it may see, found in the hot end, in the journal, or at the seam of both.
 *
 * @param limit publications, at least 1
 * @param maxBytes of payload, after the first publication
 */
record HistoryRead(ChannelStream stream, long after, long through, boolean reverse, int limit, long maxBytes) {

    /**
     * Answers a query.
     *
     * @param maxLimit publications in one answer
     * @param home where this is called
     * @param tell is told on {@code asker}'s thread
     */
    static void answer(
            ChannelStream stream,
            HistoryQuery query,
            int maxLimit,
            long maxBytes,
            StreamReader reader,
            Shard home,
            Shard asker,
            Consumer<HistoryResult> tell) {
        Consumer<HistoryResult> answer = result -> home.send(asker.index(), () -> tell.accept(result));
        StreamPosition top = stream.top();
        StreamPosition since = query.since();
        if (since != null && !since.epoch().isEmpty() && !since.epoch().equals(top.epoch())) {
            answer.accept(new Refused(
                    ErrorCode.UNRECOVERABLE_POSITION,
                    "epoch " + since.epoch() + " is not the stream's, which is " + top.epoch()));
            return;
        }
        if (query.reverse() && since != null && since.offset() == 0) {
            answer.accept(new Refused(ErrorCode.BAD_REQUEST, "there is nothing before offset 0"));
            return;
        }
        long after = stream.floor();
        long through = top.offset();
        if (since != null && query.reverse()) {
            through = since.offset() - 1 <= through ? since.offset() - 1 : after;
        } else if (since != null) {
            after = Math.max(after, since.offset());
        }
        if (query.limit() == 0 || after >= through) {
            answer.accept(new History(List.of(), top));
            return;
        }
        int limit = query.limit() < 0 ? maxLimit : Math.min(query.limit(), maxLimit);
        new HistoryRead(stream, after, through, query.reverse(), limit, maxBytes).run(top, reader, asker, answer, tell);
    }

    private void run(
            StreamPosition top,
            StreamReader reader,
            Shard asker,
            Consumer<HistoryResult> answer,
            Consumer<HistoryResult> tell) {
        long seam = Math.min(through, stream.hot().first() - 1); // the journal's part ends here
        List<Publication> hot = newest(seam);
        if (seam <= after || (reverse && hot.size() >= limit)) {
            answer.accept(new History(cut(hot), top));
            return;
        }
        int rest = reverse ? limit - hot.size() : limit;
        ReadRange range = new ReadRange(stream.id(), after, seam, reverse, rest, maxBytes, stream.notBefore());
        reader.read(range, asker, (found, why) -> {
            if (found == null) {
                tell.accept(new Refused(ErrorCode.INTERNAL, why));
                return;
            }
            List<Publication> all = new ArrayList<>(reverse ? hot : found);
            boolean reachesSeam = found.isEmpty() || found.get(found.size() - 1).offset() == seam;
            if (reverse) {
                all.addAll(found);
            } else if (reachesSeam) {
                all.addAll(hot);
            }
            tell.accept(new History(cut(all), top));
        });
    }

    /** What the hot end has, in the order asked for. */
    private List<Publication> newest(long seam) {
        long notBefore = stream.notBefore();
        List<Publication> hot = stream.hot().range(Math.max(after, seam), through);
        hot.removeIf(publication -> publication.timeMicros() < notBefore);
        if (reverse) {
            Collections.reverse(hot);
        }
        return hot;
    }

    /** What there is to be shown, as much as may be returned. */
    private List<Publication> cut(List<Publication> found) {
        List<Publication> publications = found;
        if (found.stream().anyMatch(publication -> publication.data().isWithheld())) {
            publications = found.stream()
                    .filter(publication -> !publication.data().isWithheld())
                    .toList();
        }
        long bytes = 0;
        int count = 0;
        for (Publication publication : publications) {
            bytes += publication.data().size();
            if (count == limit || (count > 0 && bytes > maxBytes)) {
                break;
            }
            count++;
        }
        return publications.subList(0, count);
    }
}
