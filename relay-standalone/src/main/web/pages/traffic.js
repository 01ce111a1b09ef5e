import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import { socket, watch } from "../feeds.js";
import * as f from "../format.js";
import { preview } from "../parts/message.js";
import { Ring } from "../ring.js";
import { link, remember, route } from "../router.js";
import "../parts/table.js";

const KEPT_ROWS = 500;
const KINDS = ["message", "connect", "disconnect", "subscribe", "unsubscribe", "refusal"];
const PER_SECOND = [10, 50, 100, 200];
const TYPING_MILLIS = 350;

const COLUMNS = [
  { name: "time", title: "Time", width: "116px", cell: (row) => html`<span class="mono">${f.time(row.time / 1000)}</span>` },
  { name: "kind", title: "Kind", width: "104px", cell: (row) => html`<span class=${"tag " + kindColor(row.kind)}>${row.kind}</span>` },
  { name: "channel", title: "Channel", width: "20%", cell: (row) => (row.channel ? html`<a href=${link("channels", row.channel)}>${row.channel}</a>` : f.NONE) },
  { name: "user", title: "User", width: "14%", cell: (row) => f.who(row.user, row.client) },
  { name: "what", title: "Content", cell: (row) => html`<span class="mono">${row.kind === "message" ? preview(row) : eventText(row)}</span>` },
  { name: "recipients", wide: true, title: "To", number: true, width: "76px", cell: (row) => (row.kind === "message" ? f.count(row.recipients) : "") },
  { name: "latency", wide: true, title: "Latency", number: true, width: "88px", cell: (row) => (row.kind === "message" ? f.micros(row.latency_us) : "") },
];

/** A sample of what flows right now, as the filters want it, and how much of all that is. */
class RelayTrafficPage extends RelayElement {
  static properties = {
    filter: { state: true },
    rows: { state: true },
    paused: { state: true },
    waiting: { state: true },
    chosen: { state: true },
    refused: { state: true },
    share: { state: true },
  };

  #ring = new Ring(KEPT_ROWS);
  #end = () => {};
  #typing = 0;
  #lastKey = 0;
  #told = []; // the reports of the last second

  constructor() {
    super();
    const { query } = route();
    const kinds = (query.get("kinds") ?? "").split(",").filter((kind) => KINDS.includes(kind));
    this.filter = {
      channels: query.get("channels") ?? "",
      user: query.get("user") ?? "",
      text: query.get("text") ?? "",
      kinds: kinds.length ? kinds : KINDS,
      per_second: PER_SECOND.includes(Number(query.get("rate"))) ? Number(query.get("rate")) : 50,
    };
    this.rows = [];
    this.paused = false;
    this.waiting = 0;
    this.refused = "";
    this.share = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#watch();
    this.until(() => this.#end());
    this.listen(socket, "state", () => this.requestUpdate());
    this.listen(window, "keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    if (event.key === "Escape") this.chosen = null;
    else if (event.key === " " && !event.target.closest("input, select, button, a, .rows, pre, dialog")) {
      event.preventDefault();
      this.#pause(!this.paused);
    }
  }

  #watch() {
    this.#end();
    this.#ring.clear();
    this.#told = [];
    this.rows = [];
    this.waiting = 0;
    this.share = null;
    this.#end = watch(
      this.filter,
      (report) => this.#take(report),
      (error) => (this.refused = error),
    );
  }

  #take(report) {
    for (const message of report.messages ?? []) this.#ring.push({ ...message, kind: "message", key: String(++this.#lastKey) });
    for (const event of report.events ?? []) this.#ring.push({ ...event, key: String(++this.#lastKey) });
    this.#told.push(report);
    while (this.#told.length > 1 && report.to - this.#told[0].from > 1_500_000) this.#told.shift();
    this.share = this.#shareOf(this.#told);
    const came = (report.messages?.length ?? 0) + (report.events?.length ?? 0);
    const table = this.querySelector("relay-table");
    if (this.paused || (table && !table.isAtTop)) this.waiting += came;
    else if (came > 0) this.#show();
  }

