import { html } from "lit";
import uPlot from "uplot";
import { RelayElement } from "../element.js";

const HEIGHT_PIXELS = 150;
const LEAST_SECONDS = 60;

/**
 * Lines over time. `series` is `[{title, color}]`, color a name of the palette; `data` is what uPlot takes: times in seconds,
 * then a list of values for each of the series. `format` writes a value. Drawn again only when data came, and while in view.
 */
export class RelayChart extends RelayElement {
  static properties = {
    title: {},
    series: { attribute: false },
    data: { attribute: false },
    format: { attribute: false },
  };

  #plot = null;
  #width = 0;
  #cursor = null;

  constructor() {
    super();
    this.format = String;
    this.series = [];
    this.data = [[]];
  }

  connectedCallback() {
    super.connectedCallback();
    const watcher = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry.contentRect.width);
      if (width === this.#width || width === 0) return;
      this.#width = width;
      if (this.#plot) this.#plot.setSize({ width, height: HEIGHT_PIXELS });
      else this.requestUpdate();
    });
    watcher.observe(this);
    this.until(() => watcher.disconnect());
    this.listen(window, "relay-theme", () => {
      this.#forget();
      this.requestUpdate();
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#forget();
  }

  #forget() {
    this.#plot?.destroy();
    this.#plot = null;
  }

  render() {
    const at = this.#cursor;
    const last = this.data[0].length - 1;
    const index = at ?? last;
    return html`<div class="legend" aria-hidden="true">
        ${this.series.map(
          (series, i) =>
            html`<span><i class=${"c-" + series.color}></i>${series.title} <b class="number">${this.#value(i, index)}</b></span>`,
        )}
      </div>
      <div class="plot" role="img" aria-label=${this.#summary(last)}></div>`;
  }

  #value(series, index) {
    const value = this.data[series + 1]?.[index];
    return value === null || value === undefined ? "–" : this.format(value);
  }

  #summary(last) {
    return `${this.title}: ` + this.series.map((series, i) => `${series.title} ${this.#value(i, last)}`).join(", ");
  }

  updated() {
    if (this.#width === 0) return;
    if (this.#plot) this.#plot.setData(this.data);
    else this.#draw();
  }

  #draw() {
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue("--" + name).trim();
    const grid = { stroke: color("line"), width: 1 };
    const axis = { stroke: color("ink-3"), grid, ticks: { show: false }, font: `11px ${style.getPropertyValue("--font")}` };
    this.#plot = new uPlot(
      {
        width: this.#width,
        height: HEIGHT_PIXELS,
        padding: [8, 4, 0, 0],
        cursor: { drag: { setScale: false }, points: { size: 6 } },
        legend: { show: false },
        hooks: {
          setCursor: [
            (plot) => {
              const index = plot.cursor.idx ?? null;
              if (index !== this.#cursor) {
                this.#cursor = index;
                this.requestUpdate();
              }
            },
          ],
        },
        scales: {
          x: { range: (plot, first, last) => [Math.min(first ?? Infinity, (last ?? Date.now() / 1000) - LEAST_SECONDS), last ?? Date.now() / 1000] },
          y: { range: (plot, low, high) => [0, Math.max(high ?? 0, 1e-9) * 1.1] },
        },
        axes: [
          { ...axis, grid: { show: false }, size: 24, space: 70, values: (plot, times) => times.map(timeOfDay) },
          { ...axis, size: 58, space: 34, values: (plot, values) => values.map((value) => this.format(value)) },
        ],
        series: [
          {},
          ...this.series.map((series) => ({
            stroke: color(series.color),
            fill: color(series.color) + "1f",
            width: 1.5,
            points: { show: false },
          })),
        ],
      },
      this.data,
      this.querySelector(".plot"),
    );
  }
}

function timeOfDay(seconds) {
  return new Date(seconds * 1000).toTimeString().slice(0, 8);
}

customElements.define("relay-chart", RelayChart);
