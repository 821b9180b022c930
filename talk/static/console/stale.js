// @ts-check
/** When a change that the server refused as stale would still be what the operator meant. */

/** @import { ConversationRow } from "../protocol/types.js" */

/**
 * What an operator looked at before deciding. A read mark or a delivery moves the version as well,
 * and is no reason to ask again; a new message of the customer or another operator's act is.
 * @type {Record<string, (keyof ConversationRow)[]>}
 */
const LOOKED_AT = {
  "conversation.assign": ["assignee_id", "team_id", "status"],
  "conversation.set_status": ["status", "snoozed_until", "customer_seq"],
  "conversation.set_labels": ["label_ids"],
};

/**
 * @param {string} type of the command
 * @param {ConversationRow} seen
 * @param {ConversationRow} current
 */
export function stillHolds(type, seen, current) {
  return (LOOKED_AT[type] ?? []).every((name) => String(seen[name]) === String(current[name]));
}
