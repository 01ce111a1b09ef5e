package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A part of what a search finds.
 *
 * @param entries in the order asked for
 * @param cursor for {@link JournalQuery#after}: goes on behind what was looked at for this page, whether something of it was
 *     found or not. It stays good, also after a restart; at the end of an oldest-first search it finds what is appended later
 * @param more whether something may follow: a limit was reached, or the time
 */
public record JournalPage(List<JournalEntry> entries, String cursor, boolean more) {
    public JournalPage {
        entries = List.copyOf(entries);
        requireNonNull(cursor, "cursor");
    }
}
