package dev.relay;

/** The answer to a history query: {@link History}, or {@link Refused} with the reason. */
public sealed interface HistoryResult permits History, Refused {}
