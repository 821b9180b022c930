// @ts-check
/** Whether a customer is on our pages now. */
import { secondsSince } from "./format.js";

/** @import { ContextData } from "../protocol/types.js" */

/** Who closes a laptop or loses the network does not say that they leave. */
const SILENCE_SECONDS = 120;

/**
 * @param {Partial<ContextData>} context
 * @param {number} now of the server's clock, in milliseconds
 */
export function isThere({ page, last_seen }, now) {
  return Boolean(page && last_seen && secondsSince(last_seen, now) < SILENCE_SECONDS);
}
