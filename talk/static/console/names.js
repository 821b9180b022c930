// @ts-check
/** How people are called and marked on the screen. */
import { t } from "./i18n/index.js";

const HUES = 8;

/** @typedef {{name: string, customer_id: string}} Customer */

/** @param {Customer} row */
export function customerName(row) {
  return row.name.trim() || t("guest");
}

/** What tells guests apart, beside their name; "" for a customer who has one. @param {Customer} row */
export function guestCode(row) {
  return row.name.trim() ? "" : `#${row.customer_id.slice(-4).toUpperCase()}`;
}

/**
 * One or two signs for a round picture: 山田 → 山, Emma Clark → EC.
 * @param {string} name
 */
export function initials(name) {
  // Signs that only steer the direction of writing are no initials.
  const words = name
    .replace(/\p{Cf}/gu, "")
    .trim()
    .split(/\s+/u)
    .filter(Boolean);
  const first = [...(words[0] ?? "?")][0];
  if (!/^\p{Script=Latin}/u.test(first) || words.length === 1) return first.toUpperCase();
  const last = words.findLast((word) => /^\p{L}/u.test(word)) ?? words[0];
  return last === words[0] ? first.toUpperCase() : (first + [...last][0]).toUpperCase();
}

/** The class of a colour that stays with an id. @param {string} id */
export function hueClass(id) {
  let sum = 0;
  for (const sign of id.slice(-8)) sum = (sum * 31 + sign.charCodeAt(0)) % 9973;
  return `hue-${sum % HUES}`;
}

const SHORT = 16;

/** A name for a place with little room. @param {string} name */
export function shortName(name) {
  const signs = [...name];
  return signs.length > SHORT ? `${signs.slice(0, SHORT).join("")}…` : name;
}
