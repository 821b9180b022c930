// @ts-check
/** How long something lasts or lasted, and how long ago it was. */
import { once } from "./made.js";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Seconds of waiting from which a row is marked, and from which it is marked strongly. */
export const WAITING_LONG = 5 * MINUTE;
export const WAITING_TOO_LONG = 30 * MINUTE;

/**
 * @param {string} time ISO-8601
 * @param {number} now milliseconds
 */
export function secondsSince(time, now) {
  return Math.max(0, Math.floor((now - Date.parse(time)) / 1000));
}

/**
 * A span in its largest unit, short: 3分, 2 hr.
 * @param {number} seconds
 * @param {string} locale
 */
export function span(seconds, locale) {
  const [value, unit] = largest(Math.max(seconds, MINUTE));
  const format = once(
    `span ${locale} ${unit}`,
    () => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }),
  );
  return tight(format.format(value), locale);
}

/**
 * The same as briefly as can be, seconds too: 38秒, 2m.
 * @param {number} seconds
 * @param {string} locale
 */
export function briefSpan(seconds, locale) {
  const [value, unit] = largest(seconds);
  const unitDisplay = locale.startsWith("ja") ? "short" : "narrow"; // narrow Japanese says 38s
  return once(
    `brief ${locale} ${unit}`,
    () => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay }),
  )
    .format(value)
    .replace(" ", "");
}

/** @param {number} seconds @returns {[number, "day"|"hour"|"minute"|"second"]} */
function largest(seconds) {
  if (seconds >= DAY) return [Math.floor(seconds / DAY), "day"];
  if (seconds >= HOUR) return [Math.floor(seconds / HOUR), "hour"];
  if (seconds >= MINUTE) return [Math.floor(seconds / MINUTE), "minute"];
  return [Math.floor(seconds), "second"];
}

/**
 * How long ago: 今, 3 分前, yesterday.
 * @param {string} time
 * @param {number} now
 * @param {string} locale
 */
export function ago(time, now, locale) {
  const relative = once(
    `ago ${locale}`,
    () => new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }),
  );
  const seconds = secondsSince(time, now);
  if (seconds < MINUTE) return relative.format(0, "second");
  const [value, unit] = largest(seconds);
  return tight(relative.format(-value, unit), locale);
}

/**
 * Japanese sets a number and its unit without a space: 5分前, not 5 分前.
 * @param {string} text
 * @param {string} locale
 */
export function tight(text, locale) {
  return locale.startsWith("ja") ? text.replace(/(\d) /g, "$1") : text;
}
