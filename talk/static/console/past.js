// @ts-check
/** A customer's other conversations: those fetched with the thread, kept current by what is known since. */

/** @import { ConversationRow, PastRow } from "../protocol/types.js" @import { Thread } from "./thread.js" */

/**
 * @param {ConversationRow} row the conversation that is shown; the server lists and counts it too
 * @param {Pick<Thread, "past"|"past_count">} thread
 * @param {Iterable<ConversationRow>} known
 * @returns {{rows: PastRow[], count: number}} newest first
 */
export function pastOf(row, thread, known) {
  const rows = new Map(thread.past.map((past) => [past.id, past]));
  const newest = [...rows.values()].reduce((at, past) => later(at, past.created_at), "");
  let count = thread.past_count;
  for (const other of known) {
    if (other.customer_id !== row.customer_id) continue;
    const isNew = !rows.has(other.id) && other.created_at > newest;
    if (isNew) count += 1;
    if (isNew || rows.has(other.id)) rows.set(other.id, shortened(other, rows.get(other.id)));
  }
  rows.delete(row.id);
  const others = [...rows.values()].sort((a, b) => (a.last_at < b.last_at ? 1 : -1));
  return { rows: others, count: Math.max(count - 1, others.length) };
}

/**
 * @param {string} a
 * @param {string} b
 */
function later(a, b) {
  return a > b ? a : b;
}

/**
 * A list's row tells neither the first words nor who resolved it: those stay as they were fetched.
 * @param {ConversationRow} row
 * @param {PastRow} [known]
 * @returns {PastRow}
 */
function shortened(row, known) {
  const { id, status, preview, preview_kind, created_at, resolved_at, last_at } = row;
  const isAsKnown = known?.resolved_at === resolved_at;
  const resolved_by = isAsKnown ? (known?.resolved_by ?? "") : "";
  const topic = known?.topic ?? "";
  const words = { topic, preview, preview_kind };
  return { id, status, ...words, created_at, resolved_at, resolved_by, last_at };
}
