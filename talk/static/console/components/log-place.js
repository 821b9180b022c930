// @ts-check
/** Where in a thread the operator is: at the bottom as it grows, or further up, where nothing jumps. */

const NEAR_PX = 80;

/** @typedef {Iterable<{updateComplete: Promise<unknown>}>} Drawn lines, which draw themselves later */

export class LogPlace {
  atBottom = true;
  /** The oldest message that is shown. */
  #lowest = Infinity;
  #box = "";
  #before = { height: 0, top: 0 };

  /** @param {() => HTMLElement|null} scroller */
  constructor(scroller) {
    this.find = scroller;
  }

  /** Another thread is shown: its newest words first. */
  begin() {
    this.atBottom = true;
    this.#lowest = Infinity;
  }

  /** It is about to be drawn anew. */
  remember() {
    const scroller = this.find();
    if (scroller) this.#before = { height: scroller.scrollHeight, top: scroller.scrollTop };
  }

  /**
   * Older lines came above: what the operator looks at stays where it is. The lines draw themselves
   * a moment later, still before the next frame.
   * @param {number} lowest the oldest message's seq
   * @param {Drawn} drawn
   */
  async keep(lowest, drawn) {
    const cameAbove = lowest < this.#lowest && this.#lowest !== Infinity && !this.atBottom;
    this.#lowest = lowest;
    if (!cameAbove) return this.stick();
    const { height, top } = this.#before;
    await Promise.all([...drawn].map((line) => line.updateComplete));
    const scroller = this.find();
    if (scroller) scroller.scrollTop = top + (scroller.scrollHeight - height);
  }

  stick() {
    if (this.atBottom) this.toBottom();
  }

  toBottom() {
    this.atBottom = true;
    const scroller = this.find();
    if (!scroller) return;
    scroller.scrollTop = scroller.scrollHeight;
    this.#box = boxOf(scroller);
  }

  /** @returns {boolean} whether the operator came to the bottom or left it */
  scrolled() {
    const scroller = this.find();
    if (!scroller) return false;
    const wasAtBottom = this.atBottom;
    // Lines and the composer that grow or shrink move the thread too; only the operator leaves it.
    const isSameBox = this.#box === boxOf(scroller);
    this.#box = boxOf(scroller);
    const isNear = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
    this.atBottom = isNear || (wasAtBottom && !isSameBox);
    if (this.atBottom && !isNear) this.toBottom();
    return this.atBottom !== wasAtBottom;
  }

  /** Whether the newest words are on the screen; a page that has not been drawn yet begins there. */
  get isSeen() {
    return this.atBottom && !document.hidden && (this.find()?.checkVisibility() ?? true);
  }
}

/** @param {HTMLElement} scroller */
function boxOf({ scrollHeight, clientHeight }) {
  return `${scrollHeight} ${clientHeight}`;
}
