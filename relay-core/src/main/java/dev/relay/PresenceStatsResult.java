package dev.relay;

/** How many are in a channel: {@link Counted}, or {@link Refused} with the reason. */
public sealed interface PresenceStatsResult permits PresenceStatsResult.Counted, Refused {
    /**
     * @param clients connections that are subscribed
     * @param users distinct users among them; all anonymous ones count as one
     */
    record Counted(int clients, int users) implements PresenceStatsResult {}
}
