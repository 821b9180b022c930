// @ts-check
/** A value of member data as a layout's line wants it written. Pure: no DOM, no clock. */
import { money, relativeDays, shortDate } from "./format.js";
import { secureHref } from "./linkify.js";

/** @import { Column, FieldShown, Known, Told } from "../protocol/types.js" */

/**
 * @typedef {object} Written
 * @property {string} text
 * @property {string} [href] an https address
 * @property {boolean} [isBadge]
 * @property {string[]} [list]
 * @property {[string, Written][]} [facts]
 * @property {Written[]} [cards]
 * @property {[string, Written][]} [rest] what the columns do not name; there when it is asked for
 * @property {string} [title] the exact value of what is written shorter
 *
 * @typedef {{now: number, locale: string, yes: string, no: string}} Tongue
 */

const DATE = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/;
const MOST_DEEP = 4;

/**
 * The trait that a key lies in, and the value there; null when there is none.
 * @param {Record<string, Known>} traits
 * @param {string} key a trait's, with `.` and names into what it holds
 * @returns {{name: string, known: Known, value: unknown}|null}
 */
export function valueAt(traits, key) {
  const parts = key.split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const name = parts.slice(0, length).join(".");
    if (!Object.hasOwn(traits, name)) continue;
    const known = /** @type {Known} */ (traits[name]);
    const value = parts.slice(length).reduce(inside, known.value);
    return isNothing(value) ? null : { name, known, value };
  }
  return null;
}

/**
 * What other sources say of the same, the stronger first; nothing where they say nothing. What a
 * source says alike in several browsers of the customer it says once.
 * @param {{name: string, known: Known, value: unknown}} found
 * @param {string} key that it was found by
 * @returns {Told[]}
 */
export function othersAt({ name, known, value }, key) {
  const path = key.slice(name.length).split(".").filter(Boolean);
  const shown = JSON.stringify(value);
  /** @type {Map<string, Told>} */
  const told = new Map();
  for (const other of known.others ?? []) {
    const one = { ...other, value: path.reduce(inside, other.value) };
    const said = JSON.stringify(one.value);
    const words = `${one.source} ${said}`;
    if (!isNothing(one.value) && said !== shown && !told.has(words)) told.set(words, one);
  }
  return [...told.values()];
}

/** @param {unknown} value @param {string} name @returns {unknown} */
function inside(value, name) {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/**
 * @param {unknown} value
 * @param {FieldShown["format"]} format
 * @param {Tongue} tongue
 * @param {Column[]} [columns] what is shown of an object, or of each in a list; all when empty
 * @returns {Written}
 */
export function write(value, format, tongue, columns = []) {
  if (columns.length > 0 && isObject(value)) return row(value, tongue, columns);
  if (columns.length > 0 && Array.isArray(value) && value.every(isObject)) {
    return { text: "", cards: value.map((one) => row(one, tongue, columns)) };
  }
  const written = format && WRITERS[format]?.(value, tongue);
  return written || byShape(value, tongue, 0);
}

/** @param {Record<string, unknown>} object @param {Tongue} tongue @param {Column[]} columns @returns {Written} */
function row(object, tongue, columns) {
  const known = columns.filter(({ key }) => !isNothing(inside(object, key)));
  if (known.length === 0) return byShape(object, tongue, 1); // another object than was thought of
  const named = new Set(known.map(({ key }) => key));
  const others = Object.entries(object).filter(
    ([name, one]) => !named.has(name) && !isNothing(one),
  );
  /** @type {Written} */
  const written = {
    text: "",
    facts: known.map(({ key, label, format }) => [
      label || key,
      write(inside(object, key), format, tongue),
    ]),
  };
  if (others.length === 0) return written;
  return { ...written, rest: others.map(([name, one]) => [name, byShape(one, tongue, 1)]) };
}

/** @type {Record<string, (value: unknown, tongue: Tongue) => Written|null>} null: not of that kind */
const WRITERS = {
  text: (value) => ({ text: plain(value) }),
  number: (value, { locale }) => {
    const number = numberOf(value);
    return number === null ? null : { text: number.toLocaleString(locale) };
  },
  money: (value, { locale }) => {
    const { amount, currency } = isObject(value) ? value : { amount: value, currency: "" };
    const number = numberOf(amount);
    return number === null ? null : { text: money(number, String(currency ?? ""), locale) };
  },
  date: (value, tongue) => dated(value, (time) => shortDate(time, tongue.locale), tongue),
  relative: (value, tongue) =>
    dated(value, (time) => relativeDays(time, tongue.now, tongue.locale), tongue),
  link: (value) => {
    const href = secureHref(String(value));
    return href ? { text: href.replace(/^https:\/\//, ""), href } : { text: plain(value) };
  },
  badge: (value) => (isObject(value) ? null : { text: plain(value), isBadge: true }),
  yes_no: (value, { yes, no }) => ({ text: isTrue(value) ? yes : no }),
  list: (value) => (Array.isArray(value) ? { text: "", list: value.map(plain) } : null),
};

/**
 * @param {unknown} value
 * @param {Tongue} tongue
 * @param {number} depth
 * @returns {Written}
 */
function byShape(value, tongue, depth) {
  if (typeof value === "boolean") return { text: value ? tongue.yes : tongue.no };
  if (typeof value === "number") return { text: value.toLocaleString(tongue.locale) };
  if (typeof value === "string" && DATE.test(value)) {
    return WRITERS.date?.(value, tongue) ?? { text: value };
  }
  if (depth >= MOST_DEEP) return { text: plain(value) };
  if (Array.isArray(value)) {
    const there = value.filter((one) => !isNothing(one));
    const written = there.map((one) => byShape(one, tongue, depth + 1));
    if (there.some(isObject)) return { text: "", cards: written };
    return { text: "", list: written.map((one, at) => one.text || plain(there[at])) };
  }
  if (isObject(value)) {
    const known = Object.entries(value).filter(([, one]) => !isNothing(one));
    return {
      text: "",
      facts: known.map(([name, one]) => [name, byShape(one, tongue, depth + 1)]),
    };
  }
  return { text: plain(value) };
}

/**
 * @param {unknown} value
 * @param {(time: string) => string} shorten
 * @param {Tongue} tongue
 * @returns {Written|null}
 */
function dated(value, shorten, { locale }) {
  const time = String(value);
  if (!DATE.test(time) || Number.isNaN(Date.parse(time))) return null;
  return { text: shorten(time), title: shortDate(time, locale) };
}

/** All the words of what is written, for who looks for one. @param {Written} written @returns {string} */
export function words({ text, list, facts, cards, rest }) {
  const inner = [...(facts ?? []), ...(rest ?? [])].map(([name, one]) => `${name} ${words(one)}`);
  return [text, ...(list ?? []), ...inner, ...(cards ?? []).map(words)].join(" ");
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function isNothing(value) {
  if (isObject(value)) return Object.values(value).every(isNothing);
  if (Array.isArray(value)) return value.every(isNothing);
  return value === undefined || value === null || value === "";
}

/** @param {unknown} value */
function numberOf(value) {
  const number = typeof value === "string" && value.trim() ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** @param {unknown} value */
function isTrue(value) {
  return typeof value === "string"
    ? !["", "0", "false", "no", "いいえ"].includes(value.trim().toLowerCase())
    : Boolean(value);
}

/** @param {unknown} value @returns {string} */
function plain(value) {
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) {
    return value.map(plain).join(", ");
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
