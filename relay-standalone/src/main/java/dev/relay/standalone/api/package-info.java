/**
 * The server API: what an application's back end may ask of the engine, as JSON in and JSON out. Knows nothing of HTTP but
 * status numbers; {@code dev.relay.standalone.http} brings the requests.
 *
 * <p>A request is read whole by its {@link dev.relay.standalone.api.Operation} before anything is done, becomes a {@link
 * dev.relay.standalone.api.Call}, and that a call of the engine. Nothing here blocks.
 */
@NullMarked
package dev.relay.standalone.api;

import org.jspecify.annotations.NullMarked;
