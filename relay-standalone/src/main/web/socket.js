/**
 * A small client of the protocol, in JSON, for what the console needs: one connection, subscriptions with data, pings, and
 * coming back after it was lost. Its state is one of "connecting", "connected", "waiting" (for the next attempt) and "stopped".
 *
 * It is a client like any other; only its token is a ticket of the console's session.
 */
const FIRST_WAIT_MILLIS = 500;
const LONGEST_WAIT_MILLIS = 15_000;
const ANSWER_MILLIS = 10_000;
const PING_GRACE_MILLIS = 10_000;

export class Socket extends EventTarget {
  state = "stopped";
  reason = "";
  code = 0;
  /** When the next attempt is, in milliseconds of `Date.now()`, while waiting. */
  nextAttempt = 0;

  #socket = null;
  #address;
  #ticket;
  #attempts = 0;
  #lastId = 0;
  #waiting = new Map(); // id -> {resolve, reject, timer}
  #subscriptions = new Map(); // channel -> {data, onData, onError}
  #timer = 0;
  #silence = 0;
  #silenceLimit = 0;

  /**
   * @param address function that returns the address to connect to
   * @param ticket function that fetches the token for one connect
   */
  constructor(address, ticket) {
    super();
    this.#address = address;
    this.#ticket = ticket;
  }

  start() {
    if (this.state === "stopped") this.#connect();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#become("stopped", 0, "");
    this.#drop();
  }

  /** Does not wait for the next attempt. */
  hurry() {
    if (this.state === "waiting") {
      clearTimeout(this.#timer);
      this.#connect();
    }
  }

  /**
   * Subscribes, now and after each reconnect, until the returned function is called.
   *
   * @param onData called with the data of each publication
   * @param onError called with a text when the server refuses, and with "" when it has subscribed
   */
  subscribe(channel, data, onData, onError = () => {}) {
    this.#subscriptions.set(channel, { data, onData, onError });
    if (this.state === "connected") this.#ask(channel);
    return () => {
      this.#subscriptions.delete(channel);
      if (this.state === "connected") this.#command({ unsubscribe: { channel } }).catch(() => {});
    };
  }

  async #connect() {
    this.#become("connecting", this.code, this.reason);
    let token;
    try {
      token = await this.#ticket();
    } catch (failure) {
      if (this.state !== "connecting") return;
      this.#wait(0, failure.message);
      return;
    }
    if (this.state !== "connecting") return;
    let socket;
    try {
      socket = new WebSocket(this.#address());
    } catch (failure) {
      this.#wait(0, `The address ${this.#address()} cannot be connected to.`);
      return;
    }
    this.#socket = socket;
    socket.onopen = () => this.#greet(token);
    socket.onmessage = (event) => this.#read(event.data);
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#lost(event.code, event.reason);
    };
  }

  async #greet(token) {
    try {
      const result = await this.#command({ connect: { token, name: "console" } });
      this.#attempts = 0;
      this.#silenceLimit = result.ping ? result.ping * 1000 + PING_GRACE_MILLIS : 0;
      this.#become("connected", 0, "");
      this.#listen();
      for (const channel of this.#subscriptions.keys()) this.#ask(channel);
    } catch (failure) {
      this.#socket?.close();
      this.#lost(0, failure.message);
    }
  }

  async #ask(channel) {
    const subscription = this.#subscriptions.get(channel);
    try {
      await this.#command({ subscribe: { channel, data: subscription.data } });
      subscription.onError("");
    } catch (failure) {
      if (this.#subscriptions.get(channel) === subscription) subscription.onError(failure.message);
    }
  }

  #command(command) {
    const socket = this.#socket;
    if (!socket || socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error("not connected"));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error("the server did not answer in time"));
      }, ANSWER_MILLIS);
      this.#waiting.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ id, ...command }));
    });
  }

  #read(frame) {
    this.#listen();
    for (const line of frame.split("\n")) {
      if (line !== "") this.#message(JSON.parse(line));
    }
  }

  #message(message) {
    if (message.id) {
      const waiting = this.#waiting.get(message.id);
      if (!waiting) return;
      this.#waiting.delete(message.id);
      clearTimeout(waiting.timer);
      if (message.error) waiting.reject(new Error(message.error.message));
      else waiting.resolve(message.connect ?? message.subscribe ?? {});
    } else if (message.push) {
      this.#pushed(message.push);
    } else {
      this.#socket.send("{}"); // a ping wants a pong
    }
  }

  #pushed(push) {
    const subscription = this.#subscriptions.get(push.channel);
    if (!subscription) return;
    if (push.pub) subscription.onData(push.pub.data);
    else if (push.unsubscribe) subscription.onError(push.unsubscribe.reason || "unsubscribed by the server");
  }

  /** A connection that has gone silent is lost, even if nobody has said so. */
  #listen() {
    clearTimeout(this.#silence);
    if (this.#silenceLimit > 0) {
      this.#silence = setTimeout(() => {
        const socket = this.#socket;
        this.#lost(0, "nothing came for too long");
        socket?.close();
      }, this.#silenceLimit);
    }
  }

  #lost(code, reason) {
    this.#drop();
    if (this.state === "stopped") return;
    this.#wait(code, reason || (code === 1006 ? "the connection broke or was refused" : ""));
  }

  #wait(code, reason) {
    const most = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS * 2 ** this.#attempts++);
    const wait = most / 2 + (Math.random() * most) / 2;
    this.nextAttempt = Date.now() + wait;
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.#become("waiting", code, reason);
  }

  #drop() {
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error("the connection was lost"));
    }
    this.#waiting.clear();
  }

  #become(state, code, reason) {
    this.state = state;
    this.code = code;
    this.reason = reason;
    this.dispatchEvent(new Event("state"));
  }
}
