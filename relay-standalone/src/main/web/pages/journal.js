import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import { flow } from "../feeds.js";
import * as f from "../format.js";
import { fromJournal, preview } from "../parts/message.js";
import { link, remember, route } from "../router.js";
import { server } from "../server.js";
import "../parts/chart.js";
import "../parts/export.js";
import "../parts/message.js";
import "../parts/table.js";

const PAGE = 200;
const MOST_ROWS = 20_000;
const FIELDS = ["channel", "user", "client", "tag", "from", "to", "order"];

const COLUMNS = [
  { name: "time", title: "Time", width: "200px", cell: (row) => html`<span class="mono">${f.dateTime(row.time / 1000)}</span>` },
  { name: "channel", title: "Channel", width: "18%", cell: (row) => html`<a href=${link("channels", row.channel)}>${row.channel}</a>` },
  { name: "offset", title: "Offset", width: "96px", number: true, cell: (row) => f.count(row.offset) },
  { name: "user", title: "Publisher", width: "14%", cell: (row) => f.who(row.user, row.client) },
  { name: "data", title: "Data", cell: (row) => html`<span class="mono">${preview(row)}</span>` },
  { name: "tags", wide: true, title: "Tags", width: "14%", cell: (row) => Object.entries(row.tags).map(([name, value]) => `${name}=${value}`).join(", ") },
];

/** Everything that was published, by time, user, channel and tag; and how the writer is doing. */
class RelayJournalPage extends RelayElement {
  static properties = {
    search: { state: true },
    rows: { state: true },
    more: { state: true },
    busy: { state: true },
    failure: { state: true },
    chosen: { state: true },
    retention: { state: true },
  };

  #cursor = "";
  #turn = 0;

  constructor() {
    super();
    const { query } = route();
    this.search = Object.fromEntries(FIELDS.map((name) => [name, query.get(name) ?? ""]));
    this.rows = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.listen(flow, "data", () => this.requestUpdate());
    this.listen(window, "keydown", (event) => event.key === "Escape" && (this.chosen = null));
    this.#find();
    this.#askRetention();
  }

