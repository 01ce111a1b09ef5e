import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import * as f from "../format.js";
import { server } from "../server.js";

const SPEEDS = [
  [1, "as it was"],
  [10, "10 times faster"],
  [100, "100 times faster"],
  [0, "as fast as possible"],
];
const POLL_MILLIS = 1000;

/** Publishes what `channel` keeps again, into another channel, and shows how far that is. */
class RelayReplay extends RelayElement {
  static properties = { channel: {}, replay: { state: true }, failure: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.every(POLL_MILLIS, () => this.replay?.state === "running" && this.#follow());
  }

  render() {
    const replay = this.replay;
    const isRunning = replay?.state === "running";
    return html`<header><h2>Replay</h2></header>
      <form class="body form" @submit=${(event) => this.#submit(event)}>
        <label class="field">Into channel <input name="target" required .value=${"replay:" + this.channel} /></label>
        <label class="field"
          >Speed
          <select name="speed">${SPEEDS.map(([speed, title]) => html`<option value=${speed}>${title}</option>`)}</select></label
        >
        <label class="field">From <input name="from" type="datetime-local" step="1" /></label>
        <label class="field">To <input name="to" type="datetime-local" step="1" /></label>
        <div class="buttons">
          <span role="status" class="quiet">${replay ? `${replay.state}: ${f.count(replay.published)} published. ${replay.detail ?? ""}` : ""}</span>
          <span class="spacer"></span>
          ${isRunning
            ? html`<button type="button" class="danger" @click=${() => this.#cancel()}>Stop</button>`
            : html`<button ?disabled=${server.isViewer}>Replay</button>`}
        </div>
        ${this.failure ? html`<p class="note bad" role="alert">${this.failure}</p>` : nothing}
      </form>`;
  }

  async #submit(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const request = { channel: this.channel, target: form.get("target"), speed: Number(form.get("speed")) };
    for (const end of ["from", "to"]) if (f.instant(form.get(end))) request[end] = f.instant(form.get(end));
    await this.#ask("journal_replay", request);
  }

  #follow() {
    return this.#ask("journal_replay_status", { id: this.replay.id });
  }

  #cancel() {
    return this.#ask("journal_replay_cancel", { id: this.replay.id });
  }

  async #ask(method, request) {
    try {
      const result = await server.ask(method, request);
      this.failure = "";
      if (result.id) this.replay = result;
    } catch (failure) {
      this.failure = failure.message;
    }
  }
}

customElements.define("relay-replay", RelayReplay);
