import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import { flow, socket } from "../feeds.js";
import * as f from "../format.js";
import { link, remember, route } from "../router.js";
import "../parts/picture.js";

/** The picture of the whole process, or the same as a table. */
class RelayFlowPage extends RelayElement {
  static properties = { view: { state: true }, narrowed: { state: true } };

  constructor() {
    super();
    const { query } = route();
    this.view = query.get("view") === "table" ? "table" : "picture";
    const [kind, ...name] = (query.get("only") ?? "").split(" ");
    this.narrowed = name.length ? { kind, name: name.join(" ") } : null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.listen(flow, "data", () => this.requestUpdate());
    this.listen(window, "keydown", (event) => event.key === "Escape" && this.#narrow(null));
  }

  #narrow(to) {
    const isSame = to && this.narrowed && to.kind === this.narrowed.kind && to.name === this.narrowed.name;
    this.narrowed = isSame ? null : to;
    this.#remember();
  }

  #remember() {
    remember({
      view: this.view === "table" ? "table" : "",
      only: this.narrowed ? `${this.narrowed.kind} ${this.narrowed.name}` : "",
    });
  }

  render() {
    const now = flow.latest;
    return html`<div class="page-head">
        <h1>Flow</h1>
        ${this.narrowed
          ? html`<span class="tag">
              only ${this.narrowed.kind} ${this.narrowed.name}
              <button type="button" class="text" @click=${() => this.#narrow(null)} aria-label="Show everything again">×</button>
            </span>`
          : nothing}
        <span class="spacer"></span>
        <div class="segments" role="group" aria-label="Show as">
          ${["picture", "table"].map(
            (view) =>
              html`<button
                type="button"
                aria-pressed=${String(view === this.view)}
                @click=${() => {
                  this.view = view;
                  this.#remember();
                }}
              >
                ${view === "picture" ? "Picture" : "Table"}
              </button>`,
          )}
        </div>
      </div>
      ${this.#figures(now)} ${now ? this.#body(now) : this.#waiting()}`;
  }

  #figures(now) {
    const s = flow.seconds;
    const journal = now?.journal;
    return html`<dl class="figures">
      ${figure("Published", now && f.rate(now.published / s))}${figure("Delivered", now && f.rate(now.deliveries / s))}
      ${figure("Payload", now && f.bytes(now.bytes / s) + "/s")}${figure("Connections", now && f.count(now.connections))}
      ${figure("Active channels", now && f.count(now.active_channels))}
      ${figure("Journal commit, p99", journal && journal.state !== "none" ? f.millis(journal.commit_ms_p99) : f.NONE)}
    </dl>`;
  }

  #waiting() {
    return html`<div class="card empty"><p>${socket.state === "connected" ? "The first figures come in a second." : "Connecting…"}</p></div>`;
  }

  #body(now) {
    if (now.published === 0 && now.channels.length === 0 && !this.seen) return firstRun();
    this.seen = true;
    if (this.view === "table") return this.#tables(now);
    return html`<figure class="card picture">
      <relay-picture
        .flow=${now}
        .seconds=${flow.seconds}
        .narrowed=${this.narrowed}
        @narrow=${(event) => this.#narrow(event.detail)}
      ></relay-picture>
    </figure>`;
  }

  #tables(now) {
    const s = flow.seconds;
    const only = this.narrowed;
    const publishers = now.publishers.filter((each) => fits(only, "publisher", f.who(each.user, each.client), each.channel));
    const shown = only?.kind === "publisher" ? new Set(publishers.map((each) => each.channel)) : null;
    const channels = now.channels.filter((each) => (shown ? shown.has(each.channel) : fits(only, "channel", each.channel, each.channel)));
    return html`<div class="cards">
      <section class="card">
        <header><h2>Publishers</h2><span class="quiet">estimated from a sample</span></header>
        <table class="plain-table">
          <thead><tr><th>Publisher</th><th>Channel</th><th class="number">Published</th></tr></thead>
          <tbody>
            ${publishers.map(
              (each) => html`<tr>
                <td>${narrower(this, "publisher", f.who(each.user, each.client))}</td>
                <td><a href=${link("channels", each.channel)}>${each.channel}</a></td>
                <td class="number">${f.rate(each.published / s)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </section>
      <section class="card">
        <header><h2>Channels</h2><span class="quiet">the busiest 50</span></header>
        <table class="plain-table">
          <thead>
            <tr><th>Channel</th><th class="number">Published</th><th class="number">Subscribers</th><th class="number">Delivered</th></tr>
          </thead>
          <tbody>
            ${channels.map(
              (each) => html`<tr>
                <td>${narrower(this, "channel", each.channel)}</td>
                <td class="number">${f.rate(each.published / s)}</td>
                <td class="number">${f.count(each.subscribers)}</td>
                <td class="number">${f.rate(each.deliveries / s)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </section>
      <section class="card">
        <header><h2>Journal</h2></header>
        <div class="body">${journalPairs(now, s)}</div>
      </section>
    </div>`;
  }

  narrow(to) {
    this.#narrow(to);
  }
}

function journalPairs({ journal }, s) {
  if (!journal || journal.state === "none") return html`<p class="quiet">There is no journal.</p>`;
  return html`<dl class="pairs">
    <dt>State</dt><dd>${journal.state}</dd>
    <dt>Committed</dt><dd>${f.rate(journal.committed / s)}</dd>
    <dt>Batches</dt><dd>${f.rate(journal.batches / s)}</dd>
    <dt>Commit, p99</dt><dd>${f.millis(journal.commit_ms_p99)}</dd>
    <dt>In the spool</dt><dd>${f.count(journal.spool_publications)} (${f.bytes(journal.spool_bytes)})</dd>
  </dl>`;
}

function fits(only, kind, name, channel) {
  if (!only) return true;
  return only.kind === kind ? only.name === name : only.kind !== "channel" || only.name === channel;
}

function narrower(page, kind, name) {
  return html`<button type="button" class="text" @click=${() => page.narrow({ kind, name })}>${name}</button>`;
}

function figure(title, value) {
  return html`<div><dt>${title}</dt><dd>${value || f.NONE}</dd></div>`;
}

function firstRun() {
  const origin = location.origin.startsWith("http") ? location.origin : "http://localhost:8001";
  return html`<div class="card empty">
    <h2>Nothing flows yet</h2>
    <p>Publish a first message, and it shows up here. From a shell (with a key, if the server has one):</p>
    <pre tabindex="0">curl ${origin}/api/publish -d '{"channel":"chat","data":{"text":"hello"}}'</pre>
    <p>or with the form on <a href=${link("channels", "chat")}>the page of a channel</a>.</p>
  </div>`;
}

customElements.define("relay-flow-page", RelayFlowPage);
