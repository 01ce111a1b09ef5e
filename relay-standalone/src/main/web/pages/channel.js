import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import { flow, watch } from "../feeds.js";
import * as f from "../format.js";
import { confirm } from "../parts/dialog.js";
import { fromJournal, microsOf, preview } from "../parts/message.js";
import { Ring } from "../ring.js";
import { link } from "../router.js";
import { ServerError, server } from "../server.js";
import "../parts/chart.js";
import "../parts/message.js";
import "../parts/replay.js";
import "../parts/publish.js";
import "../parts/table.js";

const CHART_SECONDS = 120;
const HISTORY_PAGE = 100;
const WATCHED_PER_SECOND = 20;

/** One channel: what it does, what it keeps, who is there, and what one can do with it. */
class RelayChannelPage extends RelayElement {
  static properties = {
    channel: {},
    rates: { state: true },
    history: { state: true },
    presence: { state: true },
    stream: { state: true },
    chosen: { state: true },
    failure: { state: true },
  };

  #ring = new Ring(CHART_SECONDS);
  #second = null;
  #end = () => {};
  #cursor = "";
  #request = {};

  constructor() {
    super();
    this.#empty();
  }

  #empty() {
    this.rates = [[], [], []];
    this.history = { rows: [], more: false, failure: "" };
    this.presence = null;
    this.stream = null;
    this.chosen = null;
    this.failure = "";
    this.#ring.clear();
    this.#second = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.listen(flow, "data", () => this.requestUpdate());
    this.listen(window, "keydown", (event) => event.key === "Escape" && (this.chosen = null));
    this.until(() => this.#end());
  }

