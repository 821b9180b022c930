// @ts-check
/** Text into parts, so that addresses can be shown as links without ever parsing HTML. */

/** @typedef {{text: string, href: string|null}} Part */

const ADDRESS = /https?:\/\/(?!\/)[^\s<>"'`「」『』（）【】、。，！？　]+/giu;
const TRAILING = /[.,:;!?'"*_~…]+$/u;

/**
 * @param {string} text
 * @returns {Part[]} in order; joined, their texts are the whole text
 */
export function linkify(text) {
  /** @type {Part[]} */
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = trim(match[0]);
    const href = safeHref(shown);
    if (!href) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index), href: null });
    parts.push({ text: shown, href });
    from = match.index + shown.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: null });
  return parts;
}

/**
 * @param {string} text from anybody
 * @returns {string|null} an address that is safe to follow, or null
 */
export function safeHref(text) {
  try {
    const url = new URL(text);
    const isWeb = url.protocol === "https:" || url.protocol === "http:";
    // `https://bank.example@evil.example` shows one host and leads to another.
    const isPlain = url.hostname !== "" && url.username === "" && url.password === "";
    return isWeb && isPlain ? url.href : null;
  } catch {
    return null;
  }
}

/** Punctuation and a bracket that was opened before the address belong to the sentence. @param {string} address */
function trim(address) {
  let text = address.replace(TRAILING, "");
  for (const [open, close] of ["()", "[]", "{}"]) {
    while (text.endsWith(close) && count(text, close) > count(text, open)) {
      text = text.slice(0, -1).replace(TRAILING, "");
    }
  }
  return text;
}

/**
 * @param {string} text
 * @param {string} character
 */
function count(text, character) {
  return text.split(character).length - 1;
}

/**
 * @param {string} text from another system
 * @returns {string|null} an address that is safe to follow and encrypted, or null
 */
export function secureHref(text) {
  const href = safeHref(text);
  return href?.startsWith("https://") ? href : null;
}
