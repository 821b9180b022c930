// @ts-check
/**
 * How many bubbles a text makes where they have a size: cut where the integration cuts
 * (`integrations/line/splitting.py`), counted in UTF-16 units as JavaScript does anyway.
 */

const ENDS = [/\n[^\S\n]*\n/g, /\n/g, /[。．！？!?…]+[」』）)】]*/g, /[、，,;；]|\s/g];

/**
 * @param {string} text
 * @param {number} most units in a bubble
 */
export function bubbleCount(text, most) {
  let rest = text;
  let count = 0;
  while (rest.length > most) {
    const at = cut(rest, most);
    if (rest.slice(0, at).trim() !== "") count += 1;
    rest = rest.slice(at).replace(/^\n+/, "");
  }
  return count + (rest.trim() === "" ? 0 : 1);
}

/**
 * @param {string} text
 * @param {number} most
 */
function cut(text, most) {
  const last = isInPair(text, most) ? most - 1 : most;
  if (text[last] === "\n") return last;
  const head = text.slice(0, last);
  for (const end of ENDS) {
    const at = [...head.matchAll(end)].reduce(
      (found, { index, 0: words }) => Math.max(found, index + words.length),
      0,
    );
    if (at >= last / 2) return at;
  }
  return last;
}

/**
 * @param {string} text
 * @param {number} at
 */
function isInPair(text, at) {
  const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
}
