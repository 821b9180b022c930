// @ts-check
/** Days and moments, as calendar and clock tell them; a day is the operator's own. */
import { dateFormat, once } from "./made.js";
import { tight } from "./spans.js";

const DAY_MS = 86_400_000;

/**
 * The clock today, "yesterday", the date otherwise.
 * @param {string} time
 * @param {number} now
 * @param {string} locale
 */
export function stamp(time, now, locale) {
  const date = new Date(time);
  if (dayKey(date) === dayKey(new Date(now))) return clock(time, locale);
  if (isYesterday(date, now)) return relativeDay(-1, locale);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  const short = { month: /** @type {const} */ ("short"), day: /** @type {const} */ ("numeric") };
  return dateFormat(locale, sameYear ? short : { ...short, year: "numeric" }).format(date);
}

/**
 * The clock on the day of `now`, the date otherwise: of a day that is not today.
 * @param {string} time
 * @param {number} now
 * @param {string} locale
 */
export function clockOrDate(time, now, locale) {
  const date = new Date(time);
  if (dayKey(date) === dayKey(new Date(now))) return clock(time, locale);
  return dateFormat(locale, { month: "short", day: "numeric" }).format(date);
}

/**
 * The clock, with the date unless it is today.
 * @param {string} time
 * @param {number} now
 * @param {string} locale
 */
export function moment(time, now, locale) {
  const date = new Date(time);
  if (dayKey(date) === dayKey(new Date(now))) return clock(time, locale);
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
  return dateFormat(locale, options).format(date);
}

/**
 * @param {string} time
 * @param {string} locale
 */
export function clock(time, locale) {
  return dateFormat(locale, { hour: "numeric", minute: "2-digit" }).format(new Date(time));
}

/**
 * @param {string} time
 * @param {string} locale
 */
export function full(time, locale) {
  return dateFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(new Date(time));
}

/**
 * The heading of a day in a thread.
 * @param {string} time
 * @param {number} now
 * @param {string} locale
 */
export function dayName(time, now, locale) {
  const date = new Date(time);
  if (dayKey(date) === dayKey(new Date(now))) return relativeDay(0, locale);
  if (isYesterday(date, now)) return relativeDay(-1, locale);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { month: "long", day: "numeric", weekday: "short" };
  return dateFormat(locale, sameYear ? options : { ...options, year: "numeric" }).format(date);
}

/**
 * A date with its year; one without a time is that calendar day everywhere.
 * @param {string} time
 * @param {string} locale
 */
export function shortDate(time, locale) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { year: "numeric", month: "short", day: "numeric" };
  return dateFormat(locale, options).format(dayOf(time));
}

/**
 * How many calendar days until or since: 明日, 9日後, 3 days ago.
 * @param {string} time
 * @param {number} now
 * @param {string} locale
 */
export function relativeDays(time, now, locale) {
  const relative = once(
    `day ${locale}`,
    () => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
  );
  return tight(relative.format(daysUntil(time, now), "day"), locale);
}

/** Calendar days; below zero for the past. @param {string} time @param {number} now */
export function daysUntil(time, now) {
  return Math.round((midnight(dayOf(time)) - midnight(new Date(now))) / DAY_MS);
}

/**
 * The clock in another time zone, or "" when the zone is unknown here.
 * @param {number} now
 * @param {string} timeZone
 * @param {string} locale
 */
export function clockIn(now, timeZone, locale) {
  try {
    return dateFormat(locale, { hour: "numeric", minute: "2-digit", timeZone }).format(now);
  } catch {
    return "";
  }
}

/** @param {Date} date the operator's own calendar day */
export function dayKey(date) {
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/**
 * @param {Date} date
 * @param {number} now
 */
function isYesterday(date, now) {
  return dayKey(date) === dayKey(new Date(now - DAY_MS));
}

/**
 * 今日, Yesterday.
 * @param {number} days
 * @param {string} locale
 */
function relativeDay(days, locale) {
  const relative = once(
    `day ${locale}`,
    () => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
  );
  return capital(relative.format(days, "day"));
}

/** @param {string} time */
function dayOf(time) {
  return new Date(time.includes("T") ? time : `${time}T00:00`);
}

/** @param {Date} date in milliseconds, as if every day had 24 hours */
function midnight(date) {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
