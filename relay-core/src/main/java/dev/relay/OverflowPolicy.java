package dev.relay;

/**
 * What becomes of a channel's publications at a subscriber whose socket does not take them as fast as they come. Only
 * whole publications that have not begun to leave are ever given up, and never anything else: not replies, not joins and
 * leaves, not what other channels say.
 */
public enum OverflowPolicy {
    /** All of them wait; more than {@link RelayBuilder#outboxBytes} close the connection with {@link CloseCode#SLOW}. */
    DISCONNECT,
    /** They wait, and where more waits than {@link RelayBuilder#outboxBytes}, the oldest are given up until it fits. */
    DROP_OLDEST,
    /** Only the newest of each channel waits; it takes the place of the one before. */
    CONFLATE
}
