// @ts-check
/** What makes a block of values easy to read: long texts fold, nothing is said twice. No DOM. */

/** What fits a few lines, in widths of a Latin letter. */
const LONG = 160;
const WIDE = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/g;

/** Whether a text needs more than a few lines: a kana or an ideograph is as wide as two letters. @param {string} text */
export function isLong(text) {
  return text.length + (text.match(WIDE)?.length ?? 0) > LONG;
}

/**
 * What most of them say, '' when there is no such thing: it is said once for all of these.
 * @param {string[]} sayings '' says nothing
 */
export function saidByMost(sayings) {
  const said = sayings.filter(Boolean);
  const often = (/** @type {string} */ one) => said.filter((other) => other === one).length;
  const [first = ""] = [...new Set(said)].sort((one, other) => often(other) - often(one));
  return sayings.length > 1 && often(first) > said.length / 2 ? first : "";
}
