/** A shop whose orders and messages about them are committed together. */
@org.jspecify.annotations.NullMarked
package dev.relay.samples.outbox;
