// @ts-check
/** The labels of a conversation or a customer, in the administrators' order. No DOM. */

/** @import { LabelRow } from "../protocol/types.js" */

export const MOST_LABELS = 10;

/**
 * Those that are known, in their order.
 * @param {Map<string, LabelRow>} known
 * @param {string[]} ids
 * @returns {LabelRow[]}
 */
export function labelled(known, ids) {
  return ids.flatMap((id) => known.get(id) ?? []).sort(byPlace);
}

/**
 * What can be chosen: all that are not archived, and those that are there already.
 * @param {Map<string, LabelRow>} known
 * @param {Iterable<string>} there
 * @param {string} needle
 * @returns {LabelRow[]}
 */
export function offered(known, there, needle) {
  const ids = new Set(there);
  const words = needle.trim().toLocaleLowerCase();
  return [...known.values()]
    .filter((label) => !label.is_archived || ids.has(label.id))
    .filter(({ name, description }) => `${name} ${description}`.toLocaleLowerCase().includes(words))
    .sort(byPlace);
}

/** @param {string[]} one @param {string[]} other */
export function sameIds(one, other) {
  return [...one].sort().join() === [...other].sort().join();
}

/** @param {LabelRow} a @param {LabelRow} b */
function byPlace(a, b) {
  return a.position - b.position || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1);
}
