// @ts-check
/** Fetched threads into the store: whole ones, older pages, what filled a hole, attachments. */
import { putContext, putConversation, putMarks, putRows } from "./store-rows.js";
import { collapse, hear, newThread, putLines } from "./thread.js";

/**
 * @import { ContextRow, MarksRow } from "../protocol/types.js"
 * @import { State, Touched } from "./store.js"
 * @import { Surplus } from "./surplus.js"
 * @import { FetchedChanges, FetchedPage, FetchedThread } from "./thread.js"
 */

/**
 * @param {State} state
 * @param {FetchedThread} fetched
 * @param {Touched} touched
 */
export function putThread(state, fetched, touched) {
  putRows(state, { conversation: fetched.conversation }, touched);
  if (fetched.context) putContext(state, fetched.context, touched);
  if (fetched.marks) putMarks(state, fetched.marks, touched);
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
export function putOlder(state, page, touched) {
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
export function putChanges(state, fetched, touched) {
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
 * @param {{conversation_id: string, version: number, context?: ContextRow|null,
 *   marks?: MarksRow|null}} answer
 * @param {Touched} touched
 */
export function attach(state, answer, touched) {
  if (answer.context) putContext(state, answer.context, touched);
  if (answer.marks) putMarks(state, answer.marks, touched);
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
export function detach(state, conversationId) {
  for (const thread of state.threads.values()) {
    if (!conversationId || thread.conversation_id === conversationId) thread.attached = false;
  }
}

/**
 * @param {State} state
 * @param {string} conversationId
 * @param {Touched} touched
 */
export function lose(state, conversationId, touched) {
  if (state.threads.delete(conversationId)) touched.threads.add(conversationId);
}

/**
 * Nothing shows them, so nothing is drawn again.
 * @param {State} state
 * @param {Surplus} surplus
 */
export function forgetRows(state, { threads, conversations, customers }) {
  for (const id of threads) state.threads.delete(id);
  for (const id of conversations) state.conversations.delete(id);
  for (const id of customers) {
    state.contexts.delete(id);
    state.marks.delete(id);
  }
}
