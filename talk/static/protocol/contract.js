// @ts-check
/** What both clients hold to: `docs/protocol.md` says why. */

export const PROTOCOL = 1;
/** A connection over which nothing was heard for so long is dead. */
export const SILENCE_MS = 45_000;
/** From a socket's beginning to `ready`. */
export const READY_MS = 10_000;
/** A command, or a request that changes something, that was not answered for so long. */
export const ANSWER_MS = 5_000;
