// @ts-check
/** How people are called and marked on the screen. */
import { t } from "./i18n/index.js";

const HUES = 8;

/** @param {{name: string, customer_id: string}} row */
export function customerName(row) {
  return row.name.trim() || t("guest", { code: guestCode(row.customer_id) });
}

/** @param {string} customerId */
export function guestCode(customerId) {
  return customerId.slice(-4).toUpperCase();
}

/**
 * What stands in a customer's round picture: a guest's code tells guests apart.
 * @param {{name: string, customer_id: string}} row
 */
export function customerMark(row) {
  return row.name.trim() ? initials(row.name) : guestCode(row.customer_id).slice(0, 2);
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
  return (first + [...words[words.length - 1]][0]).toUpperCase();
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
