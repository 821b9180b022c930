// @ts-check
/**
 * What the console knows, and the only place that writes it: `apply(state, change)`.
 *
 * A thread whose `newest` version heard of (by event, conversation row or heartbeat) is above its
 * `version` lacks something: it is syncing until the changes in between have been fetched.
 *
 * The law: state before + events = state fetched after. A row replaces another only with a higher
 * `version`, so a change may come twice, late or out of order. No clock, no DOM, no randomness:
 * the same changes give the same `snapshot`.
 *
 * Changes are the server's event frames, plus what was fetched:
 * - `rows.received` {rows}: single rows (answers to commands, the current row of a conflict)
 * - `conversations.fetched` {conversations}, `directory.fetched` {operators?, inboxes?, teams?}
 * - `thread.fetched` {conversation, messages, notes, version, context, past, past_count, has_more}
 * - `messages.fetched` {conversation_id, messages, notes, has_more}: an older page
 * - `changes.fetched` {conversation, messages, notes, version}: what filled a hole
 * - `thread.attached` {conversation_id, version, context}: from now on its events carry whole rows
 * - `threads.detached` {conversation_id?}: no longer; without an id the connection is gone
 * - `versions.heard` {versions}: a heartbeat
 */
import { collapse, hear, newThread, putLines } from "./thread.js";

export { snapshot } from "./snapshot.js";

/**
 * @import { ContextRow, ConversationRow, EventFrame, EventRows, InboxRow, OperatorRow, TeamRow }
 *   from "../protocol/types.js"
 * @import { FetchedChanges, FetchedPage, FetchedThread, Thread } from "./thread.js"
 *
 * @typedef {object} State
 * @property {Map<string, ConversationRow>} conversations
 * @property {Map<string, Thread>} threads by conversation id
 * @property {Map<string, ContextRow>} contexts by customer id
 * @property {Map<string, OperatorRow>} operators
 * @property {Map<string, InboxRow>} inboxes
 * @property {Map<string, TeamRow>} teams
 *
 * @typedef {EventFrame
 *   | {kind: "rows.received", rows: EventRows}
 *   | {kind: "conversations.fetched", conversations: ConversationRow[]}
 *   | {kind: "directory.fetched", operators?: OperatorRow[], inboxes?: InboxRow[], teams?: TeamRow[]}
 *   | {kind: "thread.fetched"} & FetchedThread
 *   | {kind: "messages.fetched"} & FetchedPage
 *   | {kind: "changes.fetched"} & FetchedChanges
 *   | {kind: "thread.attached", conversation_id: string, version: number,
 *      context?: ContextRow|null}
 *   | {kind: "threads.detached", conversation_id?: string}
 *   | {kind: "versions.heard", versions: Record<string, number>}} Change
 *
 * @typedef {object} Touched what a change altered, so that only that is drawn again
 * @property {Map<string, ConversationRow|undefined>} conversations each with the row it replaced
 * @property {Set<string>} threads
 * @property {Set<string>} contexts
 * @property {boolean} directory
 */

/** The row an event must carry before it counts as received in whole. */
const NEEDED = {
  "message.created": "message",
  "message.changed": "message",
  "note.created": "note",
};

/** @returns {State} */
export function createState() {
  return {
    conversations: new Map(),
    threads: new Map(),
    contexts: new Map(),
    operators: new Map(),
    inboxes: new Map(),
    teams: new Map(),
  };
}

/**
 * @param {State} state changed in place
 * @param {Change} change
 * @returns {Touched}
 */
export function apply(state, change) {
  /** @type {Touched} */
  const touched = {
    conversations: new Map(),
    threads: new Set(),
    contexts: new Set(),
    directory: false,
  };
  write(state, change, touched);
  return touched;
}

/**
 * @param {State} state
 * @param {Change} change
 * @param {Touched} touched
 */
function write(state, change, touched) {
  switch (change.kind) {
    case "rows.received":
      return putRows(state, change.rows, touched);
    case "conversations.fetched":
      for (const row of change.conversations) putConversation(state, row, touched);
      return;
    case "directory.fetched":
      return putDirectory(state, change, touched);
    case "thread.fetched":
      return putThread(state, change, touched);
    case "messages.fetched":
      return putOlder(state, change, touched);
    case "changes.fetched":
      return putChanges(state, change, touched);
    case "thread.attached":
      return attach(state, change, touched);
    case "threads.detached":
      return detach(state, change.conversation_id);
    case "versions.heard":
      return hearVersions(state, change.versions, touched);
    default:
      return putEvent(state, change, touched);
  }
}

/**
 * @param {State} state
 * @param {EventFrame} event
 * @param {Touched} touched
 */
