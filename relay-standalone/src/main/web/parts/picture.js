import { html } from "lit";
import { RelayElement } from "../element.js";
import { count, rate, who } from "../format.js";

const ROWS = 14;
const PARTICLES = 420;
const REST = "\u0000rest"; // no channel and no user has such a name

/**
 * Publishers → channels → subscribers and journal, drawn on a canvas: a link is as thick as what flows through it, and what
 * moves along it moves the faster the more there is. Once a second the picture is told what is; in between it moves.
 *
 * A click on a part narrows the picture to what goes through it (event "narrow").
 */
export class RelayPicture extends RelayElement {
  static properties = { flow: { attribute: false }, seconds: { type: Number }, narrowed: { attribute: false } };

  #canvas = null;
  #colors = {};
  #nodes = new Map(); // id -> {kind, name, x, y, height, …}, the heights and places it is moving to in "to"
  #links = new Map();
  #particles = [];
  #published = new Map(); // id of a channel -> its rate
  #width = 0;
  #height = 0;
  #frame = 0;
  #before = 0;
  #hovered = null;
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  connectedCallback() {
    super.connectedCallback();
    this.listen(window, "relay-theme", () => this.#readColors());
    const watcher = new ResizeObserver(([entry]) => this.#resize(entry.contentRect));
    watcher.observe(this.parentElement);
    this.until(() => watcher.disconnect());
    this.until(() => cancelAnimationFrame(this.#frame));
  }

  render() {
    return html`<canvas
      role="img"
      aria-label=${this.#summary()}
      @pointermove=${(event) => this.#moved(event)}
      @pointerleave=${() => (this.#hovered = null)}
      @click=${() => this.#clicked()}
    ></canvas>`;
  }

  #summary() {
    const { flow, seconds } = this;
    return `Picture of what flows: ${rate(flow.published / seconds)} published to ${count(flow.active_channels)} channels, ${rate(flow.deliveries / seconds)} delivered to ${count(flow.connections)} connections. The table shows the same in words.`;
  }

  firstUpdated() {
    this.#canvas = this.querySelector("canvas");
    this.#readColors();
    const draw = (now) => {
      this.#frame = requestAnimationFrame(draw);
      this.#tick(Math.min(100, now - this.#before) / 1000);
      this.#before = now;
    };
    this.#frame = requestAnimationFrame(draw);
  }

  updated() {
    this.#arrange();
  }

  #readColors() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["publisher", "channel", "subscriber", "journal", "ink", "ink-2", "ink-3", "line", "surface", "warn", "bad", "font"]) {
      this.#colors[name] = style.getPropertyValue("--" + name).trim();
    }
  }

  #resize({ width, height }) {
    this.#width = width;
    this.#height = height;
    if (this.#canvas) {
      const scale = Math.min(2, devicePixelRatio || 1);
      this.#canvas.width = Math.round(width * scale);
      this.#canvas.height = Math.round(height * scale);
      this.#canvas.getContext("2d").setTransform(scale, 0, 0, scale, 0, 0);
      this.#arrange();
    }
  }

  // --- what is where -----------------------------------------------------------------------------------------------------

