// @ts-check
/** What two customers who are joined tell differently, so that an operator chooses. No DOM. */

/** @import { CustomerRow, Known } from "../protocol/types.js" */

/** @typedef {"this"|"other"} Side */
/** @typedef {Record<string, string[]>} Precedence sources by key, where not the usual ones lead */
/** @typedef {{precedence: Precedence, empty_wins: string[]}} Rules of keys, where not the usual ones */
/** @typedef {{key: string, this: unknown, other: unknown, chosen: Side}} Choice */

/** Identifiers are kept from both, so there is nothing to choose. */
const KEPT_FROM_BOTH = new Set(["user_id", "email", "phone"]);
const STRONGEST = "operator";
const STRENGTH = ["crm", "site", "commerce", "survey", "tracker"];
const USUAL = { precedence: {}, empty_wins: [] };

/**
 * The keys that both have, with different values; the stronger source is chosen until somebody
 * says otherwise, as the server would. An empty value is shown of nobody who has another, unless
 * a rule says so: then there is nothing to choose.
 * @param {CustomerRow} here
 * @param {CustomerRow} there
 * @param {Rules} [rules]
 * @returns {Choice[]}
 */
export function choices(here, there, { precedence, empty_wins } = USUAL) {
  const keys = Object.keys(here.traits).filter((key) => key in there.traits && isChosen(key));
  const differing = keys
    .filter((key) => !same(value(here, key), value(there, key)))
    .filter(
      (key) => empty_wins.includes(key) || ![here, there].some((row) => isEmpty(value(row, key))),
    )
    .map((key) => choice(key, here, there, precedence[key]));
  return [...nameChoice(here, there, precedence.name), ...differing];
}

/** How many values only one of them has. @param {CustomerRow} here @param {CustomerRow} there */
export function taken(here, there) {
  const all = new Set([...Object.keys(here.traits), ...Object.keys(there.traits)].filter(isChosen));
  return [...all].filter((key) => !(key in here.traits && key in there.traits)).length;
}

/** @param {string} key */
const isChosen = (key) => key !== "name" && !key.startsWith("claimed.") && !KEPT_FROM_BOTH.has(key);

/**
 * @param {CustomerRow} here
 * @param {CustomerRow} there
 * @param {string[]} [sources]
 * @returns {Choice[]}
 */
function nameChoice(here, there, sources) {
  if (!here.name || !there.name || here.name === there.name) return [];
  const known = here.traits.name && there.traits.name;
  const chosen = known ? stronger(here.traits.name, there.traits.name, sources) : "other";
  return [{ key: "name", this: here.name, other: there.name, chosen }];
}

/**
 * @param {string} key
 * @param {CustomerRow} here
 * @param {CustomerRow} there
 * @param {string[]} [sources]
 * @returns {Choice}
 */
function choice(key, here, there, sources) {
  const [mine, theirs] = [/** @type {Known} */ (here.traits[key]), there.traits[key]];
  return { key, this: mine.value, other: theirs?.value, chosen: stronger(mine, theirs, sources) };
}

/**
 * @param {Known|undefined} mine
 * @param {Known|undefined} theirs
 * @param {string[]} [sources]
 * @returns {Side}
 */
function stronger(mine, theirs, sources = []) {
  const order = [STRONGEST, ...sources, ...STRENGTH];
  const difference = rank(mine, order) - rank(theirs, order);
  if (difference !== 0) return difference < 0 ? "this" : "other";
  return newness(mine, theirs) >= newness(theirs, mine) ? "this" : "other";
}

/** Of one source its last word counts, of two, and of a CRM's records, the newer change. @param {Known} [known] @param {Known} [beside] */
function newness(known, beside) {
  const isWord = known?.source === beside?.source && !known?.source.startsWith("crm");
  return (isWord ? known?.told_at : undefined) ?? known?.changed_at ?? "";
}

/** A connection may be named by itself (crm:main). @param {Known|undefined} known @param {string[]} order */
function rank(known, order) {
  const source = known?.source ?? "";
  const names = [source, source.split(":")[0]];
  const name = names.find((one) => order.includes(one));
  return name === undefined ? order.length : order.indexOf(name);
}

/** @param {CustomerRow} row @param {string} key */
const value = (row, key) => row.traits[key]?.value;

/** Whether it says nothing, as `is_empty` on the server. @param {unknown} value */
function isEmpty(value) {
  if (typeof value === "string") return !value.trim();
  return value == null || (typeof value === "object" && Object.keys(value).length === 0);
}

/** @param {unknown} one @param {unknown} other */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
