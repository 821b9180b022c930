// @ts-check

/** What the frame may say, and the shape of it. Anything else is ignored. */
const SAID = {
  ready: () => true,
  close: () => true,
  expired: () => true,
  forgotten: () => true,
  unread: (/** @type {any} */ { count }) => Number.isInteger(count) && count >= 0,
  message: (/** @type {any} */ { id, author, preview }) =>
    [id, author, preview].every((text) => typeof text === "string" && text.length <= 200),
};

/** @typedef {keyof typeof SAID} Word */

/**
 * The type of a message from the chat frame, or null when it is not from it or not well-formed.
 * @param {{origin: string, source: unknown, data: unknown}} event
 * @param {string} origin of the chat server
 * @param {unknown} frame window of the one frame that may speak
 * @returns {Word | null}
 */
export function heard(event, origin, frame) {
  const data = /** @type {any} */ (event.data);
  if (event.origin !== origin || !frame || event.source !== frame) return null;
  if (data?.sobani !== 1) return null;
  if (typeof data.type !== "string" || !Object.hasOwn(SAID, data.type)) return null;
  const word = /** @type {Word} */ (data.type);
  return SAID[word](data) ? word : null;
}
