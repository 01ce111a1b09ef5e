package dev.relay.standalone.api;

import static java.util.Map.entry;

import java.util.Map;

/** What can be asked for, by name. */
final class Operations {
    /** What may stand alone, in a batch and in the legacy endpoint. */
    static final Map<String, Operation> TABLE = Map.ofEntries(
            entry("publish", Publishing::publish),
            entry("broadcast", Publishing::broadcast),
            entry("subscribe", Controlling::subscribe),
            entry("unsubscribe", Controlling::unsubscribe),
            entry("disconnect", Controlling::disconnect),
            entry("refresh", Controlling::refresh),
            entry("presence", Presences::presence),
            entry("presence_stats", Presences::stats),
            entry("history", Histories::history),
            entry("history_remove", Histories::remove),
            entry("channels", Listing::channels),
            entry("connections", Listing::connections),
            entry("info", Listing::info),
            entry("rpc", Procedures::rpc),
            entry("journal_find", Journals::find),
            entry("journal_streams", Journals::streams),
            entry("journal_events", Journals::events),
            entry("journal_replay", Replaying::replay),
            entry("journal_replay_status", Replaying::status),
            entry("journal_replay_cancel", Replaying::cancel),
            entry("drain", Draining::drain));

    private Operations() {}
}
