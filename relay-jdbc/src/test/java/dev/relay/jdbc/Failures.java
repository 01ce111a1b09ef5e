package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relay.journal.Append;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Expects failures, and does what the engine does about those that pass. */
final class Failures {
    private Failures() {}

    static JournalException failure(ThrowingCallable call, Reason reason) {
        JournalException failure = catchThrowableOfType(JournalException.class, call);
        assertThat(failure).as("no failure at all").isNotNull();
        assertThat(failure.reason()).as(failure.toString()).isEqualTo(reason);
        return failure;
    }

    /** Offers the batch until it is in, as the engine's writer does. Returns how often that failed. */
    static int appendAtLast(Journal journal, List<Append> batch) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        for (int failed = 0; ; failed++) {
            try {
                journal.append(batch);
                return failed;
            } catch (JournalException e) {
                if (!e.isTransient() || System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }
}
