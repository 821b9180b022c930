// @ts-check
/** Single rows into the store: a row replaces another only with a higher `version`. */
import { hear, putLines } from "./thread.js";

/**
 * @import { ContextRow, ConversationRow, EventRows, InboxRow, LabelRow, MarksRow, OperatorRow,
 *   TeamRow } from "../protocol/types.js"
 * @import { State, Touched } from "./store.js"
 */

/**
 * @param {State} state
 * @param {EventRows} rows
 * @param {Touched} touched
 */
export function putRows(state, rows, touched) {
  if (rows.conversation) putConversation(state, rows.conversation, touched);
  if (rows.context) putContext(state, rows.context, touched);
  if (rows.marks) putMarks(state, rows.marks, touched);
  if (rows.label) putDirectory(state, { labels: [rows.label] }, touched);
  if (rows.inbox) putDirectory(state, { inboxes: [rows.inbox] }, touched);
  if (rows.operator) putDirectory(state, { operators: [rows.operator] }, touched);
  const id = rows.message?.conversation_id ?? rows.note?.conversation_id;
  const thread = id && state.threads.get(id);
  if (!thread) return;
  const messages = rows.message ? [rows.message] : [];
  const notes = rows.note ? [rows.note] : [];
  if (putLines(thread, messages, notes, thread.floor)) touched.threads.add(thread.conversation_id);
}

/**
 * @param {State} state
 * @param {ConversationRow} row
 * @param {Touched} touched
 */
export function putConversation(state, row, touched) {
  const known = state.conversations.get(row.id);
  if (known && known.version >= row.version) return;
  state.conversations.set(row.id, row);
  hearVersions(state, { [row.id]: row.version }, touched);
  if (!touched.conversations.has(row.id)) touched.conversations.set(row.id, known);
}

/**
 * @param {State} state
 * @param {ContextRow} row
 * @param {Touched} touched
 */
export function putContext(state, row, touched) {
  const known = state.contexts.get(row.customer_id);
  if (known && known.version >= row.version) return;
  state.contexts.set(row.customer_id, row);
  touched.contexts.add(row.customer_id);
}

/**
 * What nobody has kept anything about has version 0, and none here.
 * @param {State} state
 * @param {MarksRow} row
 * @param {Touched} touched
 */
export function putMarks(state, row, touched) {
  const known = state.marks.get(row.customer_id)?.version ?? 0;
  if (known >= row.version) return;
  state.marks.set(row.customer_id, row);
  touched.contexts.add(row.customer_id);
}

/**
 * @param {State} state
 * @param {{operators?: OperatorRow[], inboxes?: InboxRow[], teams?: TeamRow[], labels?: LabelRow[]}} rows
 * @param {Touched} touched
 */
export function putDirectory(state, rows, touched) {
  putNewer(state.operators, rows.operators ?? []);
  putNewer(state.labels, rows.labels ?? []);
  putNewer(state.inboxes, rows.inboxes ?? []);
  for (const row of rows.teams ?? []) state.teams.set(row.id, row);
  touched.directory = true;
}

/**
 * @template {{id: string, version: number}} Row
 * @param {Map<string, Row>} known
 * @param {Row[]} rows
 */
function putNewer(known, rows) {
  for (const row of rows) {
    const before = known.get(row.id);
    if (!before || before.version < row.version) known.set(row.id, row);
  }
}

/**
 * @param {State} state
 * @param {Record<string, number>} versions
 * @param {Touched} touched
 */
export function hearVersions(state, versions, touched) {
  for (const [id, version] of Object.entries(versions)) {
    const thread = state.threads.get(id);
    if (thread && hear(thread, version, false)) touched.threads.add(id);
  }
}
