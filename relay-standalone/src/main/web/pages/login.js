import { html, nothing } from "lit";
import { RelayElement } from "../element.js";
import { logo } from "../parts/icons.js";
import { server } from "../server.js";

/** Asks for the password; what the server says decides what comes next. */
class RelayLoginPage extends RelayElement {
  static properties = { failure: { state: true }, busy: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.updateComplete.then(() => this.querySelector("input")?.focus());
  }

  render() {
    return html`<main class="card">
      <h1 class="brand">${logo} Relay console</h1>
      ${server.session.hint ? html`<p class="note warn">${server.session.hint}</p>` : nothing}
      <form class="form" @submit=${(event) => this.#submit(event)}>
        <label class="field">
          Password
          <input type="password" name="password" autocomplete="current-password" required aria-describedby="login-failure" />
        </label>
        <p id="login-failure" role="alert" ?hidden=${!this.failure} class="note bad">${this.failure}</p>
        <button class="primary" ?disabled=${this.busy}>Log in</button>
      </form>
    </main>`;
  }

  async #submit(event) {
    event.preventDefault();
    const input = this.querySelector("input");
    this.busy = true;
    this.failure = "";
    try {
      await server.login(input.value);
    } catch (failure) {
      if (failure.status === 401) this.failure = "That is not the password.";
      else if (failure.retryAfter) this.failure = `${failure.message} Try again in ${failure.retryAfter} s.`;
      else this.failure = failure.message;
      input.select();
    } finally {
      this.busy = false;
    }
  }
}

customElements.define("relay-login-page", RelayLoginPage);
