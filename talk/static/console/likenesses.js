// @ts-check
/**
 * Who may be the same person as the customer that is shown, and who was joined with them. Fetched
 * when it is first looked at, again when somebody was joined, parted or confirmed (the thread has a
 * line of it), and after a minute.
 */

/**
 * @import { CustomerRow, Evidence } from "../protocol/types.js"
 * @import { Thread } from "./thread.js"
 *
 * @typedef {object} Candidate
 * @property {CustomerRow} customer
 * @property {Evidence[]} evidence
 * @property {number} conversations
 * @property {boolean} two_members
 * @property {boolean} too_many
 *
 * @typedef {{kind: string, value: string, by: string, reason: string, at: string}} Conflict
 * @typedef {{id: string, at: string, by: string, reason: string, is_newest: boolean}} Joined
 * @typedef {object} Likeness
 * @property {Candidate[]} candidates
 * @property {Conflict[]} conflicts
 * @property {Joined[]} merges
 * @property {boolean} may_merge
 * @property {import("./choosing.js").Precedence} precedence
 * @property {string[]} empty_wins
 * @typedef {{key: string, at: number, likeness: Likeness|null}} Kept
 */

const FRESH_MS = 60_000;
const WHO_IS_WHO = new Set(["merged", "parted", "confirmed", "erased"]);

export class Likenesses {
  /** @type {Map<string, Kept>} by the customer's id */
  #kept = new Map();

  /**
   * @param {object} ports
   * @param {(id: string) => Promise<Likeness>} ports.fetch
   * @param {(id: string) => void} ports.onChange
   */
  constructor(ports) {
    this.ports = ports;
  }

  /**
   * @param {string} id of the customer
   * @param {string} key changes with who is who
   * @param {number} now milliseconds
   * @returns {Likeness|null} null while unknown
   */
  of(id, key, now) {
    const kept = this.#kept.get(id);
    if (!kept || kept.key !== key || now - kept.at > FRESH_MS) void this.#ask(id, key, now);
    return this.#kept.get(id)?.likeness ?? null;
  }

  /** Nothing of the customer is kept any longer. @param {string} id */
  forget(id) {
    this.#kept.delete(id);
  }

  /**
   * @param {string} id
   * @param {string} key
   * @param {number} at
   */
  async #ask(id, key, at) {
    const asked = { key, at, likeness: this.#kept.get(id)?.likeness ?? null };
    this.#kept.set(id, asked);
    const likeness = await this.ports.fetch(id).catch(() => null);
    if (!likeness || this.#kept.get(id) !== asked) return;
    asked.likeness = likeness;
    this.ports.onChange(id);
  }
}

/** The newest line of the thread about who is who. @param {Pick<Thread, "notes">|undefined} thread */
export function whoIsWho(thread) {
  let newest = 0;
  for (const note of thread?.notes.values() ?? []) {
    if (WHO_IS_WHO.has(String(note.data.code))) newest = Math.max(newest, note.version);
  }
  return newest;
}
