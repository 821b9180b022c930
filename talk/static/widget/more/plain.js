// @ts-check

const LONGEST = 120;
const ADDRESS = /\S+@\S+/g;
const NUMBER = /\d(?:[\d\s-]{5,}\d)/g; // of a telephone, a card; a code of an error is shorter
const SECRET = /[A-Za-z0-9_-]{24,}/g;
const SHORTEST_VALUE = 3;

/**
 * What a page says to its visitor, without what they have typed and what is theirs alone.
 * @param {string} text
 * @param {string[]} [typed] values of the page's fields
 */
export function plain(text, typed = []) {
  let said = text.replace(/\s+/g, " ").trim();
  const values = typed.map((value) => value.replace(/\s+/g, " ").trim());
  for (const value of values.sort((one, other) => other.length - one.length))
    if (value.length >= SHORTEST_VALUE) said = said.replaceAll(value, "…");
  for (const hidden of [ADDRESS, SECRET, NUMBER]) said = said.replace(hidden, "…");
  return said.slice(0, LONGEST);
}
