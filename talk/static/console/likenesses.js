// @ts-check
/**
 * Who may be the same person as the customer that is shown, and who was joined with them. Fetched
 * when their conversation is opened, and again when what is known of them has changed: not by the
 * clock, for a console is open all day.
 */

/**
 * @import { ConversationRow, CustomerRow, Evidence } from "../protocol/types.js"
 * @import { Desk } from "./desk.js"
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
 * @typedef {object} Kept
 * @property {string} key
 * @property {number} at
 * @property {Likeness|null} likeness
 * @property {boolean} isAway the last question had no answer
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
   * @param {string} key changes with what is known of them
   * @param {number} now milliseconds
   * @returns {Likeness|null} null while unknown
   */
  of(id, key, now) {
    const kept = this.#kept.get(id);
    if (!kept || kept.key !== key || (kept.isAway && now - kept.at > FRESH_MS))
      void this.#ask(id, key, now);
    return this.meanwhile(id);
  }

  /** What is known without asking. @param {string} id @returns {Likeness|null} */
  meanwhile(id) {
    return this.#kept.get(id)?.likeness ?? null;
  }

  /** Their conversation is opened: others may be known better than a while ago. @param {string} id @param {number} now */
  open(id, now) {
    const kept = this.#kept.get(id);
    if (kept && now - kept.at > FRESH_MS) void this.#ask(id, kept.key, now);
  }

  /** As it is now, before something is decided by it. @param {string} id @param {number} now @returns {Promise<Likeness|null>} */
  async anew(id, now) {
    const key = this.#kept.get(id)?.key ?? "";
    const asked = await this.#ask(id, key, now);
    return asked.isAway ? null : asked.likeness;
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
    const asked = { key, at, likeness: this.#kept.get(id)?.likeness ?? null, isAway: false };
    this.#kept.set(id, asked);
    const likeness = await this.ports.fetch(id).catch(() => null);
    if (likeness) asked.likeness = likeness;
    else asked.isAway = true;
    if (likeness && this.#kept.get(id) === asked) this.ports.onChange(id);
    return asked;
  }
}

/**
 * Asked for once the thread has brought what is known of them, and anew when that has changed.
 * @param {Desk} desk
 * @param {ConversationRow} row
 */
export function likenessOf(desk, row) {
  const { customer_id, id, name } = row;
  const thread = desk.state.threads.get(id);
  if (!thread && !desk.threads.failures.has(id)) return desk.likenesses.meanwhile(customer_id);
  const version = desk.state.contexts.get(customer_id)?.member_version ?? 0;
  return desk.likenesses.of(customer_id, `${name} ${whoIsWho(thread)} ${version}`, desk.now);
}

/** The newest line of the thread about who is who. @param {Pick<Thread, "notes">|undefined} thread */
export function whoIsWho(thread) {
  let newest = 0;
  for (const note of thread?.notes.values() ?? []) {
    if (WHO_IS_WHO.has(String(note.data.code))) newest = Math.max(newest, note.version);
  }
  return newest;
}
