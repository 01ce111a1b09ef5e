/** The last so many values, in the order they came; the oldest makes room. */
export class Ring {
  #values;
  #next = 0;
  #size = 0;

  constructor(capacity) {
    this.#values = new Array(capacity);
  }

  push(value) {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#values.length;
    this.#size = Math.min(this.#size + 1, this.#values.length);
  }

  get size() {
    return this.#size;
  }

  /** The newest is 0. */
  newest(index) {
    const capacity = this.#values.length;
    return index < this.#size ? this.#values[(this.#next - 1 - index + capacity) % capacity] : undefined;
  }

  toArray() {
    const all = new Array(this.#size);
    for (let i = 0; i < this.#size; i++) all[this.#size - 1 - i] = this.newest(i);
    return all;
  }

  clear() {
    this.#values = new Array(this.#values.length);
    this.#next = 0;
    this.#size = 0;
  }
}
