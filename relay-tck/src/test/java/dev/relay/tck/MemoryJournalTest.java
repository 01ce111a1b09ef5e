package dev.relay.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Durability;
import dev.relay.journal.Journal;
import dev.relay.journal.MemoryJournal;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryJournalTest extends JournalContract {
    private final MemoryJournal store = new MemoryJournal();

    @Override
    protected Journal journal() {
        return store.reopen();
    }

    @Override
    protected void crash(Journal journal) {
        ((MemoryJournal) journal).abandon();
    }

    @Override
    protected Journal replace(Journal owner) {
        ((MemoryJournal) owner).abandon();
        Journal journal = journal();
        journal.open();
        return journal;
    }

    @Test
    void a_bounded_store_deletes_the_oldest_and_says_so() {
        try (MemoryJournal bounded = new MemoryJournal(3)) {
            bounded.open();
            StreamRequest request = new StreamRequest("news", Durability.SYNC);
            StreamState stream = bounded.load(List.of(request)).get(0);
            bounded.append(Samples.appends(stream, 1, 5));

            StreamState now = bounded.load(List.of(request)).get(0);
            assertThat(now.top()).isEqualTo(5);
            assertThat(now.trimmedTo()).isEqualTo(2);
            assertThat(bounded.read(Samples.all(stream)))
                    .extracting(publication -> publication.offset())
                    .containsExactly(3L, 4L, 5L);
        }
    }
}
