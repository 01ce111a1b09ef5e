package dev.relay.internal.journal;

import dev.relay.internal.journal.JournalWriter.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the journal writer can do at the moment, and why not more; said in the log once per episode.
 *
 * <p><b>Threading.</b> {@link #state}, {@link #detail} and what follows from them from any thread; the rest is the writer's.
 */
final class Availability {
    private static final Logger LOG = LoggerFactory.getLogger(Availability.class);

    // Written by the writer, read by homes before they accept a publication and by whoever asks for the health. The
    // detail is written first, so that who sees a state sees its detail or a newer one.
    private volatile State state = State.OPENING;
    private volatile String detail = "the journal is being opened";

    State state() {
        return state;
    }

    /** Why the database cannot be used, for people; {@code ""} when it can. */
    String detail() {
        return detail;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether publications are taken, by the journal or by the spool. */
    boolean takesPublications() {
        State now = state;
        return now == State.OPEN || now == State.SPOOLING;
    }

    /** Whether a stream may be found: at once, when the journal opens, or in the spool. */
    boolean takesLoads() {
        State now = state;
        return now != State.UNAVAILABLE && now != State.FAILED;
    }

    void usable() {
        if (state != State.OPEN) {
            if (state != State.SPOOLING && state != State.SPOOL_FULL) { // the end of an outage says more
                LOG.info("the journal is open");
            }
            detail = "";
            state = State.OPEN;
        }
    }

    /** Publications go to the spool. */
    void spooling(String why) {
        if (state != State.SPOOLING && state != State.SPOOL_FULL) {
            LOG.warn("{}; publications are acknowledged from the spool until the database takes them", why);
        } else if (state == State.SPOOL_FULL) {
            LOG.info("the spool takes publications again");
        }
        detail = why;
        state = State.SPOOLING;
    }

    /** Not even the spool takes them. */
    void spoolFull(RuntimeException cause) {
        String why = "the spool takes nothing: " + cause.getMessage();
        if (state != State.SPOOL_FULL) {
            LOG.error("{}; and neither does the database; publications to journaled channels are refused", why);
            LOG.debug("cause", cause);
        }
        detail = why;
        state = State.SPOOL_FULL;
    }

    /** Says so once per episode, and again when it is known to be another failure. */
    void unusable(State now, String what, RuntimeException cause) {
        String why = what + ": " + cause.getMessage();
        if (!why.equals(detail)) {
            detail = why;
            if (now == State.FAILED) {
                LOG.error("{}; publications to journaled channels are refused until a restart", why);
            } else {
                LOG.warn("{}; publications to journaled channels are refused, trying again", why);
            }
            LOG.debug("cause", cause);
        }
        state = now;
    }

    /** The writer's thread cannot go on. */
    void broken(Throwable cause) {
        LOG.error("the journal writer has failed; publications to journaled channels are refused", cause);
        detail = "the journal writer has failed: " + cause;
    }

    /** Nothing more will be done. */
    void ended() {
        state = State.FAILED;
    }
}
