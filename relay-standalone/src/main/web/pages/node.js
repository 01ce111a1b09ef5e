import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import { flow, node } from "../feeds.js";
import * as f from "../format.js";
import { server } from "../server.js";
import "../parts/chart.js";

/** How the node is: load, latency, memory, what it was told, and what an operator should look at. */
class RelayNodePage extends RelayElement {
  static properties = { configuration: { state: true }, failure: { state: true }, sought: { state: true } };

  constructor() {
    super();
    this.configuration = null;
    this.sought = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.listen(node, "data", () => this.requestUpdate());
    this.#ask();
  }

  async #ask() {
    try {
      this.configuration = await server.configuration();
    } catch (failure) {
      this.failure = failure.message;
    }
  }

  render() {
    const now = node.latest;
    const process = now?.process ?? {};
    return html`<div class="page-head">
        <h1>${server.session.node || "Node"}</h1>
        ${now ? html`<span class=${"tag " + (now.health.state === "ready" ? "good" : "warn")}>${now.health.state}</span>` : nothing}
        <span class="quiet">Relay ${server.session.version}, up ${f.duration(process.uptime_s)}</span>
      </div>
      ${node.error ? html`<p class="note bad" role="alert">The figures are not to be had: ${node.error}</p>` : nothing}
      ${this.#warnings(now?.warnings ?? [])}
      <dl class="figures">
        <div><dt>CPU, of one core</dt><dd>${f.percent(process.cpu)}</dd></div>
        <div><dt>Memory</dt><dd>${f.bytes(process.rss)}</dd></div>
        <div><dt>Heap</dt><dd>${f.bytes(process.heap_used)} <small>/ ${f.bytes(process.heap_max)}</small></dd></div>
        <div><dt>Open files</dt><dd>${f.count(process.open_files)} <small>of ${f.short(process.max_open_files)}</small></dd></div>
        <div><dt>Threads</dt><dd>${f.count(process.threads)}</dd></div>
        <div><dt>Connections</dt><dd>${flow.latest ? f.count(flow.latest.connections) : f.NONE}</dd></div>
      </dl>
      ${this.#charts()} ${this.#shards(now?.shards ?? [])} ${this.#metrics(now?.metrics ?? {})} ${this.#options()}`;
  }

  #warnings(warnings) {
    if (warnings.length === 0) return nothing;
    return html`<section aria-label="Warnings" class="form">
      ${warnings.map((each) => html`<div class="note warn"><strong>${each.what}</strong><span>${each.todo}</span></div>`)}
    </section>`;
  }

  #charts() {
    const flows = flow.history.toArray();
    const nodes = node.history.toArray();
    const of = (rows, what) => rows.map((row) => row[what]);
    const times = of(flows, "time");
    return html`<div class="cards wide">
      ${chart("Throughput", [["published", "publisher"], ["delivered", "subscriber"]], [times, of(flows, "published"), of(flows, "deliveries")], f.rate)}
      ${chart("Journal commit, p99", [["commit", "journal"]], [times, of(flows, "commitMillis")], f.millis)}
      ${chart("CPU, of one core", [["cpu", "channel"]], [of(nodes, "time"), of(nodes, "cpu")], f.percent)}
      ${chart("Heap", [["used", "subscriber"]], [of(nodes, "time"), of(nodes, "heap")], f.bytes)}
    </div>`;
  }

  #shards(shards) {
    if (shards.length === 0) return nothing;
    return html`<section class="card">
      <header><h2>Shards</h2><span class="quiet">a thread each; one that is always full is the limit of the node</span></header>
      <div class="body shards">
        ${shards.map(
          (shard) => html`<div>
            <div class="filters">
              <h3>Shard ${shard.index}</h3>
              <span class="spacer"></span><span class="number">${f.percent(shard.load)}</span>
            </div>
            <meter min="0" max="1" high="0.8" optimum="0" value=${shard.load} aria-label=${`Load of shard ${shard.index}`}></meter>
            <p class="quiet">${f.count(shard.connections)} connections, ${f.count(shard.inbox)} waiting</p>
          </div>`,
        )}
      </div>
    </section>`;
  }

  #metrics(metrics) {
    const all = Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1));
    if (all.length === 0) return nothing;
    const spread = all.filter(([, value]) => typeof value === "object" && value !== null);
    const single = all.filter(([, value]) => typeof value === "number");
    const parts = ["count", "mean", "p50", "p95", "p99", "max"];
    return html`<div class="cards wide">
      <section class="card">
        <header><h2>Distributions</h2></header>
        <div class="rows" tabindex="0" role="region" aria-label="Distributions">
          <table class="plain-table">
            <thead><tr><th>Metric</th>${parts.map((part) => html`<th class="number">${part}</th>`)}</tr></thead>
            <tbody>
              ${spread.map(
                ([name, value]) => html`<tr><td>${name}</td>${parts.map((part) => html`<td class="number">${f.short(value[part] ?? NaN)}</td>`)}</tr>`,
              )}
            </tbody>
          </table>
        </div>
      </section>
      <section class="card">
        <header><h2>Metrics</h2></header>
        <table class="plain-table">
          <thead><tr><th>Metric</th><th class="number">Value</th></tr></thead>
          <tbody>${single.map(([name, value]) => html`<tr><td>${name}</td><td class="number">${value % 1 ? f.short(value) : f.count(value)}</td></tr>`)}</tbody>
        </table>
      </section>
    </div>`;
  }

  #options() {
    const sought = this.sought.toLowerCase();
    const options = (this.configuration?.options ?? []).filter((each) => (each.name + " " + each.summary).toLowerCase().includes(sought));
    return html`<section class="card">
      <header>
        <h2>Configuration</h2>
        <span class="quiet">in force now; secrets are not sent here</span>
        <span class="spacer"></span>
        <input aria-label="Find an option" placeholder="find an option" @input=${(event) => (this.sought = event.target.value)} />
      </header>
      ${this.failure ? html`<p class="body quiet">${this.failure}</p>` : nothing}
      <table class="plain-table">
        <thead><tr><th>Option</th><th>Value</th><th class="hide-narrow">What it is</th></tr></thead>
        <tbody>
          ${options.map(
            (each) => html`<tr>
              <td class="mono">${each.name}</td>
              <td class="mono">${each.value ?? f.NONE} ${each.default ? nothing : html`<span class="tag">set</span>`}</td>
              <td class="hide-narrow quiet">${each.summary}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }
}

function chart(title, series, data, format) {
  return html`<section class="card">
    <header><h2>${title}</h2></header>
    <div class="body">
      <relay-chart
        .title=${title}
        .series=${series.map(([name, color]) => ({ title: name, color }))}
        .data=${data}
        .format=${format}
      ></relay-chart>
    </div>
  </section>`;
}

customElements.define("relay-node-page", RelayNodePage);
