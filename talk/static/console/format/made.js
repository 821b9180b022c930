// @ts-check
/** Formatters are costly to make: each is made once. */

/** @type {Map<string, any>} */
const made = new Map();

/**
 * @template T
 * @param {string} key
 * @param {() => T} make
 * @returns {T}
 */
export function once(key, make) {
  if (!made.has(key)) made.set(key, make());
  return made.get(key);
}

/**
 * @param {string} locale
 * @param {Intl.DateTimeFormatOptions} options
 */
export function dateFormat(locale, options) {
  return once(
    `${locale}${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale, options),
  );
}
