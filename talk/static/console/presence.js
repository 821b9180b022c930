// @ts-check
/** Whether a customer is on our pages now. */
import { secondsSince } from "./format.js";

/** @import { ContextData } from "../protocol/types.js" */

/** Who closes a laptop or loses the network does not say that they leave. */
const SILENCE_SECONDS = 120;

/**
 * Who may not see when they were last seen goes by when they came to the page.
 * @param {Partial<ContextData>} context
 * @param {number} now of the server's clock, in milliseconds
 */
export function isThere({ page, last_seen }, now) {
  const heard = last_seen ?? page?.since;
  return Boolean(page && heard && secondsSince(heard, now) < SILENCE_SECONDS);
}
