// @ts-check
/** Which message's time the customer's pane shows instead of now, and what was known then. */

/**
 * @import { MessageRow, Then } from "../protocol/types.js"
 *
 * @typedef {object} Looked
 * @property {MessageRow} message
 * @property {"loading"|"slow"|"failed"|"done"} state
 * @property {Then|null} told
 * @property {boolean} isGone the server has no such message for this operator
 */

export const SLOW_MS = 3000;

export class LookingBack {
  /** @type {Looked|null} null: at now */
  looked = null;

  /**
   * @param {object} ports
   * @param {(id: string) => Promise<Then>} ports.fetch
   * @param {() => void} ports.onChange
   * @param {(fn: () => void, ms: number) => unknown} ports.setTimer
   */
  constructor(ports) {
    this.ports = ports;
  }

  /** @param {MessageRow} message @returns {Promise<void>} */
  show(message) {
    return this.#ask({ message, state: "loading", told: null, isGone: false });
  }

  /** Ask again, as if for the first time. @returns {Promise<void>} */
  async retry() {
    if (this.looked) await this.show(this.looked.message);
  }

  /** Ask again without taking away what is shown. @returns {Promise<void>} */
  async refresh() {
    if (this.looked) await this.#ask({ ...this.looked });
  }

  end() {
    if (!this.looked) return;
    this.looked = null;
    this.ports.onChange();
  }

  /** @param {Looked} looked */
  async #ask(looked) {
    this.looked = looked;
    this.ports.onChange();
    this.ports.setTimer(() => this.#slow(looked), SLOW_MS);
    try {
      const told = await this.ports.fetch(looked.message.id);
      this.#tell(looked, { state: "done", told, isGone: false });
    } catch (error) {
      const { status } = /** @type {{status?: number}} */ (error);
      this.#tell(looked, { state: "failed", told: null, isGone: status === 404 || status === 403 });
    }
  }

  /** @param {Looked} looked */
  #slow(looked) {
    if (looked.state === "loading") this.#tell(looked, { state: "slow" });
  }

  /** @param {Looked} looked @param {Partial<Looked>} told */
  #tell(looked, told) {
    if (this.looked !== looked) return; // another message is looked at by now
    Object.assign(looked, told);
    this.ports.onChange();
  }
}