  willUpdate(changed) {
    if (!changed.has("channel")) return;
    this.#end();
    this.#empty();
    const filter = { channels: literal(this.channel), user: "", text: "", kinds: ["message"], per_second: WATCHED_PER_SECOND };
    this.#end = watch(
      filter,
      (report) => this.#take(report),
      (error) => (this.failure = error && `No live figures: ${error}`),
    );
    this.#findHistory({});
    this.#askPresence();
    this.#askStream();
  }

  /** Four reports make a second. */
  #take(report) {
    const second = (this.#second ??= { from: report.from, messages: 0, latencies: [] });
    if (report.examined > 0) second.messages += (report.matching * report.published) / report.examined;
    for (const message of report.messages ?? []) second.latencies.push(message.latency_us);
    const seconds = (report.to - second.from) / 1e6;
    if (seconds < 0.9) return;
    second.latencies.sort((a, b) => a - b);
    const at = (part) => second.latencies[Math.min(second.latencies.length - 1, Math.floor(second.latencies.length * part))] ?? null;
    this.#ring.push([report.to / 1e6, second.messages / seconds, at(0.5), at(0.99)]);
    this.#second = null;
    const rows = this.#ring.toArray();
    this.rates = [0, 1, 2, 3].map((column) => rows.map((row) => row[column]));
  }

  async #askStream() {
    const channel = this.channel;
    try {
      const { streams } = await server.ask("journal_streams", { pattern: literal(channel), limit: 1 });
      if (channel === this.channel) this.stream = streams[0] ?? null;
    } catch {
      // the history below says what is wrong with the journal
    }
  }

  async #askPresence() {
    const channel = this.channel;
    try {
      const { presence } = await server.ask("presence", { channel });
      if (channel === this.channel) this.presence = { rows: Object.values(presence), failure: "" };
    } catch (failure) {
      const off = failure instanceof ServerError && failure.code === 108;
      const text = off ? "This channel does not keep presence; its namespace needs presence: true." : failure.message;
      if (channel === this.channel) this.presence = { rows: [], failure: text };
    }
  }

  async #findHistory(narrowed, goOn = false) {
    const channel = this.channel;
    this.#request = goOn ? this.#request : narrowed;
    const request = { channel, reverse: true, limit: HISTORY_PAGE, ...this.#request };
    if (goOn) request.cursor = this.#cursor;
    try {
      const result = await server.ask("journal_find", request);
      if (channel !== this.channel) return;
      const rows = result.publications.map((each) => fromJournal(each));
      this.#cursor = result.cursor;
      this.history = { rows: goOn ? this.history.rows.concat(rows) : rows, more: result.more, failure: "" };
    } catch (failure) {
      if (channel !== this.channel) return;
      const nothingKept = failure instanceof ServerError && failure.code === 102;
      this.history = { rows: [], more: false, failure: nothingKept ? "The journal has nothing of this channel." : failure.message };
    }
  }

  #narrowHistory(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const narrowed = {};
    if (form.get("offset")) Object.assign(narrowed, { reverse: false, after_offset: Math.max(0, Number(form.get("offset")) - 1) });
    if (f.instant(form.get("from"))) Object.assign(narrowed, { reverse: false, from: f.instant(form.get("from")) });
    this.#findHistory(narrowed);
  }

  render() {
    const live = flow.latest?.channels.find((each) => each.channel === this.channel);
    const s = flow.seconds;
    return html`<div class="page-head">
        <a href=${link("channels")} aria-label="All channels">Channels</a><span class="quiet" aria-hidden="true">/</span>
        <h1>${this.channel}</h1>
        <span class="spacer"></span>
        <a class="button" href=${link("traffic", "", { channels: literal(this.channel) })}>Watch live</a>
        <button type="button" class="danger" ?disabled=${server.isViewer} @click=${() => this.#removeHistory()}>Delete history…</button>
      </div>
      ${this.failure ? html`<p class="note bad" role="alert">${this.failure}</p>` : nothing}
      <dl class="figures">
        <div><dt>Published</dt><dd>${f.rate(live ? live.published / s : (this.rates[1].at(-1) ?? NaN))}</dd></div>
        <div><dt>Delivered</dt><dd>${live ? f.rate(live.deliveries / s) : f.NONE}</dd></div>
        <div><dt>Subscribers</dt><dd>${live ? f.count(live.subscribers) : this.presence?.failure === "" ? f.count(this.presence.rows.length) : f.NONE}</dd></div>
        <div><dt>Kept</dt><dd>${this.stream ? f.count(this.stream.count) : f.NONE}</dd></div>
        <div><dt>Newest offset</dt><dd>${this.stream ? f.count(this.stream.offset) : f.NONE}</dd></div>
        <div><dt>First kept</dt><dd><small>${this.stream?.first_time ? f.dateTime(microsOf(this.stream.first_time) / 1000) : f.NONE}</small></dd></div>
      </dl>
      <div class="cards">
        <section class="card">
          <header><h2>Rate</h2><span class="quiet">the last two minutes</span></header>
          <div class="body">
            <relay-chart
              title="Publications per second"
              .series=${[{ title: "published", color: "channel" }]}
              .data=${[this.rates[0], this.rates[1]]}
              .format=${f.rate}
            ></relay-chart>
          </div>
        </section>
        <section class="card">
          <header><h2>Latency</h2><span class="quiet">publish to socket, of a sample</span></header>
          <div class="body">
            <relay-chart
              title="Latency"
              .series=${[
                { title: "p50", color: "publisher" },
                { title: "p99", color: "journal" },
              ]}
              .data=${[this.rates[0], this.rates[2] ?? [], this.rates[3] ?? []]}
              .format=${f.micros}
            ></relay-chart>
          </div>
        </section>
      </div>
      ${this.#historyCard()}
      <div class="cards">
        ${this.#presenceCard()}
        <relay-publish class="card" .channel=${this.channel} @published=${() => this.#published()}></relay-publish>
        <relay-replay class="card" .channel=${this.channel}></relay-replay>
      </div>`;
  }

  #historyCard() {
    const { rows, more, failure } = this.history;
    const columns = [
      { name: "offset", title: "Offset", number: true, width: "100px", cell: (row) => f.count(row.offset) },
      { name: "time", title: "Time", width: "200px", cell: (row) => html`<span class="mono">${f.dateTime(row.time / 1000)}</span>` },
      { name: "user", title: "Publisher", width: "16%", cell: (row) => f.who(row.user, row.client) },
      { name: "data", title: "Data", cell: (row) => html`<span class="mono">${preview(row)}</span>` },
      { name: "size", title: "Size", number: true, width: "90px", cell: (row) => f.bytes(row.size) },
    ];
    return html`<div class=${"split" + (this.chosen ? " open" : "")}>
      <section class="card">
        <header>
          <h2>History</h2>
          <span class="spacer"></span>
          <form class="filters" @submit=${(event) => this.#narrowHistory(event)}>
            <label class="choice">from offset <input name="offset" type="number" min="1" size="10" /></label>
            <label class="choice">from <input name="from" type="datetime-local" step="1" /></label>
            <button>Show</button>
          </form>
        </header>
        ${failure
          ? html`<p class="empty">${failure}</p>`
          : html`<relay-table
              label="History"
              .columns=${columns}
              .rows=${rows}
              .key=${(row) => String(row.offset)}
              .selected=${this.chosen ? String(this.chosen.offset) : ""}
              .open=${(row) => (this.chosen = row)}
            ></relay-table>`}
        <div class="table-foot">
          <span>${f.count(rows.length)} shown</span>
          ${more ? html`<button type="button" @click=${() => this.#findHistory({}, true)}>${HISTORY_PAGE} more</button>` : nothing}
        </div>
      </section>
      ${this.chosen ? html`<relay-message class="card detail" role="region" aria-label="Message" .message=${this.chosen} @close=${() => (this.chosen = null)}></relay-message>` : nothing}
    </div>`;
  }

  #presenceCard() {
    const presence = this.presence;
    const shown = (presence?.rows ?? []).slice(0, 100);
    return html`<section class="card">
      <header>
        <h2>Presence</h2>
        <span class="spacer"></span>
        <button type="button" class="plain" @click=${() => this.#askPresence()}>Refresh</button>
      </header>
      ${presence?.failure
        ? html`<p class="body quiet">${presence.failure}</p>`
        : html`<table class="plain-table">
            <thead><tr><th>User</th><th>Connection</th></tr></thead>
            <tbody>
              ${shown.map(
                (each) => html`<tr>
                  <td><a href=${link("connections", "", { user: each.user })}>${f.who(each.user, each.client)}</a></td>
                  <td class="mono">${each.client}</td>
                </tr>`,
              )}
            </tbody>
          </table>
          <div class="table-foot">
            ${presence ? `${f.count(presence.rows.length)} connections${presence.rows.length > shown.length ? `, the first ${shown.length} shown` : ""}` : "Loading…"}
          </div>`}
    </section>`;
  }

  #published() {
    this.#findHistory({});
    this.#askStream();
  }

  async #removeHistory() {
    const yes = await confirm("Delete history", `Everything that ${this.channel} keeps will be deleted. Offsets go on where they are.`, "Delete");
    if (!yes) return;
    try {
      await server.ask("history_remove", { channel: this.channel });
      this.#published();
    } catch (failure) {
      this.failure = failure.message;
    }
  }
}

/** A name as a pattern that matches nothing but it. */
function literal(channel) {
  return channel.replace(/[*?[\]{}\\]/g, (letter) => (letter === "]" || letter === "}" ? letter : `[${letter}]`));
}

customElements.define("relay-channel-page", RelayChannelPage);
