// @ts-check
/**
 * Who customers are by what was told of them. Fetched when it is first looked at, and again when
 * their name or the person behind a conversation has changed, or a minute has gone by.
 */

/** @import { CustomerRow } from "../protocol/types.js" */

const FRESH_MS = 60_000;

/** @typedef {{key: string, at: number, row: CustomerRow|null}} Kept */

export class Members {
  /** @type {Map<string, Kept>} by the customer's id; only the shown one is asked for */
  #kept = new Map();

  /**
   * @param {object} ports
   * @param {(id: string) => Promise<CustomerRow>} ports.fetch
   * @param {(id: string) => void} ports.onChange
   */
  constructor(ports) {
    this.ports = ports;
  }

  /**
   * @param {string} id of the customer
   * @param {string} name as the conversation's row has it
   * @param {number} now milliseconds
   * @returns {CustomerRow|null} null while unknown
   */
  of(id, name, now) {
    const kept = this.#kept.get(id);
    if (!kept || kept.key !== name || now - kept.at > FRESH_MS) this.#ask(id, name, now);
    return this.#kept.get(id)?.row ?? null;
  }

  /**
   * @param {string} id
   * @param {string} key
   * @param {number} at
   */
  async #ask(id, key, at) {
    const asked = { key, at, row: this.#kept.get(id)?.row ?? null };
    this.#kept.set(id, asked);
    const row = await this.ports.fetch(id).catch(() => null);
    if (!row || this.#kept.get(id) !== asked) return;
    asked.row = row;
    this.ports.onChange(id);
  }
}
