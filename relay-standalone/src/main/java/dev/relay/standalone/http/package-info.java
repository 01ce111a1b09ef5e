/**
 * The HTTP side: what is not the client protocol. Health and the server API today; the console gets its
 * place beside them.
 *
 * <p>Runs on a small pool of its own; nothing here may wait for a shard.
 */
@NullMarked
package dev.relay.standalone.http;

import org.jspecify.annotations.NullMarked;
