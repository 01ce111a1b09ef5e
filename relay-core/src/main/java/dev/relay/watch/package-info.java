/**
 * What flows through an engine, sampled: for consoles and for whoever wants to see what happens without being sent all of
 * it. Begins with {@link dev.relay.Relay#watch}.
 */
package dev.relay.watch;
