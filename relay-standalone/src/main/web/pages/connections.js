import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import * as f from "../format.js";
import { confirm } from "../parts/dialog.js";
import { microsOf } from "../parts/message.js";
import { link, remember, route } from "../router.js";
import { server } from "../server.js";
import "../parts/table.js";

const PAGE = 500;
const MOST_ROWS = 10_000;
const REFRESH_MILLIS = 5000;
const REFUSALS = 50;
const TYPING_MILLIS = 350;

/** Who is connected, what they are subscribed to, and who was not let in. */
class RelayConnectionsPage extends RelayElement {
  static properties = {
    user: { state: true },
    rows: { state: true },
    isCut: { state: true },
    loading: { state: true },
    failure: { state: true },
    chosen: { state: true },
    refusals: { state: true },
    view: { state: true },
  };

  #asking = null;
  #typing = 0;

  constructor() {
    super();
    const { query } = route();
    this.user = query.get("user") ?? "";
    this.view = query.get("show") === "refusals" ? "refusals" : "connections";
    this.rows = [];
    this.refusals = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.listen(window, "keydown", (event) => event.key === "Escape" && (this.chosen = null));
    this.every(REFRESH_MILLIS, () => !document.hidden && !this.loading && !this.isCut && this.#load(true));
    this.until(() => this.#asking?.abort());
    this.#load();
  }

  #load(quietly = false) {
    return this.view === "refusals" ? this.#loadRefusals() : this.#loadConnections(quietly);
  }

  async #loadConnections(quietly) {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.loading = !quietly;
    let rows = [];
    let cursor = "";
    try {
      do {
        const request = { limit: PAGE, cursor };
        if (this.user) request.user = this.user;
        const page = await server.ask("connections", request, { signal: asking.signal });
        rows = rows.concat(Object.entries(page.connections).map(([client, each]) => rowOf(client, each)));
        cursor = page.next_cursor ?? "";
        if (!quietly) this.rows = rows;
      } while (cursor !== "" && rows.length < MOST_ROWS);
      this.rows = rows;
      this.isCut = cursor !== "";
      this.failure = "";
      if (this.chosen) this.chosen = rows.find((row) => row.client === this.chosen.client) ?? this.chosen;
    } catch (failure) {
      if (asking.signal.aborted) return;
      this.failure = failure.message;
    }
    this.loading = false;
  }

