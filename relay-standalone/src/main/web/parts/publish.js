import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import { server } from "../server.js";

/** A form that publishes to `channel`; "published" is told when the server has taken it. */
class RelayPublish extends RelayElement {
  static properties = { channel: {}, outcome: { state: true }, failure: { state: true }, busy: { state: true } };

  render() {
    return html`<header><h2>Publish</h2></header>
      <form class="body form" @submit=${(event) => this.#submit(event)}>
        <label class="field"
          >Data, as JSON
          <textarea name="data" rows="4" spellcheck="false" required .value=${'{"text": "hello"}'}></textarea>
        </label>
        <label class="field">Tags, as name=value <input name="tags" placeholder="lang=en, kind=test" /></label>
        <div class="buttons">
          <label class="choice"><input type="checkbox" name="skip" /> live only, not into the history</label>
          <span class="spacer"></span>
          <button class="primary" ?disabled=${this.busy || server.isViewer}>Publish</button>
        </div>
        <p role="status" class="quiet">${server.isViewer ? "Your role may not publish." : (this.outcome ?? "")}</p>
        ${this.failure ? html`<p class="note bad" role="alert">${this.failure}</p>` : nothing}
      </form>`;
  }

  async #submit(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    this.failure = "";
    this.outcome = "";
    const data = form.get("data");
    try {
      JSON.parse(data);
    } catch (failure) {
      this.failure = `That is not JSON: ${failure.message}`;
      return;
    }
    this.busy = true;
    try {
      // the text goes as it is: what JSON.parse makes of it may be another number
      const result = await server.askRaw("publish", this.#request(form, data));
      this.outcome = result.offset ? `Published with offset ${result.offset}.` : "Published.";
      this.dispatchEvent(new Event("published"));
    } catch (failure) {
      this.failure = failure.message;
    } finally {
      this.busy = false;
    }
  }

  #request(form, data) {
    const rest = { channel: this.channel };
    const tags = form
      .get("tags")
      .split(",")
      .map((each) => each.split("=").map((part) => part.trim()))
      .filter(([name, value]) => name && value !== undefined);
    if (tags.length) rest.tags = Object.fromEntries(tags);
    if (form.get("skip")) rest.skip_history = true;
    return JSON.stringify(rest).slice(0, -1) + `,"data":${data}}`;
  }
}

customElements.define("relay-publish", RelayPublish);
