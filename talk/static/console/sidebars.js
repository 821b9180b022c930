// @ts-check
/**
 * What stands beside conversations: the customers' data and the blocks that show it. Fetched when a
 * conversation is first looked at, and again when its stage, its customer or their name has
 * changed, or a minute has gone by.
 */

/** @import { ConversationRow, Sidebar } from "../protocol/types.js" */

const FRESH_MS = 60_000;

/** @typedef {{key: string, at: number, sidebar: Sidebar|null, isAway: boolean}} Kept */

export class Sidebars {
  /** @type {Map<string, Kept>} by the conversation's id; only the shown one is asked for */
  #kept = new Map();

  /**
   * @param {object} ports
   * @param {(id: string) => Promise<Sidebar>} ports.fetch
   * @param {(row: ConversationRow) => void} ports.onChange
   */
  constructor(ports) {
    this.ports = ports;
  }

  /**
   * @param {ConversationRow} row
   * @param {number} now milliseconds
   * @param {string} [who] changes with who is who and what is known of them
   * @returns {{sidebar: Sidebar|null, isAway: boolean}} nothing known, and away: it was refused
   */
  of(row, now, who = "") {
    const kept = this.#kept.get(row.id);
    if (!kept || kept.key !== keyOf(row, who) || now - kept.at > FRESH_MS) this.#ask(row, now, who);
    return /** @type {Kept} */ (this.#kept.get(row.id));
  }

  /**
   * @param {ConversationRow} row
   * @param {number} at
   * @param {string} who
   */
  async #ask(row, at, who) {
    const before = this.#kept.get(row.id);
    const sidebar = before?.sidebar?.customer.id === row.customer_id ? before.sidebar : null;
    const asked = { key: keyOf(row, who), at, sidebar, isAway: false };
    this.#kept.set(row.id, asked);
    const fetched = await this.ports.fetch(row.id).catch(() => null);
    if (this.#kept.get(row.id) !== asked) return;
    if (fetched) asked.sidebar = fetched;
    else asked.isAway = true;
    this.ports.onChange(row);
  }
}

/** What a new layout, or other data, may follow from. @param {ConversationRow} row @param {string} who */
function keyOf({ customer_id, name, status, inbox_id }, who) {
  return [customer_id, name, status, inbox_id, who].join(" ");
}