function putEvent(state, event, touched) {
  putRows(state, event.rows, touched);
  const thread = event.conversation_id && state.threads.get(event.conversation_id);
  if (!thread || event.kind === "context.changed") return;
  const needed = /** @type {Record<string, keyof EventRows>} */ (NEEDED)[event.kind];
  const whole = thread.attached && (!needed || needed in event.rows);
  if (hear(thread, event.version, whole)) touched.threads.add(thread.conversation_id);
}

/**
 * @param {State} state
 * @param {EventRows} rows
 * @param {Touched} touched
 */
function putRows(state, rows, touched) {
  if (rows.conversation) putConversation(state, rows.conversation, touched);
  if (rows.context) putContext(state, rows.context, touched);
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
function putConversation(state, row, touched) {
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
function putContext(state, row, touched) {
  const known = state.contexts.get(row.customer_id);
  if (known && known.version >= row.version) return;
  state.contexts.set(row.customer_id, row);
  touched.contexts.add(row.customer_id);
}

/**
 * @param {State} state
 * @param {{operators?: OperatorRow[], inboxes?: InboxRow[], teams?: TeamRow[]}} rows
 * @param {Touched} touched
 */
function putDirectory(state, rows, touched) {
  for (const row of rows.operators ?? []) {
    const known = state.operators.get(row.id);
    if (!known || known.version < row.version) state.operators.set(row.id, row);
  }
  for (const row of rows.inboxes ?? []) state.inboxes.set(row.id, row);
  for (const row of rows.teams ?? []) state.teams.set(row.id, row);
  touched.directory = true;
}

/**
 * @param {State} state
 * @param {FetchedThread} fetched
 * @param {Touched} touched
 */
function putThread(state, fetched, touched) {
  putRows(state, { conversation: fetched.conversation }, touched);
  if (fetched.context) putContext(state, fetched.context, touched);
  const id = fetched.conversation.id;
  const known = state.threads.get(id);
  const thread = newThread(id, fetched);
  if (known) {
    thread.attached = known.attached;
    thread.version = Math.max(known.version, thread.version);
    thread.ahead = known.ahead;
    // What an event brought while this was on its way is newer than the fetched page.
    putLines(thread, [...known.messages.values()], [...known.notes.values()], thread.floor);
    collapse(thread);
  }
  state.threads.set(id, thread);
  touched.threads.add(id);
  const heard = Math.max(known?.newest ?? 0, state.conversations.get(id)?.version ?? 0);
  hear(thread, heard, false);
}

/**
 * @param {State} state
 * @param {FetchedPage} page
 * @param {Touched} touched
 */
function putOlder(state, page, touched) {
  const thread = state.threads.get(page.conversation_id);
  if (!thread) return;
  const oldest = page.messages[0]?.seq ?? thread.floor;
  thread.has_more = page.has_more;
  thread.floor = page.has_more ? Math.min(thread.floor, oldest) : 0;
  putLines(thread, page.messages, page.notes, 0);
  touched.threads.add(page.conversation_id);
}

/**
 * @param {State} state
 * @param {FetchedChanges} fetched
 * @param {Touched} touched
 */
function putChanges(state, fetched, touched) {
  putConversation(state, fetched.conversation, touched);
  const thread = state.threads.get(fetched.conversation.id);
  if (!thread) return;
  putLines(thread, fetched.messages, fetched.notes, thread.floor);
  thread.version = Math.max(thread.version, fetched.version);
  thread.newest = Math.max(thread.newest, thread.version);
  collapse(thread);
  touched.threads.add(thread.conversation_id);
}

/**
 * @param {State} state
 * @param {{conversation_id: string, version: number, context?: ContextRow|null}} answer
 * @param {Touched} touched
 */
function attach(state, answer, touched) {
  if (answer.context) putContext(state, answer.context, touched);
  const thread = state.threads.get(answer.conversation_id);
  if (!thread) return;
  thread.attached = true;
  thread.newest = Math.max(thread.newest, answer.version);
  touched.threads.add(answer.conversation_id);
}

/**
 * @param {State} state
 * @param {string} [conversationId]
 */
function detach(state, conversationId) {
  for (const thread of state.threads.values()) {
    if (!conversationId || thread.conversation_id === conversationId) thread.attached = false;
  }
}

/**
 * @param {State} state
 * @param {Record<string, number>} versions
 * @param {Touched} touched
 */
function hearVersions(state, versions, touched) {
  for (const [id, version] of Object.entries(versions)) {
    const thread = state.threads.get(id);
    if (thread && hear(thread, version, false)) touched.threads.add(id);
  }
}
