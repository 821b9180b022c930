// @ts-check
/**
 * What stands beside conversations: the customers' data and the blocks that show it. It comes with
 * the thread, and is fetched again when the conversation's stage, its customer or their name has
 * changed, or what is known of them, or the layouts have, or a minute has gone by.
 */
import { whoIsWho } from "./likenesses.js";

/**
 * @import { ContextData, ContextRow, ConversationRow, Sidebar } from "../protocol/types.js"
 * @import { Desk } from "./desk.js"
 * @import { FetchedThread, Thread } from "./thread.js"
 */

const FRESH_MS = 60_000;
/** Every console hears of another layout at the same moment: so many asks a second are enough. */
const ASKS_PER_SECOND = 150;
const LEAST_SPREAD_MS = 200;

/** @typedef {{key: string, at: number, sidebar: Sidebar|null, isAway: boolean}} Kept */

export class Sidebars {
  /** @type {Map<string, Kept>} by the conversation's id; only the shown one is asked for */
  #kept = new Map();
  #isExpiring = false;

  /**
   * @param {object} ports
   * @param {(id: string) => Promise<Sidebar>} ports.fetch
   * @param {(row: ConversationRow) => void} ports.onChange
   * @param {() => void} ports.onExpiry
   * @param {() => number} ports.operators how many there may be
   * @param {(fn: () => void, ms: number) => unknown} ports.setTimer
   * @param {() => number} ports.random
   */
  constructor(ports) {
    this.ports = ports;
  }

  /**
   * @param {ConversationRow} row
   * @param {number} now milliseconds
   * @param {string} [who] changes with who is who and what is known of them: `knowledge`
   * @returns {{sidebar: Sidebar|null, isAway: boolean}} nothing known, and away: it was refused
   */
  of(row, now, who = "") {
    const kept = this.#kept.get(row.id);
    if (!kept || kept.key !== keyOf(row, who) || now - kept.at > FRESH_MS) this.#ask(row, now, who);
    return /** @type {Kept} */ (this.#kept.get(row.id));
  }

  /**
   * What is known while the thread, which brings it, is on its way.
   * @param {ConversationRow} row
   * @returns {{sidebar: Sidebar|null, isAway: boolean}}
   */
  meanwhile(row) {
    return { sidebar: this.#sidebarOf(row), isAway: false };
  }

  /**
   * It has come with a thread.
   * @param {FetchedThread} fetched
   * @param {number} at milliseconds
   */
  take({ conversation, context, notes, sidebar }, at) {
    if (!sidebar) return;
    const thread = { notes: new Map(notes.map((note) => [note.id, note])) };
    const who = knowledge(thread, context);
    this.#kept.set(conversation.id, { key: keyOf(conversation, who), at, sidebar, isAway: false });
  }

  /** Its thread is kept no longer. @param {string} id */
  forget(id) {
    this.#kept.delete(id);
  }

  /** Layouts have changed. What is shown stays until the new comes: soon, but not for all at once. */
  expire() {
    if (this.#isExpiring) return;
    this.#isExpiring = true;
    const spread = Math.max(LEAST_SPREAD_MS, (1000 * this.ports.operators()) / ASKS_PER_SECOND);
    this.ports.setTimer(() => this.#expire(), this.ports.random() * spread);
  }

  #expire() {
    this.#isExpiring = false;
    for (const [id, kept] of this.#kept) this.#kept.set(id, { ...kept, at: -Infinity });
    this.ports.onExpiry();
  }

  /** @param {ConversationRow} row */
  #sidebarOf(row) {
    const sidebar = this.#kept.get(row.id)?.sidebar;
    return sidebar?.customer.id === row.customer_id ? sidebar : null;
  }

  /**
   * @param {ConversationRow} row
   * @param {number} at
   * @param {string} who
   */
  async #ask(row, at, who) {
    const asked = { key: keyOf(row, who), at, sidebar: this.#sidebarOf(row), isAway: false };
    this.#kept.set(row.id, asked);
    const fetched = await this.ports.fetch(row.id).catch(() => null);
    if (this.#kept.get(row.id) !== asked) return;
    if (fetched) asked.sidebar = fetched;
    else asked.isAway = true;
    this.ports.onChange(row);
  }
}

/**
 * What member data, identifiers and the layout may have changed by: lines about who is who, and the
 * context's news of member data and segments.
 * @param {Pick<Thread, "notes">|undefined} thread
 * @param {Pick<ContextRow, "member_version"> & {data?: Record<string, any>}|null} [context]
 */
export function knowledge(thread, context) {
  const segments = /** @type {Partial<ContextData>} */ (context?.data)?.segments ?? [];
  const ids = segments.map(({ id }) => id).sort();
  return [whoIsWho(thread), context?.member_version ?? 0, ...ids].join(" ");
}

/**
 * Comes with the thread; asked for anew when who is who, or what is known of them, has changed.
 * @param {Desk} desk
 * @param {ConversationRow} row
 */
export function sidebarOf(desk, row) {
  const thread = desk.state.threads.get(row.id);
  if (!thread && !desk.threads.failures.has(row.id)) return desk.sidebars.meanwhile(row);
  return desk.sidebars.of(
    row,
    desk.now,
    knowledge(thread, desk.state.contexts.get(row.customer_id)),
  );
}

/** What a new layout, or other data, may follow from. @param {ConversationRow} row @param {string} who */
function keyOf({ customer_id, name, status, inbox_id }, who) {
  return [customer_id, name, status, inbox_id, who].join(" ");
}
