import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import { bytes, count } from "../format.js";
import { server } from "../server.js";

const PAGE = 1000;
const MOST_BYTES = 256 << 20;

/**
 * Takes what a search finds out of the journal, page by page, and gives it to the user as a file: a publication a line, as the
 * server API writes it, oldest first. It is collected in the browser; what is larger than that should hold is for `journal
 * export` on the server.
 */
class RelayExport extends RelayElement {
  static properties = { query: { attribute: false }, progress: { state: true }, note: { state: true } };

  #stop = null;

  constructor() {
    super();
    this.until(() => this.#stop?.abort());
  }

  render() {
    if (this.progress) {
      return html`<span role="status" class="quiet">${count(this.progress.publications)} publications, ${bytes(this.progress.bytes)}</span>
        <button type="button" @click=${() => this.#stop.abort()}>Stop</button>`;
    }
    return html`${this.note ? html`<span role="status" class="quiet">${this.note}</span>` : nothing}
      <button type="button" id="export" @click=${() => this.#run()}>Export what this finds</button>`;
  }

  async #run() {
    this.#stop = new AbortController();
    this.note = "";
    this.progress = { publications: 0, bytes: 0 };
    try {
      const { parts, isWhole } = await this.#collect(this.query(), this.#stop.signal);
      this.note = isWhole ? `${count(this.progress.publications)} exported` : `cut off at ${bytes(MOST_BYTES)}`;
      save(new Blob(parts, { type: "application/x-ndjson" }));
    } catch (failure) {
      this.note = this.#stop.signal.aborted ? "stopped" : failure.message;
    }
    this.progress = null;
  }

  async #collect(query, signal) {
    const parts = [];
    let cursor = "";
    for (;;) {
      const page = await server.ask("journal_find", { ...query, reverse: false, limit: PAGE, cursor }, { signal });
      const lines = page.publications.map((each) => JSON.stringify(each) + "\n").join("");
      if (lines) parts.push(new Blob([lines]));
      const size = this.progress.bytes + lines.length;
      this.progress = { publications: this.progress.publications + page.publications.length, bytes: size };
      if (!page.more) return { parts, isWhole: true };
      if (size > MOST_BYTES) return { parts, isWhole: false };
      cursor = page.cursor;
    }
  }
}

function save(blob) {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = `relay-journal-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.ndjson`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

customElements.define("relay-export", RelayExport);
