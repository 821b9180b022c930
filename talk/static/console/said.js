// @ts-check
/** What a message is besides words (`talk/said.py`), without anything that draws it. */

/**
 * @import { AnySaid, MessageRow } from "../protocol/types.js"
 *
 * @typedef {{text: string, kind: "text"|"emoji"|"mention"}} Segment
 */

const PICTURED = new Set(["image", "video", "audio", "file"]);
/** Of these the channel lets us say which one an answer is about. */
const QUOTABLE = new Set(["text", "sticker", "image", "video"]);

/** @param {Pick<MessageRow, "data">} message @returns {AnySaid} */
export function saidOf({ data }) {
  return /** @type {AnySaid} */ ({ kind: "text", ...data });
}

/** Whether it is a line of what happened and nobody's words. @param {Pick<MessageRow, "data">} message */
export function isNews(message) {
  const { kind } = saidOf(message);
  return kind === "follow" || kind === "unfollow";
}

/** @param {Pick<MessageRow, "data">} message */
export function isMedia(message) {
  return PICTURED.has(saidOf(message).kind);
}

/** @param {MessageRow} message */
export function isQuotable(message) {
  if (message.sender !== "customer" && message.delivery?.state !== "accepted") return false;
  const { kind } = saidOf(message);
  return QUOTABLE.has(kind) && (kind !== "text" || message.body !== "");
}

/**
 * The album that a picture belongs to; "" for none.
 * @param {MessageRow} message
 */
export function albumOf(message) {
  const said = saidOf(message);
  return said.kind === "image" && said.album ? said.album.id : "";
}

/**
 * Pictures of an album in their order, whatever the order was in which they came.
 * @param {MessageRow[]} messages
 */
export function inAlbumOrder(messages) {
  const place = (/** @type {MessageRow} */ row) => {
    const said = saidOf(row);
    return (said.kind === "image" && said.album?.index) || Number.MAX_SAFE_INTEGER;
  };
  return [...messages].sort((a, b) => place(a) - place(b) || a.seq - b.seq);
}

/** How many there are to be, as far as anybody knows. @param {MessageRow[]} messages of an album */
export function albumTotal(messages) {
  const told = messages
    .map(saidOf)
    .map((said) => (said.kind === "image" && said.album?.total) || 0);
  return Math.max(messages.length, ...told);
}

/**
 * The text with its emojis and mentions apart; joined, the segments are the whole text. Places are
 * counted in UTF-16 units; those that do not fit are passed over.
 * @param {string} body
 * @param {AnySaid} said
 * @returns {Segment[]}
 */
export function segments(body, said) {
  if (said.kind !== "text") return body ? [{ text: body, kind: "text" }] : [];
  /** @type {{at: number, length: number, kind: "emoji"|"mention"}[]} */
  const marks = [
    ...(said.emojis ?? []).map(({ at, length }) => ({
      at,
      length,
      kind: /** @type {const} */ ("emoji"),
    })),
    ...(said.mentions ?? []).map(({ at, length }) => ({
      at,
      length,
      kind: /** @type {const} */ ("mention"),
    })),
  ].sort((a, b) => a.at - b.at);
  /** @type {Segment[]} */
  const found = [];
  let from = 0;
  for (const { at, length, kind } of marks) {
    if (at < from || length < 1 || at + length > body.length) continue;
    if (at > from) found.push({ text: body.slice(from, at), kind: "text" });
    found.push({ text: body.slice(at, at + length), kind });
    from = at + length;
  }
  if (from < body.length) found.push({ text: body.slice(from), kind: "text" });
  return found;
}

/**
 * What stands on the buttons of a message of ours, whatever the channel's form of it is.
 * @param {unknown} contents
 * @returns {string[]}
 */
export function buttonLabels(contents) {
  if (Array.isArray(contents)) return contents.flatMap(buttonLabels);
  if (contents === null || typeof contents !== "object") return [];
  const { label, type, ...rest } = /** @type {Record<string, unknown>} */ (contents);
  const own = typeof label === "string" && typeof type === "string" ? [label] : [];
  return [...own, ...buttonLabels(Object.values(rest))];
}

/** Where a place is on a map. @param {{latitude: number, longitude: number}} place */
export function mapHref({ latitude, longitude }) {
  return `https://www.google.com/maps/search/?api=1&query=${latitude}%2C${longitude}`;
}

/**
 * What goes with a message besides words and files; nothing if there is nothing.
 * @param {{quoted?: string, extra?: Record<string, unknown>}} draft
 * @returns {{data?: Record<string, unknown>}}
 */
export function saysFor({ quoted, extra = {} }) {
  const data = { ...extra, ...(quoted && { quoted: { message_id: quoted } }) };
  return Object.keys(data).length > 0 ? { data } : {};
}
