// @ts-check

// Only ASCII: what follows an address in a Japanese sentence belongs to the sentence.
const ADDRESS = /https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;
const TRAILING = /[.,:;!?'"*_~]+$/;

/** @typedef {{text: string, href?: string}} Piece */

/**
 * Split a text into plain pieces and web addresses; only http and https become links.
 * @param {string} text
 * @returns {Piece[]}
 */
export function pieces(text) {
  /** @type {Piece[]} */
  const found = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = trimmed(match[0]);
    const href = safeHref(shown);
    if (!href) continue;
    if (match.index > end) found.push({ text: text.slice(end, match.index) });
    found.push({ text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length) found.push({ text: text.slice(end) });
  return found;
}

/**
 * Without the punctuation of the sentence, and without a bracket that was opened before.
 * @param {string} address
 */
function trimmed(address) {
  let kept = address.replace(TRAILING, "");
  for (const [open, close] of ["()", "[]", "{}"]) {
    const isLoose = () => kept.endsWith(close) && count(kept, close) > count(kept, open);
    while (isLoose()) kept = kept.slice(0, -1).replace(TRAILING, "");
  }
  return kept;
}

/**
 * @param {string} text
 * @param {string} mark
 */
function count(text, mark) {
  return text.split(mark).length - 1;
}

/** @param {string} address */
function safeHref(address) {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  // `https://bank.example@evil.example` shows one host and leads to another.
  return isWeb && !url.username && !url.password ? url.href : null;
}