  #shareOf(reports) {
    const seconds = Math.max(0.2, (reports.at(-1).to - reports[0].from) / 1e6);
    const sum = (what) => reports.reduce((total, report) => total + what(report), 0) / seconds;
    const published = sum((report) => report.published);
    const examined = sum((report) => report.examined);
    const matching = sum((report) => report.matching);
    return {
      shown: sum((report) => report.messages?.length ?? 0),
      matching: examined > 0 ? (matching * published) / examined : 0,
      published,
      examined,
      events: sum((report) => report.events?.length ?? 0),
      eventsSeen: sum((report) => report.events_seen ?? 0),
    };
  }

  #show() {
    const rows = new Array(this.#ring.size);
    for (let i = 0; i < rows.length; i++) rows[i] = this.#ring.newest(i);
    this.rows = rows;
    this.waiting = 0;
  }

  #pause(paused) {
    this.paused = paused;
    if (!paused) this.#goOn();
  }

  #goOn() {
    this.querySelector("relay-table").toTop();
    this.#show();
  }

  #change(part) {
    this.filter = { ...this.filter, ...part };
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      const { channels, user, text, kinds, per_second } = this.filter;
      remember({ channels, user, text, kinds: kinds.length === KINDS.length ? "" : kinds.join(","), rate: per_second === 50 ? "" : per_second });
      this.#watch();
    }, TYPING_MILLIS);
  }

  #toggle(kind) {
    const kinds = this.filter.kinds.includes(kind) ? this.filter.kinds.filter((each) => each !== kind) : [...this.filter.kinds, kind];
    if (kinds.length) this.#change({ kinds });
    else this.requestUpdate();
  }

  render() {
    return html`<div class="page-head">
        <h1>Live traffic</h1>
        <span class="quiet" id="share">${this.#shareText()}</span>
        <span class="spacer"></span>
        ${this.waiting > 0 ? html`<button type="button" @click=${() => this.#pause(false)}>${f.short(this.waiting)} new</button>` : nothing}
        <button type="button" id="pause" aria-pressed=${String(this.paused)} @click=${() => this.#pause(!this.paused)}>
          ${this.paused ? "Go on" : "Pause"}
        </button>
      </div>
      ${this.#filters()} ${this.refused ? html`<p class="note bad" role="alert">The server does not send traffic: ${this.refused}</p>` : nothing}
      <div class=${"split" + (this.chosen ? " open" : "")}>
        <section class="card">
          <relay-table
            label="Messages and events, newest first"
            least=${this.chosen ? 600 : 820}
            .columns=${this.chosen ? COLUMNS.filter((column) => !column.wide) : COLUMNS}
            .rows=${this.rows}
            .key=${(row) => row.key}
            .selected=${this.chosen?.key ?? ""}
            .open=${(row) => (this.chosen = row)}
          ></relay-table>
          <div class="table-foot">${this.#footText()}</div>
        </section>
        ${this.chosen ? this.#detail(this.chosen) : nothing}
      </div>`;
  }

  #filters() {
    const { channels, user, text, kinds, per_second } = this.filter;
    return html`<form class="filters" @submit=${(event) => event.preventDefault()}>
      <label class="field grow"
        >Channel or pattern
        <input name="channels" .value=${channels} placeholder="chat:*" @input=${(event) => this.#change({ channels: event.target.value })}
      /></label>
      <label class="field grow"
        >User <input name="user" .value=${user} placeholder="everybody" @input=${(event) => this.#change({ user: event.target.value })}
      /></label>
      <label class="field grow"
        >Text in the payload
        <input name="text" .value=${text} placeholder="anything" @input=${(event) => this.#change({ text: event.target.value })}
      /></label>
      <label class="field"
        >At most
        <select name="rate" @change=${(event) => this.#change({ per_second: Number(event.target.value) })}>
          ${PER_SECOND.map((each) => html`<option value=${each} ?selected=${each === per_second}>${each}/s</option>`)}
        </select></label
      >
      <div class="segments" role="group" aria-label="Kinds">
        ${KINDS.map(
          (kind) =>
            html`<button type="button" data-kind=${kind} aria-pressed=${String(kinds.includes(kind))} @click=${() => this.#toggle(kind)}>
              ${kind}
            </button>`,
        )}
      </div>
    </form>`;
  }

  #shareText() {
    const s = this.share;
    if (!s) return socket.state === "connected" ? "waiting for the first report" : "not connected";
    if (this.paused) return "paused";
    const all = s.matching < s.shown ? s.shown : s.matching;
    const about = s.examined < s.published * 0.99 ? "about " : "";
    return `showing ${f.short(Math.round(s.shown))} of ${about}${f.short(Math.round(all))} messages/s`;
  }

  #footText() {
    const s = this.share;
    if (!s) return html`<span>The last ${KEPT_ROWS} are kept here.</span>`;
    const part = s.published > 0 ? Math.min(1, s.examined / s.published) : 1;
    return html`<span>${f.rate(Math.round(s.published))} published on this node</span>
      <span>${part > 0.99 ? "all of them looked at" : `${f.short(part * 100)} % of them looked at`}</span>
      <span>${f.short(Math.round(s.events))} of ${f.short(Math.round(s.eventsSeen))} connection events/s shown</span>
      <span>The last ${KEPT_ROWS} are kept here.</span>`;
  }

  #detail(row) {
    if (row.kind === "message") {
      return html`<relay-message class="card detail" role="region" aria-label="Message" .message=${row} @close=${() => (this.chosen = null)}></relay-message>`;
    }
    return html`<section class="card detail" aria-label="Event">
      <header>
        <h2>${row.kind}</h2>
        <span class="spacer"></span>
        <button type="button" class="plain" @click=${() => (this.chosen = null)}>Close</button>
      </header>
      <div class="body">
        <dl class="pairs">
          <dt>Time</dt><dd class="mono">${f.dateTime(row.time / 1000)}</dd>
          <dt>User</dt><dd>${f.who(row.user, row.client)}</dd>
          <dt>Connection</dt><dd class="mono">${row.client || f.NONE}</dd>
          ${row.channel ? html`<dt>Channel</dt><dd><a href=${link("channels", row.channel)}>${row.channel}</a></dd>` : nothing}
          <dt>From</dt><dd class="mono">${row.address || f.NONE}</dd>
          <dt>SDK</dt><dd>${row.sdk || f.NONE} ${row.sdk_version ?? ""}</dd>
          ${row.code ? html`<dt>Code</dt><dd>${row.code}</dd>` : nothing}
          ${row.reason ? html`<dt>Reason</dt><dd>${row.reason}</dd>` : nothing}
        </dl>
      </div>
    </section>`;
  }
}

function eventText(row) {
  return [row.code || "", row.reason ?? "", row.address ? "from " + row.address : "", row.sdk ? "with " + row.sdk : ""].filter(Boolean).join(" ");
}

function kindColor(kind) {
  return { connect: "good", refusal: "bad", disconnect: "warn" }[kind] ?? "";
}

customElements.define("relay-traffic-page", RelayTrafficPage);
