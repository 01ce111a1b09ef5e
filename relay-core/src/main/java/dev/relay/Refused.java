package dev.relay;

import static java.util.Objects.requireNonNull;

/**
 * The request was not carried out, and this is why. Nothing of it is known to be stored or delivered.
 *
 * @param error what a client would be told; {@link ErrorCode#temporary()} says whether trying again makes sense
 * @param detail what failed, with values, for logs and people
 */
public record Refused(ErrorCode error, String detail)
        implements PublishResult, HistoryResult, PresenceResult, PresenceStatsResult, ControlResult, RpcResult {
    public Refused {
        requireNonNull(error, "error");
        requireNonNull(detail, "detail");
    }
}
