// @ts-check
/** What a thread shows from top to bottom: its lines, with days, groups and what is not sent yet. */
import { dayKey } from "./format.js";
import { albumOf, inAlbumOrder, isNews, saidOf } from "./said.js";

/**
 * @import { MessageRow, NoteRow } from "../protocol/types.js"
 * @import { Line } from "./thread.js"
 * @import { Entry } from "./outbox.js"
 *
 * @typedef {{type: "day", key: string, time: string}} DayItem
 * @typedef {{type: "unread", key: string}} UnreadItem
 * @typedef {{type: "message", key: string, message: MessageRow, album: MessageRow[], first: boolean, last: boolean}} MessageItem
 * @typedef {{type: "note", key: string, note: NoteRow}} NoteItem
 * @typedef {{type: "system", key: string, note?: NoteRow, message?: MessageRow}} SystemItem
 * @typedef {{type: "entry", key: string, entry: Entry}} EntryItem
 * @typedef {DayItem|UnreadItem|MessageItem|NoteItem|SystemItem|EntryItem} Item
 */

/** Words of one person within this time stand together. */
export const GROUP_MS = 5 * 60_000;

/**
 * @param {Line[]} lines in their order
 * @param {Entry[]} entries not confirmed yet
 * @param {number} readSeq the mark of the unread stands before the customer's first one after it
 * @returns {Item[]}
 */
export function timeline(lines, entries, readSeq) {
  /** @type {Item[]} */
  const items = [];
  /** @type {Set<string>} */
  const days = new Set();
  let marked = false;
  /** @type {Map<string, MessageItem>} */
  const albums = new Map();
  for (const line of lines) {
    const { created_at } = line.message ?? line.note;
    const today = dayKey(new Date(created_at));
    if (!days.has(today)) items.push({ type: "day", key: `day ${today}`, time: created_at });
    days.add(today);
    if (!marked && line.message?.sender === "customer" && line.message.seq > readSeq) {
      items.push({ type: "unread", key: "unread" });
      marked = true;
    }
    if (line.message && joins(albums, line.message)) continue;
    items.push(itemOf(line, albums));
  }
  group(items);
  return [...items, ...entries.map(entryItem)];
}

/**
 * Whether the picture belongs to an album that is there already, whose place it then takes.
 * @param {Map<string, MessageItem>} albums
 * @param {MessageRow} message
 */
function joins(albums, message) {
  const item = albums.get(albumKey(message));
  if (item) item.album = inAlbumOrder([...item.album, message]);
  return item !== undefined;
}

/** @param {MessageRow} message */
function albumKey(message) {
  const id = albumOf(message);
  return id && `${message.sender} ${id}`;
}

/**
 * @param {Line} line
 * @param {Map<string, MessageItem>} albums
 * @returns {Item}
 */
function itemOf(line, albums) {
  if (line.note) {
    const type = line.note.kind === "system" ? "system" : "note";
    return { type, key: line.note.client_id || line.note.id, note: line.note };
  }
  const { message } = line;
  if (message.sender === "system" || isNews(message))
    return { type: "system", key: message.id, message };
  /** @type {MessageItem} */
  const item = {
    type: "message",
    key: keyOf(message),
    message,
    album: [],
    first: true,
    last: true,
  };
  const album = albumKey(message);
  if (album) albums.set(album, { ...item, album: [message] });
  return albums.get(album) ?? item;
}

/** An operator's message keeps the key that it had while it was on its way. @param {MessageRow} message */
function keyOf(message) {
  return message.sender === "operator" ? message.client_id || message.id : message.id;
}

/** @param {Entry} entry @returns {EntryItem} */
function entryItem(entry) {
  return { type: "entry", key: entry.client_id, entry };
}

/** @param {Item[]} items */
function group(items) {
  for (let index = 1; index < items.length; index += 1) {
    const [above, below] = [items[index - 1], items[index]];
    if (above.type !== "message" || below.type !== "message") continue;
    if (!together(above.message, below.message)) continue;
    above.last = false;
    below.first = false;
  }
}

/**
 * @param {MessageRow} above
 * @param {MessageRow} below
 */
function together(above, below) {
  if (above.sender !== below.sender || above.operator_id !== below.operator_id) return false;
  if (saidOf(above).author?.name !== saidOf(below).author?.name) return false;
  return Date.parse(below.created_at) - Date.parse(above.created_at) < GROUP_MS;
}

/**
 * How far an outgoing message has come, and no further than is known: that a channel has taken it
 * does not say that it is on anybody's screen. Only the customer's own mark says that it was read.
 * @param {MessageRow} message
 * @param {boolean} isRead by the customer
 * @returns {"sending"|"sent"|"read"|"failed"|"unknown"}
 */
export function tick(message, isRead) {
  const state = message.delivery?.state;
  if (state === "failed") return "failed";
  if (isRead) return "read";
  if (state === "queued" || state === "sending") return "sending";
  return state === "unknown" ? "unknown" : "sent";
}
