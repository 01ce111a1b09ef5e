package dev.relay.internal.journal;

import java.util.ArrayList;
import java.util.List;

/** What the writer does together, each kind in the order in which it came. The writer's. */
final class Batch {
    final List<PendingLoad> loads = new ArrayList<>();
    final List<PendingAppend> appends = new ArrayList<>();
    final List<PendingTrim> trims = new ArrayList<>();
    final List<PendingFlush> flushes = new ArrayList<>();

    /** Takes an entry; returns its payload's size, in bytes. */
    long add(Object entry) {
        if (entry instanceof PendingAppend append) {
            appends.add(append);
            return append.append().publication().data().size();
        } else if (entry instanceof PendingLoad load) {
            loads.add(load);
        } else if (entry instanceof PendingFlush flush) {
            flushes.add(flush);
        } else {
            trims.add((PendingTrim) entry);
        }
        return 0;
    }

    int size() {
        return loads.size() + appends.size() + trims.size() + flushes.size();
    }
}
