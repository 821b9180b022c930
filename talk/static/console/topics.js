// @ts-check
/** Who is told of what changed: everybody at once, at most once a frame. */

/** @typedef {(changed: Set<string>) => void} Subscriber */

export class Topics {
  #subscribers = /** @type {Set<Subscriber>} */ (new Set());
  #changed = /** @type {Set<string>} */ (new Set());

  /** @param {() => void} before each telling */
  constructor(before) {
    this.before = before;
    document.addEventListener("visibilitychange", () => this.#hidden());
  }

  /**
   * @param {Subscriber} subscriber
   * @returns {() => void} ends the subscription
   */
  subscribe(subscriber) {
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  }

  /** @param {string[]} topics */
  touch(topics) {
    if (this.#changed.size === 0) this.#schedule();
    for (const topic of topics) this.#changed.add(topic);
  }

  /** A hidden page has no frames but still counts what is unread. */
  #schedule() {
    if (document.hidden) setTimeout(() => this.#publish(), 0);
    else requestAnimationFrame(() => this.#publish());
  }

  /** The frame that was asked for does not come before the page is seen again. */
  #hidden() {
    if (document.hidden) this.#publish();
  }

  #publish() {
    if (this.#changed.size === 0) return;
    const changed = this.#changed;
    this.#changed = new Set();
    this.before();
    for (const subscriber of [...this.#subscribers]) subscriber(changed);
  }
}
