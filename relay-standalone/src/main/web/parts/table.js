import { html, nothing } from "lit";

import { RelayElement } from "../element.js";
import { sized } from "./sized.js";

const ROW_PIXELS = 34; // --row
const MARGIN_ROWS = 12;

/**
 * A table of which only the rows in view are on the page, however many there are. Rows have one height, their keys decide
 * which is selected, and what is in view stays there when rows come in above.
 *
 * - `columns`: `[{name, title, cell: row => template, number, sort: row => value, width}]`
 * - `rows`, `key: row => text`, `open: row => …` for rows that can be opened
 * - `label`: what the table is of, for screen readers
 */
export class RelayTable extends RelayElement {
  static properties = {
    columns: { attribute: false },
    rows: { attribute: false },
    key: { attribute: false },
    open: { attribute: false },
    selected: { attribute: false },
    label: {},
    least: { type: Number },
    order: { state: true },
    from: { state: true },
    visible: { state: true },
  };

  constructor() {
    super();
    this.columns = [];
    this.rows = [];
    this.key = (row, index) => String(index);
    this.order = null;
    this.from = 0;
    this.visible = 40;
    this.least = 640;
  }

  connectedCallback() {
    super.connectedCallback();
    const watcher = new ResizeObserver(() => this.#measure());
    this.updateComplete.then(() => watcher.observe(this.#box));
    this.until(() => watcher.disconnect());
  }

  get #box() {
    return this.querySelector(".rows");
  }

  /** True when the first row is in view: who has scrolled away is reading. */
  get isAtTop() {
    return (this.#box?.scrollTop ?? 0) < ROW_PIXELS;
  }

  toTop() {
    this.#box?.scrollTo({ top: 0 });
  }

  #measure() {
    const box = this.#box;
    if (!box) return;
    this.from = Math.max(0, Math.floor(box.scrollTop / ROW_PIXELS) - MARGIN_ROWS);
    this.visible = Math.ceil(box.clientHeight / ROW_PIXELS) + 2 * MARGIN_ROWS;
  }

  #sorted() {
    const column = this.order && this.columns.find((each) => each.name === this.order.name);
    if (!column?.sort) return this.rows;
    const sign = this.order.descending ? -1 : 1;
    return this.rows.toSorted((a, b) => {
      const [x, y] = [column.sort(a), column.sort(b)];
      return x === y ? 0 : x === null || x === undefined ? 1 : y === null || y === undefined ? -1 : x < y ? -sign : sign;
    });
  }

  #sortBy(column) {
    if (this.order?.name !== column.name) this.order = { name: column.name, descending: Boolean(column.number) };
    else if (this.order.descending === Boolean(column.number)) this.order = { ...this.order, descending: !this.order.descending };
    else this.order = null;
  }

  #heading(column) {
    const sort = this.order?.name === column.name ? (this.order.descending ? "descending" : "ascending") : undefined;
    return html`<th
      scope="col"
      class=${column.number ? "number" : ""}
      aria-sort=${sort ?? nothing}
      ${sized({ width: column.width ?? "auto" })}
    >
      ${column.sort ? html`<button type="button" @click=${() => this.#sortBy(column)}>${column.title}</button>` : column.title}
    </th>`;
  }

  #row(row, index) {
    const key = this.key(row, index);
    return html`<tr
      data-row
      data-opens=${this.open ? "" : nothing}
      aria-rowindex=${index + 2}
      aria-selected=${this.selected === undefined ? nothing : String(this.selected === key)}
      @click=${this.open ? (event) => this.#clicked(event, row) : null}
    >
      ${this.columns.map((column) => html`<td class=${column.number ? "number" : ""}>${column.cell(row)}</td>`)}
    </tr>`;
  }

  /** A click on a button or a link in the row is for that. */
  #clicked(event, row) {
    if (!event.target.closest("a, button, input") && getSelection().isCollapsed) this.open(row);
  }

  render() {
    const rows = this.#sorted();
    const from = Math.max(0, Math.min(this.from, rows.length - this.visible));
    const to = Math.min(rows.length, from + this.visible);
    return html`<div class="rows" tabindex="0" role="region" aria-label=${this.label} @scroll=${() => this.#measure()}>
      <table aria-label=${this.label} aria-rowcount=${rows.length + 1} ${sized({ "min-width": this.least + "px" })}>
        <thead>
          <tr aria-rowindex="1">${this.columns.map((column) => this.#heading(column))}</tr>
        </thead>
        <tbody>
          ${this.#gap(from)}${rows.slice(from, to).map((row, index) => this.#row(row, from + index))}${this.#gap(rows.length - to)}
        </tbody>
      </table>
    </div>`;
  }

  #gap(rows) {
    if (rows <= 0) return nothing;
    return html`<tr aria-hidden="true">
      <td class="gap" colspan=${this.columns.length} ${sized({ height: rows * ROW_PIXELS + "px" })}></td>
    </tr>`;
  }
}

customElements.define("relay-table", RelayTable);