  async #askRetention() {
    try {
      this.retention = (await server.configuration()).namespaces;
    } catch {
      this.retention = [];
    }
  }

  #query() {
    const { channel, user, client, tag, from, to, order } = this.search;
    const query = { reverse: order !== "oldest" };
    if (channel) query[/[*?[\]{}]/.test(channel) ? "pattern" : "channel"] = channel;
    if (user) query.user = user;
    if (client) query.client = client;
    if (tag.includes("=")) query.tags = Object.fromEntries([tag.split(/=(.*)/s).slice(0, 2).map((part) => part.trim())]);
    if (f.instant(from)) query.from = f.instant(from);
    if (f.instant(to)) query.to = f.instant(to);
    return query;
  }

  async #find(goOn = false) {
    const turn = ++this.#turn;
    this.busy = true;
    const request = { ...this.#query(), limit: PAGE };
    if (goOn) request.cursor = this.#cursor;
    else this.rows = [];
    try {
      const page = await server.ask("journal_find", request);
      if (turn !== this.#turn) return;
      this.rows = (goOn ? this.rows : []).concat(page.publications.map((each) => fromJournal(each))).slice(-MOST_ROWS);
      this.#cursor = page.cursor;
      this.more = page.more;
      this.failure = "";
    } catch (failure) {
      if (turn !== this.#turn) return;
      this.failure = failure.message;
    }
    this.busy = false;
  }

  #submit(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    this.search = Object.fromEntries(FIELDS.map((name) => [name, String(form.get(name) ?? "")]));
    this.chosen = null;
    remember(this.search);
    this.#find();
  }

  render() {
    return html`<div class="page-head">
        <h1>Journal</h1>
        <span class="spacer"></span>
        <relay-export .query=${() => this.#query()}></relay-export>
      </div>
      ${this.#writer()} ${this.#form()}
      ${this.failure ? html`<p class="note bad" role="alert">${this.failure}</p>` : nothing}
      <div class=${"split" + (this.chosen ? " open" : "")}>
        <section class="card">
          <relay-table
            label="Publications found"
            least=${this.chosen ? 680 : 860}
            .columns=${this.chosen ? COLUMNS.filter((column) => !column.wide) : COLUMNS}
            .rows=${this.rows}
            .key=${(row) => row.channel + " " + row.offset + " " + row.epoch}
            .selected=${this.chosen ? this.chosen.channel + " " + this.chosen.offset + " " + this.chosen.epoch : ""}
            .open=${(row) => (this.chosen = row)}
          ></relay-table>
          <div class="table-foot">
            <span role="status">${this.#found()}</span>
            <span class="spacer"></span>
            ${this.more ? html`<button type="button" ?disabled=${this.busy} @click=${() => this.#find(true)}>Go on</button>` : nothing}
          </div>
        </section>
        ${this.chosen ? html`<relay-message class="card detail" role="region" aria-label="Message" .message=${this.chosen} @close=${() => (this.chosen = null)}></relay-message>` : nothing}
      </div>
      ${this.#retentionCard()}`;
  }

  #found() {
    if (this.busy) return "Searching…";
    if (this.rows.length === 0) return this.more ? "Nothing so far; there is more to look through." : "Nothing found.";
    return `${f.count(this.rows.length)} found${this.more ? ", and there may be more" : ""}.`;
  }

  #form() {
    const s = this.search;
    return html`<form class="filters" @submit=${(event) => this.#submit(event)}>
      <label class="field grow">Channel or pattern <input name="channel" .value=${s.channel} placeholder="chat:*" /></label>
      <label class="field grow">User <input name="user" .value=${s.user} placeholder="everybody" /></label>
      <label class="field grow">Connection <input name="client" .value=${s.client} placeholder="id" /></label>
      <label class="field grow">Tag <input name="tag" .value=${s.tag} placeholder="lang=en" /></label>
      <label class="field">From <input name="from" type="datetime-local" step="1" .value=${s.from} /></label>
      <label class="field">To <input name="to" type="datetime-local" step="1" .value=${s.to} /></label>
      <label class="field"
        >Order
        <select name="order">
          <option value="">newest first</option>
          <option value="oldest" ?selected=${s.order === "oldest"}>oldest first</option>
        </select></label
      >
      <button class="primary">Search</button>
    </form>`;
  }

  #writer() {
    const journal = flow.latest?.journal;
    const s = flow.seconds;
    const state = journal?.state ?? "";
    const color = { direct: "good", spooling: "warn", unavailable: "bad" }[state] ?? "";
    const title = { direct: "to the database", spooling: "into the spool", unavailable: "not at all", none: "no journal" }[state] ?? f.NONE;
    return html`<dl class="figures">
      <div><dt>Writes</dt><dd><span class="state"><span class=${"dot " + color}></span><small>${title}</small></span></dd></div>
      <div><dt>Committed</dt><dd>${journal ? f.rate(journal.committed / s) : f.NONE}</dd></div>
      <div><dt>In one batch</dt><dd>${journal?.batches ? f.short(journal.committed / journal.batches) : f.NONE}</dd></div>
      <div><dt>Batches</dt><dd>${journal ? f.rate(journal.batches / s) : f.NONE}</dd></div>
      <div><dt>Commit, p99</dt><dd>${journal ? f.millis(journal.commit_ms_p99) : f.NONE}</dd></div>
      <div>
        <dt>In the spool</dt>
        <dd>${journal ? f.short(journal.spool_publications) : f.NONE} <small>${journal?.spool_bytes ? f.bytes(journal.spool_bytes) : ""}</small></dd>
      </div>
    </dl>`;
  }

  #retentionCard() {
    const namespaces = this.retention ?? [];
    if (namespaces.length === 0) return nothing;
    const names = [...new Set(namespaces.flatMap((each) => Object.keys(each)))].filter((name) => /^(history_|journal_|durability|store)/.test(name));
    return html`<section class="card">
      <header><h2>What is kept</h2><span class="quiet">by namespace</span></header>
      <div class="rows" tabindex="0" role="region" aria-label="What is kept">
        <table class="plain-table">
          <thead><tr><th>Namespace</th>${names.map((name) => html`<th>${name}</th>`)}</tr></thead>
          <tbody>
            ${namespaces.map(
              (each) => html`<tr><td>${each.name || "(without one)"}</td>${names.map((name) => html`<td>${String(each[name] ?? f.NONE)}</td>`)}</tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }
}

customElements.define("relay-journal-page", RelayJournalPage);
