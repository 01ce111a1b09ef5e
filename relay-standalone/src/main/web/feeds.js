/**
 * What the server tells once a second, with the last minutes of it, for all pages; and watches of traffic, one for whoever wants
 * one. Buffers have a fixed size: a console that is open for a week holds no more than after five minutes.
 */
import { Ring } from "./ring.js";
import { server } from "./server.js";
import { Socket } from "./socket.js";

const KEPT_SECONDS = 300;

export const socket = new Socket(
  () => server.session.websocket,
  () => server.ticket(),
);

class Feed extends EventTarget {
  latest = null;
  error = "";
  history = new Ring(KEPT_SECONDS);

  constructor(channel) {
    super();
    socket.subscribe(
      channel,
      undefined,
      (data) => {
        this.latest = data;
        this.error = "";
        this.history.push(this.reduce(data));
        this.dispatchEvent(new Event("data"));
      },
      (error) => {
        this.error = error;
        this.dispatchEvent(new Event("data"));
      },
    );
  }

  reduce(data) {
    return data;
  }
}

/** Of the picture only the sums are kept. */
class FlowFeed extends Feed {
  reduce(data) {
    const seconds = Math.max(0.001, (data.to - data.from) / 1e6);
    return {
      time: data.to / 1e6,
      published: data.published / seconds,
      bytes: data.bytes / seconds,
      deliveries: data.deliveries / seconds,
      commitMillis: data.journal?.commit_ms_p99 ?? null,
    };
  }

  /** Seconds that the latest picture is about. */
  get seconds() {
    return this.latest ? Math.max(0.001, (this.latest.to - this.latest.from) / 1e6) : 1;
  }
}

class NodeFeed extends Feed {
  reduce(data) {
    return {
      time: data.time / 1e6,
      cpu: data.process?.cpu ?? null,
      heap: data.process?.heap_used ?? null,
      shards: (data.shards ?? []).map((shard) => shard.load),
    };
  }
}

export const flow = new FlowFeed("console:flow");
export const node = new NodeFeed("console:node");

/**
 * Watches traffic until the returned function is called.
 *
 * @param filter `{channels, user, text, kinds, per_second}` as the server takes it
 */
export function watch(filter, onData, onError) {
  return socket.subscribe("console:traffic:" + crypto.randomUUID(), filter, onData, onError);
}
