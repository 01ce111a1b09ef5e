/**
 * The way into the journal: what waits is committed together. Invariant: within a stream, appends are offered to the
 * journal in offset order, and the home learns the outcome in that order. One thread of its own, which may block.
 */
package dev.relay.internal.journal;
