// @ts-check
/** What to do after a socket closed: the contract's table of close codes, and full jitter. */

export const BASE_MS = 1000;
export const CAP_MS = 30_000;

/**
 * @typedef {object} Next
 * @property {"retry"|"login"|"outdated"|"forbidden"} action
 * @property {number} delay_ms
 * @property {boolean} forget the resume token is worthless: fetch everything anew
 */

/**
 * @param {{code: number, reason: string, attempt: number, random: () => number}} closed `attempt`
 *   counts the connections in a row that never became ready, from 0
 * @returns {Next}
 */
export function afterClose({ code, reason, attempt, random }) {
  const jitter = () => Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt));
  const retry = { action: /** @type {const} */ ("retry"), delay_ms: jitter(), forget: false };
  switch (code) {
    case 1008:
      return { ...retry, delay_ms: 60_000 + jitter() };
    case 1012:
      return { ...retry, delay_ms: Math.max(jitter(), spread(reason, random)) };
    case 4003:
      return { ...retry, action: "forbidden" };
    case 4009:
      return { ...retry, action: "login" };
    case 4010:
      return { ...retry, action: "outdated" };
    case 4011:
      return { ...retry, forget: true };
    default:
      return retry;
  }
}

/**
 * A restarting server names the seconds over which its clients should come back.
 * @param {string} reason
 * @param {() => number} random
 */
function spread(reason, random) {
  const seconds = Number(/retry=(\d+(?:\.\d+)?)/.exec(reason)?.[1] ?? 0);
  return Math.round(random() * Math.min(seconds, 300) * 1000);
}
