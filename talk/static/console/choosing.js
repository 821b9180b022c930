// @ts-check
/** What two customers who are joined tell differently, so that an operator chooses. No DOM. */

/** @import { CustomerRow, Known } from "../protocol/types.js" */

/** @typedef {"this"|"other"} Side */
/** @typedef {{key: string, this: unknown, other: unknown, chosen: Side}} Choice */

/** Identifiers are kept from both, so there is nothing to choose. */
const KEPT_FROM_BOTH = new Set(["user_id", "email", "phone"]);
const STRENGTH = ["operator", "crm", "site", "commerce", "survey", "tracker"];

/**
 * The keys that both have, with different values; the stronger source is chosen until somebody
 * says otherwise, as the server would.
 * @param {CustomerRow} here
 * @param {CustomerRow} there
 * @returns {Choice[]}
 */
export function choices(here, there) {
  const keys = Object.keys(here.traits).filter((key) => key in there.traits && isChosen(key));
  const differing = keys
    .filter((key) => !same(value(here, key), value(there, key)))
    .map((key) => choice(key, here, there));
  return [...nameChoice(here, there), ...differing];
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
 * @returns {Choice[]}
 */
function nameChoice(here, there) {
  if (!here.name || !there.name || here.name === there.name) return [];
  const known = here.traits.name && there.traits.name;
  const chosen = known ? stronger(here.traits.name, there.traits.name) : "other";
  return [{ key: "name", this: here.name, other: there.name, chosen }];
}

/**
 * @param {string} key
 * @param {CustomerRow} here
 * @param {CustomerRow} there
 * @returns {Choice}
 */
function choice(key, here, there) {
  const [mine, theirs] = [/** @type {Known} */ (here.traits[key]), there.traits[key]];
  return { key, this: mine.value, other: theirs?.value, chosen: stronger(mine, theirs) };
}

/** @param {Known|undefined} mine @param {Known|undefined} theirs @returns {Side} */
function stronger(mine, theirs) {
  const difference = rank(mine) - rank(theirs);
  if (difference !== 0) return difference < 0 ? "this" : "other";
  return (mine?.changed_at ?? "") >= (theirs?.changed_at ?? "") ? "this" : "other";
}

/** @param {Known|undefined} known */
function rank(known) {
  const at = STRENGTH.indexOf(known?.source.split(":")[0] ?? "");
  return at < 0 ? STRENGTH.length : at;
}

/** @param {CustomerRow} row @param {string} key */
const value = (row, key) => row.traits[key]?.value;

/** @param {unknown} one @param {unknown} other */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
