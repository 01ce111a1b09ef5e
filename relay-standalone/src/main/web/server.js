import { parseExact } from "./json.js";

/**
 * What the console asks the server over HTTP: the session, and every method of the server API. One object for the page; its
 * listeners hear "session" (logged in or out) and "reachable" (the last request got an answer, or none).
 */
const TIMEOUT_MILLIS = 20_000;

/** An answer that is an error: of HTTP (`status`), or of the API (`code`). */
export class ServerError extends Error {
  constructor(message, { status = 200, code = 0, retryAfter = 0 } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

class Server extends EventTarget {
  session = null;
  #base = "";

  /** Where the server is: `config.json` beside the page says, or nothing if it is where the page came from. */
  async locate() {
    try {
      const answer = await fetch("config.json", { cache: "no-cache" });
      const config = answer.ok ? await answer.json() : {};
      this.#base = typeof config.server === "string" ? config.server.replace(/\/+$/, "") : "";
    } catch {
      this.#base = "";
    }
    if (this.#base === "") this.#base = new URL("..", document.baseURI).href.replace(/\/+$/, "");
  }

  get base() {
    return this.#base;
  }

  get isViewer() {
    return this.session?.role === "viewer";
  }

  async refreshSession() {
    const session = await this.#send("GET", "/console/session");
    this.#become(session);
    return session;
  }

  async login(password) {
    await this.#send("POST", "/console/login", { password });
    return this.refreshSession();
  }

  async logout() {
    await this.#send("POST", "/console/logout", {});
    return this.refreshSession();
  }

  async ticket() {
    return (await this.#send("POST", "/console/ticket", {})).ticket;
  }

  configuration() {
    return this.#send("GET", "/console/configuration");
  }

  /** Asks the server API; returns its result. */
  async ask(method, request = {}, options = {}) {
    return this.askRaw(method, JSON.stringify(request), options);
  }

  /** The same with a request that is JSON already. */
  async askRaw(method, request, options = {}) {
    const answer = await this.#send("POST", "/api/" + method, request, options);
    if (answer.error) throw new ServerError(answer.error.message, { code: answer.error.code });
    return answer.result ?? {};
  }

  #become(session) {
    this.session = session;
    this.dispatchEvent(new Event("session"));
  }

  async #send(method, path, body, { signal } = {}) {
    const timeout = AbortSignal.timeout(TIMEOUT_MILLIS);
    let answer;
    try {
      answer = await fetch(this.#base + path, {
        method,
        credentials: "include",
        cache: "no-store",
        headers: method === "POST" ? { "X-Relay-Console": "1", "Content-Type": "application/json" } : {},
        body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (failure) {
      if (signal?.aborted) throw failure;
      throw new ServerError("The server cannot be reached.", { status: 0 });
    }
    if (answer.status === 401 && path !== "/console/login" && this.session?.role) {
      this.#become({ ...this.session, role: null });
    }
    if (!answer.ok) throw await refusal(answer);
    if (answer.status === 204) return {};
    return parseExact(await answer.text());
  }
}

async function refusal(answer) {
  const retryAfter = Number(answer.headers.get("Retry-After")) || 0;
  const text = (await answer.text().catch(() => "")).trim();
  const known = {
    401: "Not logged in.",
    403: "Not permitted: your role may only read, or this page's origin is not one the server knows.",
    404: "The server has no such thing; it may be older than this console.",
    413: "That is larger than the server accepts.",
    429: "Too many attempts.",
    503: "The server is starting or stopping.",
  };
  let message = known[answer.status] ?? `The server answered ${answer.status}.`;
  try {
    message = JSON.parse(text).error?.message ?? JSON.parse(text).message ?? message;
  } catch {
    // plain text says no more than the status does
  }
  return new ServerError(message, { status: answer.status, retryAfter });
}

export const server = new Server();
