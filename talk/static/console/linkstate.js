// @ts-check
/** What the operator is told of the connection. Pure, so that no state can stay without words. */

/**
 * @import { Link } from "./connection.js"
 *
 * @typedef {object} Told
 * @property {"good"|"busy"|"bad"} tone
 * @property {string} key of the text
 * @property {number} count seconds until the next attempt, where the text names them
 * @property {string} hint key of a second line, or ""
 * @property {""|"retry"|"login"|"reload"|"fetch"} act what the operator can do
 */

/**
 * @param {{link: Link, attempt: number, retry_at: number|null, now: number, isStale: boolean,
 *   hasFailed: boolean}} connection
 * @returns {Told}
 */
export function told({ link, attempt, retry_at, now, isStale, hasFailed }) {
  const seconds = Math.max(1, Math.ceil(((retry_at ?? now) - now) / 1000));
  /** @type {(tone: Told["tone"], key: string, rest?: Partial<Told>) => Told} */
  const say = (tone, key, rest = {}) => ({ tone, key, count: seconds, hint: "", act: "", ...rest });
  switch (link) {
    case "offline":
      return say("bad", "link.offline", { hint: "link.offline.hint", act: "retry" });
    case "reconnecting":
      return say("bad", "link.reconnecting", { hint: "link.offline.hint", act: "retry" });
    case "loggedout":
      return say("bad", "link.loggedout", { hint: "link.loggedout.hint", act: "login" });
    case "forbidden":
      return say("bad", "link.forbidden", { act: "login" });
    case "outdated":
      return say("bad", "link.outdated", { hint: "link.outdated.hint", act: "reload" });
    case "connecting":
      return attempt === 0
        ? say("busy", "link.connecting")
        : say("bad", "link.reconnecting.now", { hint: "link.offline.hint" });
    default:
      if (hasFailed) return say("bad", "link.failed", { hint: "link.failed.hint", act: "fetch" });
      return isStale ? say("busy", "link.syncing") : say("good", "link.connected");
  }
}
