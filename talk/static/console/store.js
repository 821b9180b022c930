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
 * - `conversations.fetched` {conversations}
 * - `directory.fetched` {operators?, inboxes?, teams?, labels?}
 * - `thread.fetched` {conversation, messages, notes, version, context, marks, past, past_count,
 *   has_more}
 * - `messages.fetched` {conversation_id, messages, notes, has_more}: an older page
 * - `changes.fetched` {conversation, messages, notes, version}: what filled a hole
 * - `thread.attached` {conversation_id, version, context, marks}: from now on its events carry whole rows
 * - `threads.detached` {conversation_id?}: no longer; without an id the connection is gone
 * - `thread.lost` {conversation_id}: it was erased, or the operator sees it no longer
 * - `rows.forgotten` {threads, conversations, customers}: ids of what nothing shows any more
 * - `versions.heard` {versions}: a heartbeat
 */
import { hearVersions, putConversation, putDirectory, putRows } from "./store-rows.js";
import {
  attach,
  detach,
  forgetRows,
  lose,
  putChanges,
  putOlder,
  putThread,
} from "./store-threads.js";
import { hear } from "./thread.js";

export { snapshot } from "./snapshot.js";

/**
 * @import { ContextRow, ConversationRow, EventFrame, EventRows, InboxRow, LabelRow, MarksRow,
 *   OperatorRow, TeamRow } from "../protocol/types.js"
 * @import { Surplus } from "./surplus.js"
 * @import { FetchedChanges, FetchedPage, FetchedThread, Thread } from "./thread.js"
 *
 * @typedef {object} State
 * @property {Map<string, ConversationRow>} conversations
 * @property {Map<string, Thread>} threads by conversation id
 * @property {Map<string, ContextRow>} contexts by customer id
 * @property {Map<string, MarksRow>} marks by customer id
 * @property {Map<string, LabelRow>} labels
 * @property {Map<string, OperatorRow>} operators
 * @property {Map<string, InboxRow>} inboxes
 * @property {Map<string, TeamRow>} teams
 *
 * @typedef {EventFrame
 *   | {kind: "rows.received", rows: EventRows}
 *   | {kind: "conversations.fetched", conversations: ConversationRow[]}
 *   | {kind: "directory.fetched", operators?: OperatorRow[], inboxes?: InboxRow[], teams?: TeamRow[],
 *      labels?: LabelRow[]}
 *   | {kind: "thread.fetched"} & FetchedThread
 *   | {kind: "messages.fetched"} & FetchedPage
 *   | {kind: "changes.fetched"} & FetchedChanges
 *   | {kind: "thread.attached", conversation_id: string, version: number,
 *      context?: ContextRow|null, marks?: MarksRow|null}
 *   | {kind: "threads.detached", conversation_id?: string}
 *   | {kind: "thread.lost", conversation_id: string}
 *   | {kind: "rows.forgotten"} & Surplus
 *   | {kind: "versions.heard", versions: Record<string, number>}} Change
 *
 * @typedef {object} Touched what a change altered, so that only that is drawn again
 * @property {Map<string, ConversationRow|undefined>} conversations each with the row it replaced
 * @property {Set<string>} threads
 * @property {Set<string>} contexts customers of whom something else is known, or kept
 * @property {boolean} directory
 */

/** The row an event must carry before it counts as received in whole. */
const NEEDED = {
  "message.created": "message",
  "message.changed": "message",
  "note.created": "note",
};

/** Their versions are no conversation's. */
const OF_CUSTOMERS = new Set(["context.changed", "marks.changed"]);

/** @returns {State} */
export function createState() {
  return {
    conversations: new Map(),
    threads: new Map(),
    contexts: new Map(),
    marks: new Map(),
    labels: new Map(),
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
    case "thread.lost":
      return lose(state, change.conversation_id, touched);
    case "rows.forgotten":
      return forgetRows(state, change);
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
  if (!thread || OF_CUSTOMERS.has(event.kind)) return;
  const needed = /** @type {Record<string, keyof EventRows>} */ (NEEDED)[event.kind];
  const whole = thread.attached && (!needed || needed in event.rows);
  if (hear(thread, event.version, whole)) touched.threads.add(thread.conversation_id);
}
