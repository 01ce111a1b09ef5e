import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import * as f from "../format.js";
import { payloadOf } from "../json.js";
import { link } from "../router.js";
import { server } from "../server.js";
import { icon } from "./icons.js";
import "./payload.js";

/**
 * One message in full: `message` is one of live traffic, or `fromJournal(…)` of a publication. What live traffic has cut off is
 * fetched when asked for.
 */
export class RelayMessage extends RelayElement {
  static properties = { message: { attribute: false }, whole: { state: true }, failure: { state: true }, busy: { state: true } };

  willUpdate(changed) {
    if (changed.has("message")) {
      this.whole = null;
      this.failure = "";
    }
  }

  render() {
    const m = this.message;
    const { text, base64 } = this.whole ?? { text: m.text, base64: m.b64 };
    return html`<header>
        <h2>Message</h2>
        <span class="spacer"></span>
        <button type="button" class="plain" aria-label="Close" @click=${() => this.dispatchEvent(new Event("close"))}>${icon("close")}</button>
      </header>
      <div class="body form">
        <dl class="pairs">
          <dt>Channel</dt>
          <dd><a href=${link("channels", m.channel)}>${m.channel}</a></dd>
          <dt>Offset</dt>
          <dd class="mono">${m.offset ? html`${m.offset} <span class="quiet">in ${m.epoch}</span>` : "not kept"}</dd>
          <dt>Time</dt>
          <dd class="mono">${f.dateTime(m.time / 1000)}</dd>
          <dt>Publisher</dt>
          <dd>${f.who(m.user, m.client)}${m.client ? html` <span class="mono quiet">${m.client}</span>` : nothing}</dd>
          ${m.recipients === undefined
            ? nothing
            : html`<dt>Recipients</dt>
                <dd>${f.count(m.recipients)}</dd>
                <dt>Latency</dt>
                <dd>${f.micros(m.latency_us)}</dd>`}
          ${Object.entries(m.tags ?? {}).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
        </dl>
        ${m.withheld
          ? html`<p class="note">The journal keeps no payloads of this channel.</p>`
          : html`<relay-payload
              .text=${text}
              .base64=${base64}
              ?truncated=${m.truncated && !this.whole}
            ></relay-payload>`}
        ${m.truncated && !this.whole ? this.#fetcher(m) : nothing}
        ${this.failure ? html`<p class="note bad" role="alert">${this.failure}</p>` : nothing}
      </div>`;
  }

  #fetcher(m) {
    if (!m.offset) return html`<p class="quiet">The rest is not to be had: the channel keeps nothing. ${f.bytes(m.size)} in all.</p>`;
    return html`<button type="button" ?disabled=${this.busy} @click=${() => this.#fetch(m)}>Load all ${f.bytes(m.size)}</button>`;
  }

  async #fetch(m) {
    this.busy = true;
    try {
      const { publications } = await server.ask("journal_find", {
        channel: m.channel,
        after_offset: m.offset - 1,
        through_offset: m.offset,
        limit: 1,
        max_bytes: 16 << 20,
      });
      if (this.message !== m) return;
      if (publications.length) this.whole = payloadOf(publications[0]);
      else this.failure = "It is not in the journal any more.";
    } catch (failure) {
      this.failure = failure.message;
    } finally {
      this.busy = false;
    }
  }
}

/** A publication of the server API, as live traffic would tell it. */
export function fromJournal(publication, channel = publication.channel) {
  const { text, base64 } = payloadOf(publication);
  return {
    channel,
    offset: publication.offset,
    epoch: publication.epoch ?? "",
    time: publication.time ? microsOf(publication.time) : NaN,
    user: publication.info?.user ?? "",
    client: publication.info?.client ?? "",
    tags: publication.tags ?? {},
    text,
    b64: base64,
    size: text === undefined ? Math.floor(((base64 ?? "").length * 3) / 4) : text.length,
    withheld: publication.withheld ?? false,
  };
}

export function microsOf(time) {
  return Date.parse(time) * 1000;
}

/** The beginning of a payload, in one line. */
export function preview(m) {
  if (m.withheld) return "(not kept)";
  if (m.text !== undefined && m.text !== null) return m.text.slice(0, 200);
  return m.b64 ? `(${f.bytes(m.size)} of binary)` : "(empty)";
}

customElements.define("relay-message", RelayMessage);
