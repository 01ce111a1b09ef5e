/** Relay inside an application, with a page that talks to it. */
@NullMarked
package dev.relay.samples.embedded;

import org.jspecify.annotations.NullMarked;
