import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import { flow } from "../feeds.js";
import * as f from "../format.js";
import { microsOf } from "../parts/message.js";
import { link, remember, route } from "../router.js";
import { server } from "../server.js";
import "../parts/table.js";

const PAGE = 1000;
const MOST_ROWS = 10_000;
const TYPING_MILLIS = 350;
const REFRESH_MILLIS = 5000;

/**
 * Channels with subscribers, or those of the journal. Up to ten thousand are here at a time, so that sorting them and keeping
 * them stays cheap; of a million one asks for the next ten thousand, or for a pattern.
 */
class RelayChannelsPage extends RelayElement {
  static properties = {
    source: { state: true },
    pattern: { state: true },
    rows: { state: true },
    more: { state: true },
    loading: { state: true },
    failure: { state: true },
    part: { state: true },
  };

  #typing = 0;
  #asking = null;
  #starts = [""]; // cursors at which the parts begin that were seen so far

  constructor() {
    super();
    const { query } = route();
    this.source = query.get("in") === "journal" ? "journal" : "live";
    this.pattern = query.get("pattern") ?? "";
    this.rows = [];
    this.part = 0;
    this.more = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.listen(flow, "data", () => this.source === "live" && this.requestUpdate());
    this.every(REFRESH_MILLIS, () => !document.hidden && !this.loading && this.more === "" && this.rows.length < PAGE && this.#load(true));
    this.until(() => this.#asking?.abort());
    this.#load();
  }

  /** @param quietly keeps what is shown until all of it is there again */
  async #load(quietly = false) {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.loading = !quietly;
    let rows = [];
    let cursor = this.#starts[this.part];
    try {
      do {
        const page = await this.#page(cursor, asking.signal);
        if (asking.signal.aborted) return;
        rows = rows.concat(page.rows);
        cursor = page.next;
        if (!quietly) this.rows = rows;
      } while (cursor !== "" && rows.length < MOST_ROWS);
      this.rows = rows;
      this.more = cursor;
      this.failure = "";
    } catch (failure) {
      if (asking.signal.aborted) return;
      this.failure = failure.message;
    }
    this.loading = false;
  }

  async #page(cursor, signal) {
    const request = { limit: PAGE, cursor };
    if (this.pattern) request.pattern = globbed(this.pattern);
    if (this.source === "journal") {
      const result = await server.ask("journal_streams", request, { signal });
      return { rows: result.streams, next: result.next_cursor ?? "" };
    }
    const result = await server.ask("channels", request, { signal });
    const rows = Object.entries(result.channels).map(([channel, { num_clients }]) => ({ channel, subscribers: num_clients }));
    return { rows, next: result.next_cursor ?? "" };
  }

  #change(part) {
    Object.assign(this, part);
    clearTimeout(this.#typing);
    this.#typing = setTimeout(
      () => {
        remember({ in: this.source === "journal" ? "journal" : "", pattern: this.pattern });
        this.#starts = [""];
        this.part = 0;
        this.#load();
      },
      "pattern" in part ? TYPING_MILLIS : 0,
    );
  }

  #turn(step) {
    if (step > 0) this.#starts[this.part + 1] = this.more;
    this.part += step;
    this.querySelector("relay-table").toTop();
    this.#load();
  }

  #columns() {
    const name = {
      name: "channel",
      title: "Channel",
      sort: (row) => row.channel,
      cell: (row) => html`<a href=${link("channels", row.channel)}>${row.channel}</a>`,
    };
    if (this.source === "journal") {
      return [
        name,
        number("count", "Kept", (row) => row.count, f.count, "110px"),
        number("offset", "Newest offset", (row) => row.offset, f.count, "130px"),
        number("trimmed", "Deleted up to", (row) => row.trimmed_to, f.count, "130px"),
        number("last", "Last published", (row) => (row.last_time ? microsOf(row.last_time) / 1000 : 0), f.dateTime, "210px"),
      ];
    }
    const s = flow.seconds;
    const busy = new Map((flow.latest?.channels ?? []).map((each) => [each.channel, each]));
    const of = (row, what) => busy.get(row.channel)?.[what];
    return [
      name,
      number("subscribers", "Subscribers", (row) => row.subscribers, f.count, "120px"),
      number("rate", "Published", (row) => of(row, "published") / s, quietRate, "110px"),
      number("deliveries", "Delivered", (row) => of(row, "deliveries") / s, quietRate, "110px"),
      number("bytes", "Payload", (row) => of(row, "bytes") / s, (n) => (Number.isFinite(n) ? f.bytes(n) + "/s" : f.NONE), "120px"),
    ];
  }

  render() {
    return html`<div class="page-head">
        <h1>Channels</h1>
        <span class="spacer"></span>
        <div class="segments" role="group" aria-label="Which channels">
          ${[["live", "With subscribers"], ["journal", "In the journal"]].map(
            ([name, title]) =>
              html`<button type="button" aria-pressed=${String(this.source === name)} @click=${() => this.#change({ source: name, rows: [] })}>
                ${title}
              </button>`,
          )}
        </div>
      </div>
      <form class="filters" @submit=${(event) => event.preventDefault()}>
        <label class="field grow"
          >Name or pattern
          <input name="pattern" .value=${this.pattern} placeholder="chat:*" @input=${(event) => this.#change({ pattern: event.target.value })}
        /></label>
      </form>
      ${this.failure ? html`<p class="note bad" role="alert">${this.failure}</p>` : nothing}
      <section class="card fills">
        <relay-table
          label=${this.source === "live" ? "Channels with subscribers" : "Channels of the journal"}
          least="620"
          .columns=${this.#columns()}
          .rows=${this.rows}
          .key=${(row) => row.channel}
          .open=${(row) => (location.hash = link("channels", row.channel))}
        ></relay-table>
        <div class="table-foot">
          <span role="status">${this.#found()}</span>
          <span class="spacer"></span>
          ${this.part > 0 ? html`<button type="button" @click=${() => this.#turn(-1)}>The ${f.count(MOST_ROWS)} before</button>` : nothing}
          ${this.more && !this.loading ? html`<button type="button" @click=${() => this.#turn(1)}>The next ${f.count(MOST_ROWS)}</button>` : nothing}
        </div>
      </section>`;
  }

  #found() {
    if (this.loading) return `Loading… ${f.count(this.rows.length)}`;
    if (this.rows.length === 0) return this.pattern ? "No channel matches." : this.source === "live" ? "Nobody is subscribed to anything." : "The journal is empty.";
    const which = this.part > 0 || this.more ? `Part ${this.part + 1}: ` : "";
    const rates = this.source === "live" ? " Rates are those of the busiest 50." : "";
    return `${which}${f.count(this.rows.length)} channels${this.more ? ", and there are more" : ""}.${rates}`;
  }
}

function number(name, title, value, format, width) {
  return {
    name,
    title,
    number: true,
    width,
    sort: (row) => {
      const n = value(row);
      return Number.isFinite(n) ? n : null;
    },
    cell: (row) => format(value(row)),
  };
}

function quietRate(n) {
  return Number.isFinite(n) ? f.rate(n) : html`<span class="quiet">${f.NONE}</span>`;
}

/** Who types no pattern looks for a part of the name. */
export function globbed(text) {
  return /[*?[\]{}]/.test(text) ? text : `*${text}*`;
}

customElements.define("relay-channels-page", RelayChannelsPage);
