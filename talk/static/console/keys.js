// @ts-check
/** What a key press means. Pure: takes the parts of a KeyboardEvent that matter. */

/** @typedef {Pick<KeyboardEvent, "key"|"keyCode"|"isComposing"|"shiftKey"|"altKey"|"ctrlKey"|"metaKey">} Press */

/** Safari ends the composition first and sends the keydown of its Enter just after. */
export const AFTER_COMPOSITION_MS = 50;

/**
 * Whether an input method is at work. `isComposing` is the standard's word, 229 the key code of
 * older engines, and `endedAt` catches Safari, whose Enter that ends a composition looks plain.
 * @param {Press} press
 * @param {{at: number, endedAt: number}} times milliseconds: of the press, and of the newest
 *   compositionend
 */
export function isComposing(press, { at, endedAt }) {
  if (press.isComposing || press.keyCode === 229) return true;
  return at - endedAt < AFTER_COMPOSITION_MS;
}

/**
 * Whether Enter sends: plain, or with Ctrl or Command; never with Shift or Alt, never while composing.
 * @param {Press} press
 * @param {{at: number, endedAt: number}} times
 */
export function sends(press, times) {
  if (press.key !== "Enter" || press.shiftKey || press.altKey) return false;
  return !isComposing(press, times);
}

/** @typedef {Press & Pick<KeyboardEvent, "repeat">} Hold */

/** @typedef {"next"|"previous"|"reply"|"note"|"resolve"|"assign"|"label"|"snooze"|"shortcuts"|"leave"} Shortcut */

/** @type {Record<string, Shortcut>} */
export const SHORTCUTS = {
  j: "next",
  k: "previous",
  ArrowDown: "next",
  ArrowUp: "previous",
  r: "reply",
  n: "note",
  e: "resolve",
  a: "assign",
  l: "label",
  s: "snooze",
  "?": "shortcuts",
  Escape: "leave",
};

/** What a key that is held down goes on doing; anything else it would undo and do again. */
const REPEATED = new Set(["next", "previous"]);

/**
 * @param {Hold} press
 * @returns {Shortcut|null}
 */
export function shortcut(press) {
  if (press.isComposing || press.keyCode === 229) return null;
  if (press.altKey || press.ctrlKey || press.metaKey) return null;
  const meaning = SHORTCUTS[press.key] ?? null;
  return meaning && press.repeat && !REPEATED.has(meaning) ? null : meaning;
}
