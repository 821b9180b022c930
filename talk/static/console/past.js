// @ts-check
/** A customer's other conversations: those fetched with the thread, kept current by what is known since. */

/** @import { ConversationRow, PastRow } from "../protocol/types.js" @import { Thread } from "./thread.js" */

/**
 * @param {ConversationRow} row the conversation that is shown
 * @param {Thread} thread
 * @param {Iterable<ConversationRow>} known
 * @returns {{rows: PastRow[], count: number}} newest first
 */
export function pastOf(row, thread, known) {
  const fetched = thread.past.filter((past) => past.id !== row.id);
  /** @type {Map<string, PastRow>} */
  const rows = new Map(fetched.map((past) => [past.id, past]));
  let added = 0;
  for (const other of known) {
    if (other.customer_id !== row.customer_id || other.id === row.id) continue;
    const isNewer = other.created_at > row.created_at;
    if (!rows.has(other.id) && isNewer) added += 1;
    if (rows.has(other.id) || isNewer) rows.set(other.id, shortened(other));
  }
  const count = Math.max(thread.past_count + added, rows.size);
  return { rows: [...rows.values()].sort((a, b) => (a.last_at < b.last_at ? 1 : -1)), count };
}

/** @param {ConversationRow} row @returns {PastRow} */
function shortened({ id, status, preview, created_at, resolved_at, last_at }) {
  return { id, status, preview, created_at, resolved_at, last_at };
}
