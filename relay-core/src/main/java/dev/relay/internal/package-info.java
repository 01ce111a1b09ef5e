/** Puts the engine together; the packages below follow the way of a message: session → channel → journal, outbox. */
package dev.relay.internal;
