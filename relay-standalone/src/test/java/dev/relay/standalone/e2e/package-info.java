/**
 * The runnable jar as its users meet it: started as a child process, spoken to over the network by the official JavaScript
 * SDK and by hand, killed, starved and misconfigured; then its journal is read by a program that knows nothing of Relay but
 * the two tables.
 */
@NullMarked
package dev.relay.standalone.e2e;

import org.jspecify.annotations.NullMarked;
