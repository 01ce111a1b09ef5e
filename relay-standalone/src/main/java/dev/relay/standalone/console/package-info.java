/**
 * The web console's server side: who is let in ({@link dev.relay.standalone.console.Passwords}, sessions, tickets), and what
 * is told to those who are (the feed, on channels of namespace {@code console}).
 *
 * <p>Knows nothing of HTTP: that is {@code dev.relay.standalone.http}'s. Nothing here runs on a shard for longer than a look into
 * a map.
 */
@NullMarked
package dev.relay.standalone.console;

import org.jspecify.annotations.NullMarked;
