// @ts-check
/** What to do after a socket closed: the protocol's table of close codes, and full jitter. */

export const BASE_MS = 1_000;
export const CAP_MS = 30_000;
export const ABUSE_MS = 60_000;
/** The server's own hint, but no longer. */
const MOST_SECONDS = 300;

/**
 * `unproven`: the ticket or token was not taken, `ended`: its rights have changed or it has ended;
 * the client decides whether another can be had. `forbidden` and `outdated` are not tried again.
 * @typedef {object} Next
 * @property {"retry"|"unproven"|"ended"|"forbidden"|"outdated"} action
 * @property {number} delay_ms before the next attempt, if there is one
 * @property {boolean} forget the resume token is worthless: fetch everything anew
 */

/** @type {Record<number, Next["action"]>} */
const ACTIONS = { 4001: "unproven", 4003: "forbidden", 4009: "ended", 4010: "outdated" };

/**
 * Full jitter, so that a restart is not answered by all clients in the same second.
 * @param {{code: number, reason: string, attempt: number, random: () => number}} closed `attempt`
 *   counts the connections in a row that never became ready, from 0
 * @returns {Next}
 */
export function afterClose({ code, reason, attempt, random }) {
  const backoff = Math.min(CAP_MS, BASE_MS * 2 ** attempt);
  const least = code === 1008 ? ABUSE_MS : 0;
  const jitter = Math.round(random() * Math.max(backoff, hinted(reason)));
  return { action: ACTIONS[code] ?? "retry", delay_ms: least + jitter, forget: code === 4011 };
}

/**
 * A restarting server, or one with too many sockets, names the seconds over which its clients
 * should come back.
 * @param {string} reason
 */
function hinted(reason) {
  const seconds = Number(/(?:^|;)retry=(\d+(?:\.\d+)?)/.exec(reason)?.[1] ?? 0);
  return Math.min(seconds, MOST_SECONDS) * 1000;
}
