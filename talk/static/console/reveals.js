// @ts-check
/** Values that were masked and are shown for a minute: kept here alone, and forgotten after it. */

/** @import { CustomerRow } from "../protocol/types.js" */

/** @typedef {{customer: CustomerRow, until: number}} Shown */

export class Reveals {
  /** @type {Map<string, Shown>} by customer and key */
  #shown = new Map();

  /**
   * @param {object} ports
   * @param {(customerId: string, asked: object) => Promise<{customer: CustomerRow, seconds: number}>} ports.ask
   * @param {(customerId: string) => void} ports.onChange
   * @param {(act: () => void, ms: number) => unknown} ports.setTimer
   * @param {() => number} ports.now
   */
  constructor(ports) {
    this.ports = ports;
  }

  /** Timers sleep with their machine; its minute does not. @param {string} customerId @param {string} key @returns {Shown|null} */
  of(customerId, key) {
    const shown = this.#shown.get(`${customerId} ${key}`);
    return shown && this.ports.now() < shown.until ? shown : null;
  }

  /**
   * @param {string} customerId
   * @param {string} key
   * @param {string} reason
   * @param {string} conversationId
   */
  async show(customerId, key, reason, conversationId) {
    const asked = { key, reason, conversation_id: conversationId };
    const { customer, seconds } = await this.ports.ask(customerId, asked);
    const shown = { customer, until: this.ports.now() + seconds * 1000 };
    this.#shown.set(`${customerId} ${key}`, shown);
    this.ports.onChange(customerId);
    this.ports.setTimer(() => this.#hide(customerId, key, shown), seconds * 1000);
  }

  /** @param {string} customerId @param {string} key */
  hide(customerId, key) {
    this.#hide(customerId, key, this.#shown.get(`${customerId} ${key}`));
  }

  /** One that was revealed again meanwhile stays. @param {string} customerId @param {string} key @param {Shown} [shown] */
  #hide(customerId, key, shown) {
    if (!shown || this.#shown.get(`${customerId} ${key}`) !== shown) return;
    this.#shown.delete(`${customerId} ${key}`);
    this.ports.onChange(customerId);
  }
}
