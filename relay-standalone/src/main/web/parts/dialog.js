import { html } from "lit";
import { RelayElement } from "../element.js";

/** Asks before something that cannot be undone. `ask(…)` resolves to true or false; Escape is no. */
class RelayConfirm extends RelayElement {
  static properties = { question: { state: true } };

  #answer = () => {};

  async ask(title, text, action) {
    this.question = { title, text, action };
    await this.updateComplete;
    this.querySelector("dialog").showModal();
    return new Promise((resolve) => (this.#answer = resolve));
  }

  #close(yes) {
    this.#answer(yes);
    this.#answer = () => {};
    if (this.querySelector("dialog").open) this.querySelector("dialog").close();
  }

  render() {
    const { title, text, action } = this.question ?? { title: "", text: "", action: "" };
    return html`<dialog aria-labelledby="confirm-title" @close=${() => this.#close(false)}>
      <div>
        <h2 id="confirm-title">${title}</h2>
        <p>${text}</p>
        <div class="buttons">
          <button type="button" @click=${() => this.#close(false)}>Cancel</button>
          <button type="button" class="danger" id="confirm-yes" @click=${() => this.#close(true)}>${action}</button>
        </div>
      </div>
    </dialog>`;
  }
}

customElements.define("relay-confirm", RelayConfirm);

let one = null;

export function confirm(title, text, action) {
  if (!one) {
    one = document.createElement("relay-confirm");
    document.body.append(one);
  }
  return one.updateComplete.then(() => one.ask(title, text, action));
}

/** The list of keys, opened by `?`. */
class RelayShortcuts extends RelayElement {
  static properties = { keys: { attribute: false } };

  open() {
    const dialog = this.querySelector("dialog");
    if (!dialog.open) dialog.showModal();
  }

  render() {
    return html`<dialog aria-labelledby="keys-title">
      <div>
        <h2 id="keys-title">Keyboard</h2>
        <dl class="pairs">${(this.keys ?? []).map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${what}</dd>`)}</dl>
        <form method="dialog" class="buttons"><button>Close</button></form>
      </div>
    </dialog>`;
  }
}

customElements.define("relay-shortcuts", RelayShortcuts);
