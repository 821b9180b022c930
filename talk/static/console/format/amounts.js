// @ts-check
/** Amounts and names that each language writes in its own way. */
import { once } from "./made.js";

/**
 * @param {number} amount
 * @param {string} currency ISO 4217; '' or an unknown one is yen, as most sites here mean
 * @param {string} locale
 */
export function money(amount, currency, locale) {
  const known = /^[A-Z]{3}$/.test(currency) ? currency : "JPY";
  return once(
    `money ${locale} ${known}`,
    () => new Intl.NumberFormat(locale, { style: "currency", currency: known }),
  ).format(amount);
}

/**
 * @param {number} bytes
 * @param {string} locale
 */
export function size(bytes, locale) {
  if (bytes < 1000) return `${bytes} B`; // Intl has "18 byte" and "18B" only
  const [value, unit] =
    bytes < 1_000_000 ? [bytes / 1000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  const digits = value < 10 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: digits,
  }).format(value);
}

/**
 * @param {string} code a language tag such as "ja"
 * @param {string} locale
 */
export function languageName(code, locale) {
  try {
    return (
      once(`lang ${locale}`, () => new Intl.DisplayNames(locale, { type: "language" })).of(code) ??
      code
    );
  } catch {
    return code;
  }
}
