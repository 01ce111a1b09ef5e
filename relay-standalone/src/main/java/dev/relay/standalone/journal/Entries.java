package dev.relay.standalone.journal;

import dev.relay.journal.JournalEntry;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.JournalReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pages of a search, one in memory at a time. */
final class Entries {
    private final JournalReader reader;
    private @Nullable JournalQuery next;

    Entries(JournalReader reader, JournalQuery query) {
        this.reader = reader;
        this.next = query;
    }

    /** Some more, perhaps none yet; {@code null} at the end. */
    @Nullable
    List<JournalEntry> page() {
        JournalQuery query = next;
        if (query == null) {
            return null;
        }
        JournalPage page = reader.find(query);
        next = page.more() ? query.after(page.cursor()) : null;
        return page.entries();
    }
}