  /** From the server's figures to parts and links: the busiest by name, all others as one. */
  #graph() {
    const { flow, seconds, narrowed } = this;
    let edges = flow.publishers.map((each) => ({
      publisher: who(each.user, each.client),
      channel: each.channel,
      rate: each.published / seconds,
    }));
    let channels = flow.channels;
    if (narrowed?.kind === "publisher") {
      edges = edges.filter((edge) => edge.publisher === narrowed.name);
      const reached = new Set(edges.map((edge) => edge.channel));
      channels = channels.filter((each) => reached.has(each.channel));
    } else if (narrowed?.kind === "channel") {
      edges = edges.filter((edge) => edge.channel === narrowed.name);
      channels = channels.filter((each) => each.channel === narrowed.name);
    }
    const named = this.#steady(channels.slice(0, this.#rows()), (each) => "c" + each.channel);
    const names = new Set(named.map((each) => each.channel));
    const rest = channels.slice(named.length);
    const sums = new Map();
    for (const edge of edges) sums.set(edge.publisher, (sums.get(edge.publisher) ?? 0) + edge.rate);
    const publishers = [...sums].sort((a, b) => b[1] - a[1]);
    const busiest = this.#steady(publishers.slice(0, this.#rows()), ([name]) => "p" + name);
    const shown = new Set(busiest.map(([name]) => name));
    return { edges, named, names, rest, publishers: [...busiest, ...publishers.slice(busiest.length)], shown };
  }

  /** Who was there keeps the place it had, so that two that are about as busy do not change places every second. */
  #steady(list, id) {
    const places = [...this.#nodes.keys()];
    const place = (each) => {
      const index = places.indexOf(id(each));
      return index < 0 ? Infinity : index;
    };
    return list.toSorted((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
  }

  get #isNarrow() {
    return this.#width < 560;
  }

  #rows() {
    return Math.max(4, Math.min(ROWS, Math.floor((this.#height - 110) / 34)));
  }

  #arrange() {
    if (!this.flow || this.#width === 0) return;
    const { edges, named, names, rest, publishers, shown } = this.#graph();
    const nodes = new Map();
    const links = new Map();
    this.#published.clear();
    const columns = this.#isNarrow ? [0.04, 0.42, 0.8] : [0.03, 0.42, 0.78];
    const bar = 10;
    const put = (id, kind, name, value, detail) => nodes.set(id, { id, kind, name, value, detail, rate: value });
    for (const [name, sum] of publishers) if (shown.has(name)) put("p" + name, "publisher", name, sum, rate(sum));
    const others = publishers.filter(([name]) => !shown.has(name));
    if (others.length) {
      const sum = others.reduce((total, [, each]) => total + each, 0);
      put("p" + REST, "publisher", `${others.length} others`, sum, rate(sum));
    }
    for (const each of named) this.#channel(put, links, each.channel, each.channel, each);
    if (rest.length) this.#channel(put, links, REST, `${rest.length} others`, summed(rest));
    for (const edge of edges) {
      const from = "p" + (shown.has(edge.publisher) ? edge.publisher : REST);
      const to = "c" + (names.has(edge.channel) ? edge.channel : REST);
      if (nodes.has(to)) addLink(links, from, to, edge.rate, "publisher");
    }
    const journal = this.flow.journal;
    if (journal && journal.state !== "none") {
      const committed = journal.committed / this.seconds;
      const text = journal.state === "direct" ? rate(committed) + " committed" : journal.state;
      put("j", "journal", "Journal", committed, text);
      nodes.get("j").health = journal.state === "direct" ? "" : journal.state === "spooling" ? "warn" : "bad";
      const published = Math.max(1e-9, this.flow.published / this.seconds);
      for (const each of nodes.values()) {
        if (each.kind !== "channel") continue;
        const part = this.#published.get(each.id) / published;
        addLink(links, each.id, "j", part * Math.min(committed, published), "journal");
      }
    }
    this.#place(nodes, columns, bar);
    this.#thicken(nodes, links);
    this.#take(nodes, links);
  }

  #channel(put, links, name, title, figures) {
    const published = figures.published / this.seconds;
    const delivered = figures.deliveries / this.seconds;
    put("c" + name, "channel", title, Math.max(published, delivered), rate(published));
    const noun = this.#isNarrow ? "" : figures.subscribers === 1 ? " subscriber" : " subscribers";
    put("s" + name, "subscriber", count(figures.subscribers) + noun, delivered, rate(delivered));
    addLink(links, "c" + name, "s" + name, delivered, "subscriber");
    this.#published.set("c" + name, published);
  }

  /** Columns of evenly spread bars; the journal is below the subscribers. */
  #place(nodes, columns, bar) {
    const top = 44;
    const bottom = this.#height - 20;
    const lists = { publisher: [], channel: [], subscriber: [] };
    for (const node of nodes.values()) {
      lists[node.kind]?.push(node);
    }
    const journal = nodes.get("j");
    Object.entries(lists).forEach(([kind, list], column) => {
      const end = kind !== "publisher" && journal ? bottom - 70 : bottom;
      const step = Math.min(58, (end - top) / Math.max(1, list.length));
      const most = Math.max(1e-9, ...list.map((node) => node.value));
      const offset = (end - top - step * list.length) / 2;
      list.forEach((node, index) => {
        node.x = columns[column] * this.#width;
        node.width = bar;
        node.height = 4 + (step - 12) * Math.sqrt(node.value / most);
        node.y = top + Math.max(0, offset) + step * (index + 0.5) - node.height / 2;
        node.room = (columns[column + 1] ?? 1) * this.#width - node.x - bar - 16;
      });
    });
    if (journal) {
      Object.assign(journal, { x: columns[2] * this.#width, y: bottom - 48, width: bar, height: 40, room: (1 - columns[2]) * this.#width - bar - 12 });
    }
  }

  #thicken(nodes, links) {
    // each kind by itself: fan-out makes deliveries so many more that nothing else would be seen
    const most = { publisher: 1e-9, subscriber: 1e-9, journal: 1e-9 };
    for (const link of links.values()) most[link.color] = Math.max(most[link.color], link.rate);
    for (const link of links.values()) {
      const part = Math.sqrt(link.rate / most[link.color]);
      link.from = nodes.get(link.source);
      link.to = nodes.get(link.target);
      link.thick = 1 + 13 * part;
      link.speed = 0.25 + 0.35 * part;
      link.weight = part;
    }
  }

  /** What was there before starts from where it is; what is new starts from nothing. */
  #take(nodes, links) {
    for (const node of nodes.values()) {
      const old = this.#nodes.get(node.id);
      node.to = { x: node.x, y: node.y, height: node.height };
      if (old && !this.#still.matches) Object.assign(node, { x: old.x, y: old.y, height: old.height });
    }
    for (const [id, link] of links) {
      const thick = this.#links.get(id)?.now ?? 0;
      link.now = this.#still.matches ? link.thick : thick;
    }
    this.#nodes = nodes;
    this.#links = links;
    this.#particles = this.#particles.filter((particle) => links.has(particle.link));
  }

  // --- drawing -----------------------------------------------------------------------------------------------------------

  #tick(seconds) {
    if (!this.#canvas || this.#width === 0) return;
    const pen = this.#canvas.getContext("2d");
    const ease = this.#still.matches ? 1 : 1 - Math.exp(-seconds * 5);
    for (const node of this.#nodes.values()) {
      for (const what of ["x", "y", "height"]) node[what] += (node.to[what] - node[what]) * ease;
    }
    pen.clearRect(0, 0, this.#width, this.#height);
    const lit = this.#lit();
    for (const link of this.#links.values()) {
      link.now += (link.thick - link.now) * ease;
      this.#drawLink(pen, link, lit);
    }
    if (!this.#still.matches) this.#drawParticles(pen, seconds, lit);
    for (const node of this.#nodes.values()) this.#drawNode(pen, node, lit);
    this.#drawTitles(pen);
  }

  /** The parts that are connected to the one under the pointer; null if there is none. */
  #lit() {
    if (!this.#hovered || !this.#nodes.has(this.#hovered)) return null;
    const lit = new Set([this.#hovered]);
    const grow = (from, to) => {
      const found = [];
      for (const link of this.#links.values()) if (lit.has(link[from])) found.push(link[to]);
      for (const id of found) lit.add(id);
    };
    grow("target", "source");
    grow("target", "source");
    grow("source", "target");
    if (this.#hovered.startsWith("p")) grow("source", "target");
    return lit;
  }

  #path(link) {
    const x0 = link.from.x + link.from.width;
    const y0 = link.from.y + link.from.height / 2;
    const x1 = link.to.x;
    const y1 = link.to.y + link.to.height / 2;
    const bend = (x1 - x0) * 0.5;
    return [x0, y0, x0 + bend, y0, x1 - bend, y1, x1, y1];
  }

  #drawLink(pen, link, lit) {
    const [x0, y0, ax, ay, bx, by, x1, y1] = this.#path(link);
    const on = !lit || (lit.has(link.source) && lit.has(link.target));
    pen.globalAlpha = on ? (link.color === "journal" ? 0.16 : 0.24) : 0.05;
    pen.strokeStyle = this.#colors[link.to.health || link.color];
    pen.lineWidth = Math.max(0.6, link.color === "journal" ? link.now * 0.5 : link.now);
    pen.beginPath();
    pen.moveTo(x0, y0);
    pen.bezierCurveTo(ax, ay, bx, by, x1, y1);
    pen.stroke();
    pen.globalAlpha = 1;
  }

  #drawParticles(pen, seconds, lit) {
    this.#feed(seconds);
    const kept = [];
    for (const particle of this.#particles) {
      const link = this.#links.get(particle.link);
      particle.at += link.speed * seconds;
      if (particle.at >= 1) continue;
      kept.push(particle);
      const t = particle.at;
      const u = 1 - t;
      const [x0, y0, ax, ay, bx, by, x1, y1] = this.#path(link);
      const x = u * u * u * x0 + 3 * u * u * t * ax + 3 * u * t * t * bx + t * t * t * x1;
      const y = u * u * u * y0 + 3 * u * u * t * ay + 3 * u * t * t * by + t * t * t * y1;
      pen.globalAlpha = !lit || (lit.has(link.source) && lit.has(link.target)) ? 0.9 : 0.1;
      pen.fillStyle = this.#colors[link.to.health || link.color];
      pen.beginPath();
      pen.arc(x, y + particle.off * link.now * 0.4, particle.size, 0, 6.283);
      pen.fill();
    }
    pen.globalAlpha = 1;
    this.#particles = kept;
  }

  #feed(seconds) {
    if (document.hidden) return;
    for (const [id, link] of this.#links) {
      if (link.rate <= 0) continue;
      const perSecond = Math.min(link.rate, 0.6 + 7 * link.weight);
      if (Math.random() < perSecond * seconds && this.#particles.length < PARTICLES) {
        this.#particles.push({ link: id, at: 0, off: Math.random() * 2 - 1, size: 1.2 + link.weight });
      }
    }
  }

  #drawNode(pen, node, lit) {
    const on = !lit || lit.has(node.id);
    pen.globalAlpha = on ? 1 : 0.25;
    pen.fillStyle = this.#colors[node.health || node.kind];
    pen.beginPath();
    pen.roundRect(node.x, node.y, node.width, Math.max(3, node.height), 3);
    pen.fill();
    const middle = node.y + node.height / 2;
    const x = node.x + node.width + 7;
    pen.textBaseline = "middle";
    pen.font = `600 12px ${this.#colors.font}`;
    pen.strokeStyle = this.#colors.surface;
    pen.lineWidth = 4;
    pen.lineJoin = "round";
    const name = fitted(pen, node.name, Math.max(40, node.room));
    pen.fillStyle = this.#colors.ink;
    pen.strokeText(name, x, middle - 7);
    pen.fillText(name, x, middle - 7);
    pen.font = `400 11px ${this.#colors.font}`;
    pen.fillStyle = this.#colors["ink-3"];
    const detail = fitted(pen, node.detail, Math.max(40, node.room));
    pen.strokeText(detail, x, middle + 8);
    pen.fillText(detail, x, middle + 8);
    pen.globalAlpha = 1;
  }

  #drawTitles(pen) {
    pen.textBaseline = "middle";
    pen.font = `600 11px ${this.#colors.font}`;
    pen.fillStyle = this.#colors["ink-3"];
    const seen = new Set();
    for (const node of this.#nodes.values()) {
      if (node.kind === "journal" || seen.has(node.kind)) continue;
      seen.add(node.kind);
      const title = { publisher: "PUBLISHERS", channel: "CHANNELS", subscriber: "SUBSCRIBERS" }[node.kind];
      pen.fillText(fitted(pen, title, node.room + node.width), node.to.x, 20);
    }
  }

  // --- pointing ----------------------------------------------------------------------------------------------------------

  #moved(event) {
    const { offsetX: x, offsetY: y } = event;
    this.#hovered = null;
    for (const node of this.#nodes.values()) {
      const reach = Math.max(16, node.height / 2 + 4);
      const middle = node.y + node.height / 2;
      if (x >= node.x - 6 && x <= node.x + node.width + Math.min(140, node.room) && Math.abs(y - middle) <= reach) {
        this.#hovered = node.id;
      }
    }
    this.#canvas.style.cursor = this.#target() ? "pointer" : "default";
  }

  #target() {
    const id = this.#hovered;
    if (!id || id === "j" || id.endsWith(REST)) return null;
    return id.startsWith("p") ? { kind: "publisher", name: id.slice(1) } : { kind: "channel", name: id.slice(1) };
  }

  #clicked() {
    const target = this.#target();
    if (target) this.dispatchEvent(new CustomEvent("narrow", { detail: target }));
  }
}

function addLink(links, source, target, rate, color) {
  const id = `${source}→${target}`;
  const link = links.get(id);
  if (link) link.rate += rate;
  else links.set(id, { source, target, rate, color });
}

function summed(channels) {
  const sum = (what) => channels.reduce((total, each) => total + each[what], 0);
  return { published: sum("published"), deliveries: sum("deliveries"), subscribers: sum("subscribers") };
}

function fitted(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let length = Math.min(text.length, Math.ceil(room / 5));
  while (length > 1 && pen.measureText(text.slice(0, length) + "…").width > room) length--;
  return text.slice(0, length) + "…";
}

customElements.define("relay-picture", RelayPicture);
