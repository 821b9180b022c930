// @ts-check
/**
 * A comparable picture of what the console knows: plain objects, keys sorted at every depth,
 * `JSON.stringify` of it equals Python's `json.dumps(…, separators=(",", ":"), ensure_ascii=False)`
 * of the twin in the tests.
 *
 * `{"contexts": {customer_id: row}, "conversations": {id: row}, "inboxes": {id: row}, "labels": {id: row},
 *   "marks": {customer_id: row}, "operators": {id: row}, "threads": {conversation_id: {"messages": [row by place], "notes": [row by place],
 *   "syncing": bool, "version": n}}}`
 */
import { isSyncing, lines } from "./thread.js";

/** @import { State } from "./store.js" @import { Thread } from "./thread.js" */

/** @param {State} state */
export function snapshot(state) {
  return sorted({
    contexts: Object.fromEntries(state.contexts),
    conversations: Object.fromEntries(state.conversations),
    inboxes: Object.fromEntries(state.inboxes),
    labels: Object.fromEntries(state.labels),
    marks: Object.fromEntries(state.marks),
    operators: Object.fromEntries(state.operators),
    threads: Object.fromEntries([...state.threads].map(([id, thread]) => [id, picture(thread)])),
  });
}

/** @param {Thread} thread */
function picture(thread) {
  const ordered = lines(thread);
  return {
    messages: ordered.flatMap((line) => (line.message ? [line.message] : [])),
    notes: ordered.flatMap((line) => (line.note ? [line.note] : [])),
    syncing: isSyncing(thread),
    version: thread.version,
  };
}

/** @param {unknown} value @returns {unknown} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
