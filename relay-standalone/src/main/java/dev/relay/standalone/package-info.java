/** The runnable server: reads the configuration, wires engine, edge, journal and HTTP side, and waits for the end. */
@NullMarked
package dev.relay.standalone;

import org.jspecify.annotations.NullMarked;
