/**
 * Proofs of what the journal promises, run against the runnable jar and a real database: processes are killed, frozen and
 * measured from outside, and what was acknowledged is compared with the rows. Invariant: nothing here looks into Relay.
 */
@NullMarked
package dev.relay.benchmarks.journal;

import org.jspecify.annotations.NullMarked;
