// @ts-check
/** Texts for people by key, in the operator's language; plurals by `Intl.PluralRules`. */
import { en } from "./en.js";
import { ja } from "./ja.js";

/** @typedef {string|{one: string, other: string}} Text a plural's forms are chosen by `count` */
/** @typedef {"ja"|"en"} Locale */

/** @type {Record<Locale, Record<string, Text>>} */
const CATALOGUES = { ja, en };

/** @type {Locale} */
let chosen = "ja";

/** @param {string} tag a language tag such as `en-GB` */
export function setLocale(tag) {
  chosen = tag.startsWith("en") ? "en" : "ja";
}

export function locale() {
  return chosen;
}

/** Whether there is such a text. @param {string} key */
export function has(key) {
  return key in CATALOGUES[chosen];
}

/**
 * @param {string} key
 * @param {Record<string, string|number>} [params] values of the `{names}` in the text
 */
export function t(key, params = {}) {
  const text = CATALOGUES[chosen][key];
  if (text === undefined) return key;
  const form = typeof text === "string" ? text : text[plural(Number(params.count))];
  return form.replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}

/** @param {number} count @returns {"one"|"other"} */
function plural(count) {
  return new Intl.PluralRules(chosen).select(count) === "one" ? "one" : "other";
}
