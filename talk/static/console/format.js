// @ts-check
/** Times, spans and sizes in the operator's language; `now` always comes from outside. */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Seconds of waiting from which a row is marked, and from which it is marked strongly. */
export const WAITING_LONG = 5 * MINUTE;
export const WAITING_TOO_LONG = 30 * MINUTE;

/** @type {Map<string, any>} formatters are costly to make */
const made = new Map();

/**
 * @template T
 * @param {string} key
 * @param {() => T} make
 * @returns {T}
 */
function once(key, make) {
  if (!made.has(key)) made.set(key, make());
  return made.get(key);
}

/**
 * @param {string} locale
 * @param {Intl.DateTimeFormatOptions} options
 */
function dateFormat(locale, options) {
  return once(
    `${locale}${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale, options),
  );
}

/**
 * @param {string} time ISO-8601
 * @param {number} now milliseconds
 */
export function secondsSince(time, now) {
  return Math.max(0, Math.floor((now - Date.parse(time)) / 1000));
}

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
 * A span in its largest unit, short: 3分, 2 hr.
 * @param {number} seconds
 * @param {string} locale
 */
export function span(seconds, locale) {
  const [value, unit] = largest(Math.max(seconds, MINUTE));
  return once(
    `span ${locale} ${unit}`,
    () => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }),
  ).format(value);
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
  return relative.format(-value, unit);
}

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
 * @param {Date} date
 * @param {number} now
 */
function isYesterday(date, now) {
  return dayKey(date) === dayKey(new Date(now - DAY * 1000));
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

/** @param {Date} date the operator's own calendar day */
export function dayKey(date) {
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
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
  return relative.format(daysUntil(time, now), "day");
}

/** Calendar days; below zero for the past. @param {string} time @param {number} now */
export function daysUntil(time, now) {
  return Math.round((midnight(dayOf(time)) - midnight(new Date(now))) / (DAY * 1000));
}

/** @param {string} time */
function dayOf(time) {
  return new Date(time.includes("T") ? time : `${time}T00:00`);
}

/** @param {Date} date in milliseconds, as if every day had 24 hours */
function midnight(date) {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
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

/**
 * @param {number} bytes
 * @param {string} locale
 */
export function size(bytes, locale) {
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

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
