// @ts-check
/** How the channel of a conversation stands at a moment: what an answer costs, or why there is none. */

/**
 * @import { ConversationChannel, ConversationRow, InboxChannel, InboxRow } from "../protocol/types.js"
 *
 * @typedef {"calm"|"near"|"close"|"full"} Level of the month's messages: from 80, 95 and 100 %
 *
 * @typedef {object} Standing
 * @property {""|"blocked"|"parted"|"standby"|"seven_days"} why nothing can be sent
 * @property {number} free seconds that an answer is still free; 0: it costs
 * @property {number} left seconds until nothing can be sent at all; Infinity: no such end
 * @property {{used: number, limit: number|null, level: Level}|null} push
 * @property {boolean} isBlocked
 * @property {boolean} isGroup
 * @property {number} members that one message to a group counts for; 0: unknown
 * @property {number} bubble units in one bubble
 * @property {number} call bubbles that leave together
 */

/** @type {[number, Level][]} */
const LEVELS = [
  [1, "full"],
  [0.95, "close"],
  [0.8, "near"],
];

/**
 * @param {ConversationRow} row
 * @param {InboxRow|undefined} inbox
 * @param {number} now milliseconds
 * @returns {Standing|null} null where there is nothing to say: the web
 */
export function standing(row, inbox, now) {
  if (!inbox || inbox.kind === "web") return null;
  const own = /** @type {Partial<ConversationChannel>} */ (row.channel);
  const its = /** @type {Partial<InboxChannel>} */ (inbox.channel);
  const free = own.free_until ? secondsTo(own.free_until, now) : 0;
  const left = own.push_until ? secondsTo(own.push_until, now) : Number.POSITIVE_INFINITY;
  return {
    why: own.why || (left === 0 && free === 0 ? "seven_days" : ""),
    free,
    left,
    push: its.quota ? pushOf(its.quota) : null,
    isBlocked: own.why === "blocked",
    isGroup: own.chat === "group" || own.chat === "room",
    members: own.members ?? 0,
    bubble: its.bubble ?? 5000,
    call: its.call ?? 5,
  };
}

/**
 * @param {string} moment
 * @param {number} now
 */
function secondsTo(moment, now) {
  return Math.max(0, Math.ceil((Date.parse(moment) - now) / 1000));
}

/** @param {{used: number, limit: number|null}} quota */
function pushOf({ used, limit }) {
  const share = limit === null ? 0 : used / Math.max(limit, 1);
  const level = LEVELS.find(([from]) => share >= from)?.[1] ?? "calm";
  return { used, limit, level };
}
