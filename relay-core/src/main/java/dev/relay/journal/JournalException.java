package dev.relay.journal;

import dev.relay.RelayException;
import org.jspecify.annotations.Nullable;

/** A journal could not do what it was asked; {@link #reason()} says what the engine will do about it. */
public final class JournalException extends RelayException {
    private static final long serialVersionUID = 1L;

    /** What is known, and so what to do next. */
    public enum Reason {
        /** Nothing was written, and later it may work: not reachable, disk full, deadlock, read-only. */
        UNAVAILABLE,
        /** It may have been written or not: the connection broke in the commit. The same batch must be offered again. */
        UNKNOWN_OUTCOME,
        /** Another living owner holds the store: it can be had when that one has ended. Said by {@link Journal#open} only. */
        OWNED,
        /** Nothing was written, and it will not work later either. */
        REFUSED,
        /**
         * Nothing was written: the stream is not as the caller knows it, since commits are missing. It works again when they
         * have been made good, or when the caller goes on from where the stream stands now.
         */
        BEHIND,
        /** Nothing was written: another publication stands at this offset, so another engine has written into the stream. */
        OCCUPIED,
        /** Another engine owns the journal. This engine must not write any more. */
        FENCED
    }

    private final Reason reason;

    public JournalException(Reason reason, String message) {
        this(reason, message, null);
    }

    public JournalException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Whether the same call may succeed later. */
    public boolean isTransient() {
        return reason == Reason.UNAVAILABLE || reason == Reason.UNKNOWN_OUTCOME || reason == Reason.OWNED;
    }
}
