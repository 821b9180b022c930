// @ts-check
/** The server's clock, as near as one answer tells it: rows carry its times, not this machine's. */

/** A difference that the way of an answer may explain is none. */
const TRUSTED_MS = 2_000;

let ahead = 0;

/** @param {string} now the server's time, in an answer that has just come in */
export function heedServer(now) {
  const difference = Date.parse(now) - Date.now();
  ahead = Math.abs(difference) > TRUSTED_MS ? difference : 0;
}

export function serverNow() {
  return Date.now() + ahead;
}
