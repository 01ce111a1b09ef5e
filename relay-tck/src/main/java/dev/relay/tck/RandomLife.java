package dev.relay.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Durability;
import dev.relay.Publication;
import dev.relay.journal.Append;
import dev.relay.journal.AppendKey;
import dev.relay.journal.Journal;
import dev.relay.journal.KeptKey;
import dev.relay.journal.ReadRange;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Does random things to a journal and to plain lists, and compares the two. One thread. */
final class RandomLife {
    private static final int CHANNELS = 6;

    private final Random random;
    private final String seed;
    private final List<List<Append>> model = new ArrayList<>();
    private final List<List<KeptKey>> keys = new ArrayList<>(); // the newest first
    private final long[] trimmedTo = new long[CHANNELS];
    private List<StreamState> streams = List.of();
    private List<Append> lastBatch = List.of();

    RandomLife(Random random, String seed) {
        this.random = random;
        this.seed = seed;
        for (int i = 0; i < CHANNELS; i++) {
            model.add(new ArrayList<>());
            keys.add(new ArrayList<>());
        }
    }

    /** Compares epochs and tops as well: these streams are synchronous, so neither ever changes by itself. */
    void load(Journal journal) {
        List<StreamState> loaded = journal.load(IntStream.range(0, CHANNELS)
                .mapToObj(i -> new StreamRequest("random-" + i, Durability.SYNC))
                .toList());
        for (int i = 0; i < loaded.size(); i++) {
            assertThat(loaded.get(i).top()).as(seed).isEqualTo(model.get(i).size());
            assertThat(loaded.get(i).trimmedTo()).as(seed).isEqualTo(trimmedTo[i]);
            assertThat(loaded.get(i).keys()).as(seed).isEqualTo(keys.get(i));
            if (!streams.isEmpty()) {
                assertThat(loaded.get(i).epoch())
                        .as(seed)
                        .isEqualTo(streams.get(i).epoch());
            }
        }
        streams = loaded;
    }

    void deleteExpiredKeys(Journal journal) {
        long nowMicros = Samples.timeMicros(random.nextInt(200));
        while (journal.deleteExpiredKeys(nowMicros)) {
            journal.heartbeat();
        }
        keys.forEach(ofOne -> ofOne.removeIf(key -> key.expiresAtMicros() <= nowMicros));
    }

    void append(Journal journal) {
        loadFirst(journal);
        List<Append> batch = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            int size = random.nextInt(4) == 0 ? random.nextInt(90) : random.nextInt(3);
            for (int n = 0; n < size; n++) {
                Append append = Samples.random(streams.get(i), model.get(i).size() + 1, random);
                model.get(i).add(append);
                AppendKey key = append.key();
                if (key != null) {
                    keys.get(i)
                            .add(0, new KeptKey(key.key(), append.publication().offset(), key.expiresAtMicros()));
                }
                batch.add(append);
            }
        }
        if (!batch.isEmpty()) {
            journal.append(mixed(batch));
            lastBatch = batch;
        }
    }

    void appendAgain(Journal journal) {
        if (!lastBatch.isEmpty()) {
            journal.append(mixed(lastBatch));
        }
    }

    void appendWithHole(Journal journal) {
        loadFirst(journal);
        int i = random.nextInt(CHANNELS);
        journal.append(List.of(Samples.random(streams.get(i), model.get(i).size() + 2 + random.nextInt(5), random)));
    }

    /** Mostly a little, sometimes everything. */
    void trim(Journal journal) {
        loadFirst(journal);
        int i = random.nextInt(CHANNELS);
        long top = model.get(i).size();
        long through = random.nextInt(4) == 0 ? top : Math.min(top, trimmedTo[i] + random.nextInt(20));
        Samples.trim(journal, streams.get(i), through);
        trimmedTo[i] = Math.max(trimmedTo[i], through);
        long id = streams.get(i).streamId();
        boolean broken = lastBatch.stream()
                .anyMatch(append ->
                        append.streamId() == id && append.publication().offset() <= through);
        lastBatch = broken ? List.of() : lastBatch; // the engine offers nothing again that it has trimmed
    }

    void read(Journal journal) {
        loadFirst(journal);
        int i = random.nextInt(CHANNELS);
        long after = random.nextInt(model.get(i).size() + 2);
        long through = after + random.nextInt(100);
        boolean reverse = random.nextBoolean();
        int limit = 1 + random.nextInt(100);
        List<Publication> expected = new ArrayList<>(model.get(i).stream()
                .map(Append::publication)
                .filter(publication -> publication.offset() > Math.max(after, trimmedTo[i]))
                .filter(publication -> publication.offset() <= through)
                .toList());
        if (reverse) {
            Collections.reverse(expected);
        }
        assertThat(journal.read(
                        new ReadRange(streams.get(i).streamId(), after, through, reverse, limit, Long.MAX_VALUE, 0)))
                .as("%s after=%d through=%d reverse=%b limit=%d", seed, after, through, reverse, limit)
                .isEqualTo(expected.subList(0, Math.min(limit, expected.size())));
    }

    void readAll(Journal journal) {
        load(journal);
        for (int i = 0; i < CHANNELS; i++) {
            assertThat(journal.read(Samples.all(streams.get(i))))
                    .as(seed)
                    .isEqualTo(model.get(i).stream()
                            .skip(trimmedTo[i])
                            .map(Append::publication)
                            .toList());
        }
    }

    private void loadFirst(Journal journal) {
        if (streams.isEmpty()) {
            load(journal);
        }
    }

    /** The streams in another order, the offsets of each in theirs. */
    private List<Append> mixed(List<Append> batch) {
        List<Long> ids = new ArrayList<>(batch.stream().map(Append::streamId).toList());
        Collections.shuffle(ids, random);
        List<Append> mixed = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            long id = ids.get(i);
            long nth = ids.subList(0, i).stream().filter(other -> other == id).count();
            batch.stream()
                    .filter(append -> append.streamId() == id)
                    .skip(nth)
                    .findFirst()
                    .ifPresent(mixed::add);
        }
        return mixed;
    }
}
