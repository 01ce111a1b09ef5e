package dev.relay.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relay.Publication;
import dev.relay.journal.Append;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the implementor provides, and an owner of the store for each test to begin with. */
abstract class JournalFixture {
    private final List<Journal> opened = new ArrayList<>();

    /** The owner of the store. Set before each test. */
    @SuppressWarnings("NullAway.Init") // by JUnit, in ownTheStore
    Journal journal;

    /**
     * Makes a journal on this test's store, not yet opened. The store of each test is its own: empty, reachable and not
     * owned by anybody when the test begins.
     */
    protected abstract Journal journal();

    /**
     * Ends an open journal as a killed process does: without {@link Journal#close}, keeping what was committed. The
     * store can be taken over at once after that, since its owner is known to be dead.
     */
    protected abstract void crash(Journal journal);

    /** Opens another journal, which takes the store over from an owner that lives and does not know of it. */
    protected abstract Journal replace(Journal owner);

    @BeforeEach
    final void ownTheStore() {
        journal = open();
    }

    @AfterEach
    final void closeAll() {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    final Journal open() {
        Journal next = closedAtTheEnd(journal());
        next.open();
        return next;
    }

    final Journal closedAtTheEnd(Journal next) {
        opened.add(next);
        return next;
    }

    /** A clean stop and a start. */
    final void restart() {
        journal.close();
        journal = open();
    }

    /** An unclean stop and a start. */
    final void crashAndRestart() {
        crash(journal);
        journal = open();
    }

    static JournalException failure(ThrowingCallable call, Reason reason) {
        JournalException failure = catchThrowableOfType(JournalException.class, call);
        assertThat(failure).as("no failure at all").isNotNull();
        assertThat(failure.reason()).as(failure.toString()).isEqualTo(reason);
        assertThat(failure).message().isNotBlank();
        return failure;
    }

    static List<Publication> publications(List<Append> appends) {
        return appends.stream().map(Append::publication).toList();
    }

    static List<Long> offsets(List<Publication> publications) {
        return publications.stream().map(Publication::offset).toList();
    }
}
