import { LitElement } from "lit";

/**
 * What every part of the console is: an element without a shadow, so that one style sheet holds for all, and with listeners
 * that end when it goes.
 */
export class RelayElement extends LitElement {
  #ends = [];

  createRenderRoot() {
    return this;
  }

  /** Listens as long as the element is on the page. */
  listen(target, type, handler) {
    target.addEventListener(type, handler);
    this.#ends.push(() => target.removeEventListener(type, handler));
  }

  /** Calls `end` when the element leaves the page. */
  until(end) {
    this.#ends.push(end);
  }

  /** Again and again as long as the element is on the page. */
  every(millis, action) {
    const timer = setInterval(action, millis);
    this.#ends.push(() => clearInterval(timer));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const end of this.#ends.splice(0)) end();
  }
}
