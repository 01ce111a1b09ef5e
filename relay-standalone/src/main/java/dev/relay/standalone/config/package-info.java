/**
 * What the operator wants: one table of options, read from flags, environment and file, checked as a whole.
 *
 * <p>Nothing here opens a socket or a database; all of it runs on the main thread before anything is started.
 */
@NullMarked
package dev.relay.standalone.config;

import org.jspecify.annotations.NullMarked;
