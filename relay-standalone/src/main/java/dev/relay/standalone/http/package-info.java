/**
 * The HTTP side: what is not the client protocol. Health today; the console and the server API get their place beside it.
 *
 * <p>Runs on a small pool of its own; nothing here may wait for a shard.
 */
@NullMarked
package dev.relay.standalone.http;

import org.jspecify.annotations.NullMarked;
