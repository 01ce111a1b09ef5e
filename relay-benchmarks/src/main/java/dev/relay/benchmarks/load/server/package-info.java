/** The servers that are compared, each written the way its own documentation would have it. */
@NullMarked
package dev.relay.benchmarks.load.server;

import org.jspecify.annotations.NullMarked;
