// @ts-check

/**
 * @param {string} locale
 * @param {string | number} at
 */
export function clock(locale, at) {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(
    new Date(at),
  );
}

/** @param {string | number} at */
export function dayOf(at) {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/**
 * @param {string} locale
 * @param {string | number} at
 * @param {import("./words.js").Words} words
 * @param {Date} now
 */
export function dayName(locale, at, words, now) {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (dayOf(at) === dayOf(now.getTime())) return words.today;
  if (dayOf(at) === dayOf(yesterday.getTime())) return words.yesterday;
  const date = new Date(at);
  const isThisYear = date.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(locale, {
    year: isThisYear ? undefined : "numeric",
    month: "long",
    day: "numeric",
    weekday: "short",
  }).format(date);
}

/**
 * @param {number} bytes
 * @param {string} locale
 */
export function sizeOf(bytes, locale) {
  if (bytes < 1024) return `${bytes} B`;
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  const digits = value < 10 ? 1 : 0;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${unit}`;
}
