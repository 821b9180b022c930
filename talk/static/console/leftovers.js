// @ts-check
/**
 * What operators have begun to write lies in the browser's storage, so that a reload loses nothing.
 * It is about customers, and the machine may be shared: it goes when its operator logs out, and what
 * was left without a log-out goes after a while.
 */

/** @import { Store } from "./storage.js" */

/** `sobani.draft.OPERATOR.…`, `sobani.outbox.OPERATOR.…` */
const WRITTEN = /^sobani\.(draft|outbox)\.([^.]+)\./;

const DAY_MS = 24 * 3_600_000;
/** One's own drafts in conversations that one has not come back to. */
export const OWN_DRAFTS_MS = 30 * DAY_MS;
/** Whatever another operator left here: they have had a week to come back to this machine. */
export const OTHERS_MS = 7 * DAY_MS;

/**
 * At the beginning of a page. What of one's own was not sent stays until one decides about it.
 * @param {Store} store
 * @param {string} me the operator's id
 * @param {number} now milliseconds
 */
export function forgetOld(store, me, now) {
  for (const { name, kind, operator } of written(store)) {
    if (operator === me && kind === "outbox") continue;
    const most = operator === me ? OWN_DRAFTS_MS : OTHERS_MS;
    const at = writtenAt(store, name);
    if (at === undefined && operator === me) date(store, name, now);
    else if (!(now - (at ?? Number.NaN) <= most)) remove(store, name);
  }
}

/**
 * At log-out.
 * @param {Store} store
 * @param {string} me the operator's id
 */
export function forgetOwn(store, me) {
  for (const { name, operator } of written(store)) if (operator === me) remove(store, name);
}

/**
 * @param {Store} store
 * @param {string} me the operator's id
 */
export function countOwn(store, me) {
  return written(store).filter(({ operator }) => operator === me).length;
}

/** @param {Store} store */
function written(store) {
  return names(store).flatMap((name) => {
    const [, kind, operator] = WRITTEN.exec(name) ?? [];
    return kind ? [{ name, kind, operator }] : [];
  });
}

/** @param {Store} store @returns {string[]} */
function names(store) {
  try {
    return Array.from({ length: store.length }, (_, index) => store.key(index) ?? "");
  } catch {
    return [];
  }
}

/**
 * @param {Store} store
 * @param {string} name
 * @returns {number|undefined} undefined without a date; NaN for what nobody could read either
 */
function writtenAt(store, name) {
  try {
    const { created_at, kept_at } = JSON.parse(store.getItem(name) ?? "{}");
    return created_at ?? kept_at;
  } catch {
    return Number.NaN;
  }
}

/**
 * Drafts had no dates once: their time begins now.
 * @param {Store} store
 * @param {string} name
 * @param {number} kept_at
 */
function date(store, name, kept_at) {
  try {
    store.setItem(name, JSON.stringify({ ...JSON.parse(store.getItem(name) ?? "{}"), kept_at }));
  } catch {
    // A full storage: it is dated another time.
  }
}

/**
 * @param {Store} store
 * @param {string} name
 */
function remove(store, name) {
  try {
    store.removeItem(name);
  } catch {
    // Forbidden storage holds nothing to remove.
  }
}