  async #loadRefusals() {
    try {
      const request = { kinds: ["refusal"], reverse: true, limit: REFUSALS };
      if (this.user) request.user = this.user;
      this.refusals = (await server.ask("journal_events", request)).events;
      this.failure = "";
    } catch (failure) {
      this.failure = failure.message;
    }
  }

  #show(view) {
    this.view = view;
    this.chosen = null;
    this.#remember();
    this.#load();
  }

  #remember() {
    remember({ user: this.user, show: this.view === "refusals" ? "refusals" : "" });
  }

  #typed(user) {
    this.user = user;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      this.#remember();
      this.#load();
    }, TYPING_MILLIS);
  }

  render() {
    return html`<div class="page-head">
        <h1>Connections</h1>
        <span class="spacer"></span>
        <div class="segments" role="group" aria-label="Show">
          ${[["connections", "Connected"], ["refusals", "Refused lately"]].map(
            ([name, title]) =>
              html`<button type="button" aria-pressed=${String(this.view === name)} @click=${() => this.#show(name)}>${title}</button>`,
          )}
        </div>
      </div>
      <form class="filters" @submit=${(event) => event.preventDefault()}>
        <label class="field grow"
          >User <input name="user" .value=${this.user} placeholder="everybody" @input=${(event) => this.#typed(event.target.value)}
        /></label>
      </form>
      ${this.failure ? html`<p class="note bad" role="alert">${this.failure}</p>` : nothing}
      ${this.view === "refusals" ? this.#refusalsCard() : this.#connectionsCard()}`;
  }

  #connectionsCard() {
    const now = Date.now();
    const columns = [
      { name: "user", title: "User", sort: (row) => row.user, cell: (row) => row.user || html`<span class="quiet">anonymous</span>` },
      { name: "client", wide: true, title: "Connection", width: "110px", cell: (row) => html`<span class="mono" title=${row.client}>${f.shortId(row.client)}</span>` },
      { name: "address", title: "From", width: "17%", sort: (row) => row.address, cell: (row) => html`<span class="mono">${row.address || f.NONE}</span>` },
      { name: "sdk", wide: true, title: "SDK", width: "13%", sort: (row) => row.sdk, cell: (row) => row.sdk || f.NONE },
      { name: "protocol", wide: true, title: "Encoding", width: "94px", sort: (row) => row.protocol, cell: (row) => row.protocol },
      { name: "channels", title: "Subscribed", width: "108px", number: true, sort: (row) => row.channels.length, cell: (row) => f.count(row.channels.length) },
      ...(this.rows.some((row) => row.queued !== undefined)
        ? [{ name: "queued", wide: true, title: "Queued", width: "96px", number: true, sort: (row) => row.queued, cell: (row) => f.bytes(row.queued) }]
        : []),
      ...(this.rows.some((row) => row.lastSeen !== undefined)
        ? [{ name: "seen", wide: true, title: "Last seen", width: "110px", number: true, sort: (row) => row.lastSeen, cell: (row) => f.duration((now - row.lastSeen) / 1000) + " ago" }]
        : []),
      { name: "since", title: "Connected", width: "110px", number: true, sort: (row) => now - row.since, cell: (row) => f.duration((now - row.since) / 1000) },
    ];
    return html`<div class=${"split" + (this.chosen ? " open" : "")}>
      <section class="card">
        <relay-table
          label="Connections"
          least=${this.chosen ? 480 : 840}
          .columns=${this.chosen ? columns.filter((column) => !column.wide) : columns}
          .rows=${this.rows}
          .key=${(row) => row.client}
          .selected=${this.chosen?.client ?? ""}
          .open=${(row) => (this.chosen = row)}
        ></relay-table>
        <div class="table-foot"><span role="status">${this.#found()}</span></div>
      </section>
      ${this.chosen ? this.#detail(this.chosen) : nothing}
    </div>`;
  }

  #found() {
    if (this.loading) return `Loading… ${f.count(this.rows.length)}`;
    if (this.rows.length === 0) return this.user ? `${this.user} is not connected.` : "Nobody is connected.";
    return this.isCut ? `The first ${f.count(this.rows.length)}; narrow it to a user to see others.` : `${f.count(this.rows.length)} connections`;
  }

  #detail(row) {
    return html`<section class="card detail" aria-label="Connection">
      <header>
        <h2>${f.who(row.user, row.client)}</h2>
        <span class="spacer"></span>
        <button type="button" class="plain" @click=${() => (this.chosen = null)}>Close</button>
      </header>
      <div class="body form">
        <dl class="pairs">
          <dt>Connection</dt><dd class="mono">${row.client}</dd>
          <dt>From</dt><dd class="mono">${row.address || f.NONE}</dd>
          <dt>SDK</dt><dd>${row.sdk || f.NONE}</dd>
          <dt>Transport</dt><dd>${row.transport}, ${row.protocol}</dd>
          <dt>Since</dt><dd class="mono">${f.dateTime(row.since)}</dd>
          ${row.queued === undefined ? nothing : html`<dt>Queued</dt><dd>${f.bytes(row.queued)}</dd>`}
          ${row.lastSeen === undefined ? nothing : html`<dt>Last seen</dt><dd class="mono">${f.dateTime(row.lastSeen)}</dd>`}
        </dl>
        <div class="buttons">
          <a class="button" href=${link("traffic", "", { user: row.user })}>What it publishes</a>
          <a class="button" href=${link("journal", "", { client: row.client })}>In the journal</a>
          <button type="button" class="danger" id="disconnect" ?disabled=${server.isViewer} @click=${() => this.#disconnect(row)}>Disconnect…</button>
        </div>
        <h3>Subscriptions</h3>
        <table class="plain-table">
          <tbody>
            ${row.channels.slice(0, 200).map(
              (channel) => html`<tr>
                <td><a href=${link("channels", channel)}>${channel}</a></td>
                <td class="number">
                  <button type="button" class="text" ?disabled=${server.isViewer} @click=${() => this.#unsubscribe(row, channel)}>Unsubscribe</button>
                </td>
              </tr>`,
            )}
          </tbody>
        </table>
        ${row.channels.length > 200 ? html`<p class="quiet">and ${f.count(row.channels.length - 200)} more</p>` : nothing}
      </div>
    </section>`;
  }

  async #disconnect(row) {
    const who = f.who(row.user, row.client);
    if (!(await confirm("Disconnect", `The connection ${row.client} of ${who} is closed; it is told not to come back.`, "Disconnect"))) return;
    await this.#steer("disconnect", { user: row.user, client: row.client });
    if (!this.failure) this.chosen = null;
  }

  #unsubscribe(row, channel) {
    return this.#steer("unsubscribe", { user: row.user, client: row.client, channel });
  }

  async #steer(method, request) {
    try {
      await server.ask(method, request);
      await this.#load(true);
    } catch (failure) {
      this.failure = failure.message;
    }
  }

  #refusalsCard() {
    const columns = [
      { name: "time", title: "Time", width: "200px", cell: (row) => html`<span class="mono">${f.dateTime(microsOf(row.time) / 1000)}</span>` },
      { name: "user", title: "User", width: "16%", cell: (row) => row.user || f.NONE },
      { name: "address", title: "From", width: "18%", cell: (row) => html`<span class="mono">${row.address || f.NONE}</span>` },
      { name: "code", title: "Code", width: "80px", number: true, cell: (row) => row.code || "" },
      { name: "reason", title: "Reason", cell: (row) => [row.channel, row.reason].filter(Boolean).join(": ") },
      { name: "count", title: "Times", width: "80px", number: true, cell: (row) => f.count(row.count ?? 1) },
    ];
    return html`<section class="card fills">
      <relay-table label="Refusals, newest first" least="720" .columns=${columns} .rows=${this.refusals}></relay-table>
      <div class="table-foot">
        ${this.refusals.length ? `The last ${this.refusals.length} refusals in the journal.` : "The journal has no refusals (log_events says what it keeps)."}
      </div>
    </section>`;
  }
}

function rowOf(client, each) {
  return {
    client,
    user: each.user,
    address: each.address ?? "",
    sdk: [each.app_name, each.app_version].filter(Boolean).join(" "),
    transport: each.transport,
    protocol: each.protocol,
    channels: Object.keys(each.state?.channels ?? {}),
    since: each.connected_at_ms,
    queued: each.outbox_bytes,
    lastSeen: each.last_command_at_ms,
  };
}

customElements.define("relay-connections-page", RelayConnectionsPage);
