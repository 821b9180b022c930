// @ts-check
/** Who can be given a conversation. The server decides; this only spares choices that it refuses. */

/** @import { OperatorRow, TeamRow } from "../protocol/types.js" */

/**
 * @param {OperatorRow} operator
 * @param {string} inboxId
 * @param {Iterable<TeamRow>} teams
 */
export function seesInbox(operator, inboxId, teams) {
  if (!operator.is_active) return false;
  if (operator.role !== "operator") return true;
  return [...teams].some(
    (team) => team.operator_ids.includes(operator.id) && team.inbox_ids.includes(inboxId),
  );
}
