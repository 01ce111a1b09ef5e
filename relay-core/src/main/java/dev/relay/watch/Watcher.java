package dev.relay.watch;

/**
 * Is told what a watch has seen.
 *
 * <p><b>Listener contract.</b> Calls for one watch are serial and in order, on a thread of the engine's executor. While one
 * lasts, nothing is lost: the next report covers a longer time. A throw is logged and ends the watch.
 */
@FunctionalInterface
public interface Watcher {
    /** What has happened since the last report. */
    void report(WatchReport report);

    /** The watch has ended other than by {@link Watch#close}: the engine stops or a call threw. Called once, last. */
    default void ended() {}
}
