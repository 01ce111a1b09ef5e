import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import { bytes } from "../format.js";
import { parseExact } from "../json.js";

const SHOWN_CHARACTERS = 200_000;
const PARSED_CHARACTERS = 12_000_000;
const SHOWN_BYTES = 16_384;

/**
 * A payload, as JSON that is easy to read, as it stands, or byte by byte. It is only ever text: nothing in it becomes a part of
 * the page.
 *
 * `text` or `base64` is the payload; `truncated` says that it goes on.
 */
export class RelayPayload extends RelayElement {
  static properties = {
    text: {},
    base64: {},
    truncated: { type: Boolean },
    view: { state: true },
  };

  constructor() {
    super();
    this.view = "pretty";
  }

  render() {
    const isBinary = this.text === undefined || this.text === null;
    const raw = isBinary ? decoded(this.base64) : new TextEncoder().encode(this.text);
    const json = isBinary ? undefined : parsed(this.text);
    const views = [
      ["pretty", "Formatted", json !== undefined],
      ["text", "Text", !isBinary],
      ["hex", "Hex", true],
    ].filter(([, , offered]) => offered);
    const view = views.some(([name]) => name === this.view) ? this.view : views[0][0];
    return html`<div class="form">
      <div class="buttons">
        <div class="segments" role="group" aria-label="Show the payload as">
          ${views.map(
            ([name, title]) =>
              html`<button type="button" aria-pressed=${String(name === view)} @click=${() => (this.view = name)}>${title}</button>`,
          )}
        </div>
        <span class="quiet">${bytes(raw.length)}${this.truncated ? ", the beginning" : ""}</span>
      </div>
      ${this.#shown(view, json, raw)}
    </div>`;
  }

  #shown(view, json, raw) {
    if (view === "hex") {
      const rest = raw.length - SHOWN_BYTES;
      return html`<pre class="payload hex" tabindex="0">${hexDump(raw.subarray(0, SHOWN_BYTES))}</pre>
        ${rest > 0 ? html`<p class="quiet">${bytes(rest)} more</p>` : nothing}`;
    }
    const text = view === "pretty" ? JSON.stringify(json, null, 2) : this.text;
    const rest = text.length - SHOWN_CHARACTERS;
    return html`<pre class="payload" tabindex="0">${rest > 0 ? text.slice(0, SHOWN_CHARACTERS) : text}</pre>
      ${rest > 0 ? html`<p class="quiet">${rest} characters more</p>` : nothing}`;
  }
}

function parsed(text) {
  if (text.length > PARSED_CHARACTERS) return undefined;
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

function decoded(base64) {
  try {
    return Uint8Array.from(atob(base64 ?? ""), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function hexDump(content) {
  const lines = [];
  for (let at = 0; at < content.length; at += 16) {
    const part = [...content.subarray(at, at + 16)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const letters = part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${letters}`);
  }
  return lines.join("\n") || "(empty)";
}

customElements.define("relay-payload", RelayPayload);
