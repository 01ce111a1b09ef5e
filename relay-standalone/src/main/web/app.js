import { html, nothing } from "lit";
import { RelayElement } from "./element.js";
import { flow, node, socket } from "./feeds.js";
import { link, route } from "./router.js";
import { server } from "./server.js";
import { icon, logo } from "./parts/icons.js";
import "./parts/dialog.js";
import "./pages/login.js";
import "./pages/flow.js";
import "./pages/traffic.js";
import "./pages/channels.js";
import "./pages/channel.js";
import "./pages/connections.js";
import "./pages/journal.js";
import "./pages/node.js";

const PAGES = [
  { name: "flow", title: "Flow", key: "1", show: () => html`<relay-flow-page class="page"></relay-flow-page>` },
  { name: "traffic", title: "Live traffic", key: "2", show: () => html`<relay-traffic-page class="page"></relay-traffic-page>` },
  { name: "channels", title: "Channels", key: "3", show: channels },
  { name: "connections", title: "Connections", key: "4", show: () => html`<relay-connections-page class="page"></relay-connections-page>` },
  { name: "journal", title: "Journal", key: "5", show: () => html`<relay-journal-page class="page"></relay-journal-page>` },
  { name: "node", title: "Node", key: "6", show: () => html`<relay-node-page class="page"></relay-node-page>` },
];

const KEYS = [
  ...PAGES.map((page) => [page.key, page.title]),
  ["/", "To the first filter"],
  ["Space", "Pause or go on with live traffic"],
  ["Esc", "Close what is open"],
  ["t", "Dark or light"],
  ["?", "This list"],
];

function channels({ rest }) {
  return rest
    ? html`<relay-channel-page class="page" .channel=${rest}></relay-channel-page>`
    : html`<relay-channels-page class="page"></relay-channels-page>`;
}

/** The frame: menu, state of the connection, and the page that the address names. */
class RelayConsole extends RelayElement {
  static properties = { stage: { state: true }, failure: { state: true } };

  constructor() {
    super();
    this.stage = "starting";
    this.failure = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.listen(window, "hashchange", () => this.#moved());
    this.listen(window, "keydown", (event) => this.#pressed(event));
    this.listen(server, "session", () => this.#decide());
    this.listen(socket, "state", () => this.#connectionChanged());
    this.listen(node, "data", () => this.requestUpdate());
    this.listen(window, "pagehide", () => socket.stop());
    this.listen(window, "pageshow", (event) => event.persisted && this.#decide());
    this.every(1000, () => socket.state === "waiting" && this.requestUpdate());
    this.#start();
  }

  async #start() {
    this.stage = "starting";
    try {
      await server.locate();
      await server.refreshSession();
    } catch (failure) {
      this.stage = "unreachable";
      this.failure = failure.message;
      setTimeout(() => this.#start(), 3000);
    }
  }

  #decide() {
    const session = server.session;
    if (session.role) {
      this.stage = "in";
      socket.start();
    } else {
      this.stage = session.login ? "login" : "closed";
      socket.stop();
    }
  }

  async #connectionChanged() {
    this.requestUpdate();
    // the session may have ended, and only HTTP can tell
    if (socket.state === "waiting" && socket.code >= 3000) await server.refreshSession().catch(() => {});
  }

  #moved() {
    this.requestUpdate();
    this.updateComplete.then(() => {
      this.querySelector(".main-scroll")?.scrollTo(0, 0);
      this.querySelector(".menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
      this.querySelector("main")?.focus({ preventScroll: true });
    });
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, dialog")) return;
    const page = PAGES.find((each) => each.key === event.key);
    if (page && this.stage === "in") location.hash = link(page.name);
    else if (event.key === "?") this.querySelector("relay-shortcuts")?.open();
    else if (event.key === "t") switchTheme();
    else if (event.key === "/" && this.#firstFilter()) {
      event.preventDefault();
      this.#firstFilter().focus();
    }
  }

  #firstFilter() {
    return this.querySelector("main .filters input, main .filters select");
  }

  render() {
    this.classList.toggle("out", this.stage !== "in");
    switch (this.stage) {
      case "in":
        return this.#frame();
      case "login":
        return html`<relay-login-page class="login"></relay-login-page>`;
      case "closed":
        return this.#alone("The console is closed", html`<p>${server.session.hint}</p>`);
      case "unreachable":
        return this.#alone("The server cannot be reached", html`<p>Tried ${server.base}. Trying again every three seconds.</p>`);
      default:
        return html`<main class="login" aria-busy="true"><p class="quiet">Connecting…</p></main>`;
    }
  }

  #alone(title, text) {
    return html`<main class="login"><div class="card"><h1>${title}</h1>${text}</div></main>`;
  }

  #frame() {
    const at = route();
    const page = PAGES.find((each) => each.name === at.page) ?? PAGES[0];
    document.title = `${at.rest || page.title} · Relay console`;
    return html`<a class="skip" href="#main" @click=${(event) => this.#skip(event)}>To the content</a>
      <header class="side">
        <a class="brand" href=${link("flow")}>${logo} Relay</a>
        <nav aria-label="Pages">
          <ul class="menu">
            ${PAGES.map(
              (each) =>
                html`<li>
                  <a href=${link(each.name)} aria-current=${each === page ? "page" : nothing}>${icon(each.name)}${each.title}</a>
                </li>`,
            )}
          </ul>
        </nav>
        ${this.#foot()}
      </header>
      <main id="main" tabindex="-1">
        <div role="status">${this.#notes()}</div>
        <div class="main-scroll">${page.show(at)}</div>
      </main>
      <relay-shortcuts .keys=${KEYS}></relay-shortcuts>`;
  }

