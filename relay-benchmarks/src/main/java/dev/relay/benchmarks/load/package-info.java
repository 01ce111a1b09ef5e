/**
 * The load bench: each server in a process of its own, the same work for all of them, and every message accounted for.
 * {@code LoadCommand} and {@code AttackCommand} are the two commands; both drive a server through {@code Clients}.
 */
@NullMarked
package dev.relay.benchmarks.load;

import org.jspecify.annotations.NullMarked;
