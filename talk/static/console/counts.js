// @ts-check
/**
 * How many conversations each view holds, by the server's count. A changed row moves the numbers at
 * once. A row that was not loaded cannot tell where it was before, and an answer may or may not
 * hold what happened while it was on its way: so the server is asked again a while later.
 */
import { belongs, VIEWS } from "./listing.js";

/**
 * @import { ConversationRow } from "../protocol/types.js"
 * @import { View } from "./listing.js"
 *
 * @typedef {Record<View, number> & {most: number}} Sizes `most` means: that many or more
 *
 * @typedef {object} Ports
 * @property {string} me the operator's id
 * @property {() => string|null} inboxId the inbox that is shown; null is all of them
 * @property {(inboxId: string|null) => Promise<Sizes>} fetch
 * @property {() => void} onChange
 * @property {(fn: () => void, ms: number) => unknown} setTimer
 * @property {() => number} random
 */

/** A number that is probably right is asked for again rarely, as every console does so. */
export const MEND_MS = 10_000;
/** One that may be wrong by a row: soon, yet not for every row of a rush. */
export const UNKNOWN_MS = 1_500;

export class Counts {
  /** @type {Sizes|null} of the inbox `#inboxId` */
  #sizes = null;
  #inboxId = /** @type {string|null} */ (null);
  #due = /** @type {"no"|"later"|"soon"} */ ("no");
  #run = 0;

  /** @param {Ports} ports */
  constructor(ports) {
    this.ports = ports;
  }

  /**
   * @param {View} view of the shown inbox
   * @returns {{count: number, more: boolean}|null} null while unknown
   */
  of(view) {
    const sizes = this.#inboxId === this.ports.inboxId() ? this.#sizes : null;
    if (!sizes) return null;
    return { count: Math.min(sizes[view], sizes.most - 1), more: sizes[view] >= sizes.most };
  }

  /** Ask for the numbers of the shown inbox unless they are here. */
  async show() {
    if (!this.#sizes || this.#inboxId !== this.ports.inboxId()) await this.fetch();
  }

  async fetch() {
    this.#run += 1;
    const [run, inboxId] = [this.#run, this.ports.inboxId()];
    const sizes = await this.ports.fetch(inboxId).catch(() => null);
    if (run !== this.#run || !sizes) return;
    this.#sizes = sizes;
    this.#inboxId = inboxId;
    this.ports.onChange();
  }

  /**
   * @param {ConversationRow|undefined} before undefined: it was not loaded, or was not there
   * @param {ConversationRow} after
   * @param {boolean} isNew it has just begun
   */
  update(before, after, isNew) {
    if (!before && !isNew) return this.#mend("soon");
    for (const view of VIEWS) {
      const filter = { view, inbox_id: null, me: this.ports.me };
      const step = Number(belongs(after, filter)) - Number(!!before && belongs(before, filter));
      if (step === 0) continue;
      this.#move(view, after.inbox_id, step);
      this.#mend("later");
    }
  }

  /**
   * @param {View} view
   * @param {string} inboxId
   * @param {number} step
   */
  #move(view, inboxId, step) {
    const sizes = this.#sizes;
    if (!sizes || (this.#inboxId !== null && this.#inboxId !== inboxId)) return;
    if (sizes[view] < sizes.most) sizes[view] = Math.max(0, sizes[view] + step);
  }

  /** One question for all that happens until then, and not by all consoles at once. @param {"later"|"soon"} when */
  #mend(when) {
    if (this.#due === "soon" || this.#due === when) return;
    this.#due = when;
    const ms = when === "soon" ? UNKNOWN_MS : MEND_MS;
    this.ports.setTimer(
      () => {
        if (this.#due !== when) return;
        this.#due = "no";
        void this.fetch();
      },
      ms * (1 + this.ports.random()),
    );
  }
}