  #skip(event) {
    event.preventDefault();
    this.querySelector("main").focus();
  }

  #foot() {
    const session = server.session;
    const states = { connected: ["good", "Live"], connecting: ["warn", "Connecting"], waiting: ["bad", "Disconnected"] };
    const [color, text] = states[socket.state] ?? ["", "Off"];
    return html`<div class="foot">
      <span class="state" id="connection-state"><span class=${"dot " + color}></span>${text}</span>
      <span class="wide">${session.node} · Relay ${session.version}</span>
      ${server.isViewer ? html`<span class="wide">You may look, not change.</span>` : nothing}
      <span class="buttons">
        <button type="button" class="plain" id="theme" @click=${switchTheme} title="Dark or light (t)" aria-label="Dark or light">
          ${icon("theme")}
        </button>
        <button
          type="button"
          class="plain"
          @click=${() => this.querySelector("relay-shortcuts").open()}
          title="Keyboard (?)"
          aria-label="Keyboard"
        >
          ${icon("help")}
        </button>
        ${session.login
          ? html`<button
              type="button"
              class="plain"
              id="logout"
              title="Log out"
              aria-label="Log out"
              @click=${() => server.logout()}
            >
              ${icon("leave")}
            </button>`
          : nothing}
      </span>
    </div>`;
  }

  #notes() {
    const notes = [];
    if (socket.state === "waiting") {
      const seconds = Math.max(0, Math.ceil((socket.nextAttempt - Date.now()) / 1000));
      const why = socket.reason ? `: ${socket.reason}${socket.code >= 3000 ? ` (${socket.code})` : ""}` : "";
      notes.push(
        html`<div class="note bar bad" id="disconnected">
          <span>Disconnected${why}. What you see is from before.</span>
          <span aria-hidden="true">Next attempt in ${seconds} s</span>
          <button type="button" @click=${() => socket.hurry()}>Now</button>
        </div>`,
      );
    }
    const health = node.latest?.health;
    if (health?.state && health.state !== "ready" && socket.state === "connected") {
      const draining = health.state === "draining";
      notes.push(
        html`<div class=${"note bar " + (draining ? "warn" : "bad")} id="health-note">
          ${draining ? "The server is draining: it sends its clients away and ends." : `The server is ${health.state}.`}
          ${health.detail}
        </div>`,
      );
    }
    if (server.session.hint) notes.push(html`<div class="note bar warn" id="hint">${server.session.hint}</div>`);
    if (flow.error && socket.state === "connected") {
      notes.push(html`<div class="note bar bad">The live picture is not to be had: ${flow.error}</div>`);
    }
    return notes;
  }
}

function switchTheme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("relay-theme", next);
  applyTheme();
}

export function applyTheme() {
  const chosen = localStorage.getItem("relay-theme");
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  window.dispatchEvent(new Event("relay-theme"));
}

customElements.define("relay-console", RelayConsole);
