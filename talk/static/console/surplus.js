// @ts-check
/**
 * What a desk that is open all day may forget: threads that were left long ago, and rows that
 * nothing shows. Nothing is lost by it: what is looked at again is fetched again.
 */

/**
 * @import { ConversationRow } from "../protocol/types.js"
 * @import { State } from "./store.js"
 *
 * @typedef {{threads: string[], conversations: string[], customers: string[]}} Surplus ids of each
 */

/** So many threads open at once when one comes back to them. */
export const MOST_THREADS = 30;
/** Below this, looking for rows that nothing shows is not worth it. */
export const MOST_ROWS = 500;

/**
 * @param {State} state
 * @param {object} needs
 * @param {string[]} needs.recent the threads by when they were last shown, the newest first
 * @param {(row: ConversationRow) => boolean} needs.isListed whether any list that is kept shows it
 * @param {(id: string) => boolean} needs.isBusy whether something of it waits to be sent
 * @returns {Surplus}
 */
export function surplus(state, { recent, isListed, isBusy }) {
  const recently = new Set(recent.slice(0, MOST_THREADS));
  const isKept = (/** @type {string} */ id) => recently.has(id) || isBusy(id);
  const customerOf = (/** @type {string} */ id) => state.conversations.get(id)?.customer_id ?? "";
  const open = [...state.threads.keys()];
  const threads = open.filter((id) => !isKept(id));
  const beside = new Set([...recently, ...open.filter(isKept)].map(customerOf));
  const known = [...state.contexts.keys(), ...state.marks.keys(), ...threads.map(customerOf)];
  return {
    threads,
    conversations: rowsToForget(state, (row) => beside.has(row.customer_id) || isListed(row)),
    customers: [...new Set(known)].filter((id) => id !== "" && !beside.has(id)),
  };
}

/**
 * Those of a customer whose thread is kept stay: they are the customer's other conversations.
 * @param {State} state
 * @param {(row: ConversationRow) => boolean} isNeeded
 */
function rowsToForget({ conversations }, isNeeded) {
  if (conversations.size <= MOST_ROWS) return [];
  return [...conversations.values()].filter((row) => !isNeeded(row)).map((row) => row.id);
}
