package dev.relay;

import java.util.concurrent.CompletionStage;

/**
 * A replay of a channel. Implemented by Relay only.
 *
 * <p><b>Threading.</b> Any thread; nothing blocks.
 */
public interface Replay {
    /** How far it has come. */
    enum State {
        /** It goes on. */
        RUNNING,
        /** Everything has been published. */
        DONE,
        /** It was cancelled, or the engine is stopping. */
        CANCELLED,
        /** It cannot go on; {@link Progress#detail} says why. */
        FAILED
    }

    /**
     * What has been done so far.
     *
     * @param published publications that were acknowledged
     * @param lastOffset the last of these in the source; begin behind it to go on where this one ended. 0 for none
     * @param total how many there are to publish; -1 if that is not known, as with a range of time
     * @param detail why it failed, or what it waits for; {@code ""} if all is well
     */
    record Progress(State state, long published, long lastOffset, long total, String detail) {}

    /** Names it within this engine. */
    String id();

    ReplayRequest request();

    Progress progress();

    /** Ends it; what is on its way is still published. Does nothing if it has ended. */
    void cancel();

    /** Completes with the last progress when it has ended. It does not fail. */
    CompletionStage<Progress> ended();
}
