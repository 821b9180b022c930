// @ts-check
/** One opened thread: its lines, and how far they are known to be complete. */

/**
 * @import { ContextRow, ConversationRow, MarksRow, MessageRow } from "../protocol/types.js"
 * @import { NoteRow, PastRow, Sidebar } from "../protocol/types.js"
 *
 * @typedef {object} Thread
 * @property {string} conversation_id
 * @property {number} version every change up to this one is here
 * @property {number} newest the newest change heard of; above `version`, something is missing
 * @property {Set<number>} ahead changes that are here although one before them is missing
 * @property {boolean} attached whether events of this connection carry this thread's whole rows
 * @property {number} floor older messages than this one have not been loaded
 * @property {boolean} has_more
 * @property {number} erased the change that erased all before it; 0 for none
 * @property {Map<string, MessageRow>} messages
 * @property {Map<string, NoteRow>} notes
 * @property {PastRow[]} past
 * @property {number} past_count
 *
 * @typedef {object} FetchedChanges
 * @property {ConversationRow} conversation
 * @property {MessageRow[]} messages
 * @property {NoteRow[]} notes
 * @property {number} version
 *
 * @typedef {object} ThreadParts
 * @property {ContextRow|null} context
 * @property {Sidebar|null} [sidebar]
 * @property {MarksRow|null} [marks]
 * @property {PastRow[]} past
 * @property {number} past_count
 * @property {boolean} has_more
 *
 * @typedef {FetchedChanges & ThreadParts} FetchedThread
 *
 * @typedef {object} FetchedPage
 * @property {string} conversation_id
 * @property {MessageRow[]} messages
 * @property {NoteRow[]} notes
 * @property {boolean} has_more
 *
 * @typedef {{message: MessageRow, note?: undefined} | {note: NoteRow, message?: undefined}} Line
 */

/**
 * @param {string} conversationId
 * @param {FetchedThread} fetched
 * @returns {Thread}
 */
export function newThread(conversationId, fetched) {
  return {
    conversation_id: conversationId,
    version: fetched.version,
    newest: fetched.version,
    ahead: new Set(),
    attached: false,
    floor: fetched.has_more ? (fetched.messages[0]?.seq ?? 0) : 0,
    has_more: fetched.has_more,
    erased: Math.max(0, ...fetched.notes.filter(isErasure).map((row) => row.version)),
    messages: new Map(fetched.messages.map((row) => [row.id, row])),
    notes: new Map(fetched.notes.map((row) => [row.id, row])),
    past: fetched.past,
    past_count: fetched.past_count,
  };
}

/** The system's lines about operators' work, not about the customer. */
const KEPT_LINES = new Set(["assigned", "status", "erased", "expired"]);

/** @param {NoteRow} note */
const isErasure = ({ kind, data }) =>
  kind === "system" && (data.code === "erased" || data.code === "expired");

/** Whether a change is known to be missing. @param {Thread} thread */
export function isSyncing(thread) {
  return thread.newest > thread.version;
}

/** The newest message that is here; 0 for none. @param {Thread} thread */
export function newestSeq(thread) {
  return [...thread.messages.values()].reduce((seq, row) => Math.max(seq, row.seq), 0);
}

/**
 * Note that a change exists; `whole` when its rows have been put as well.
 * @param {Thread} thread
 * @param {number} version
 * @param {boolean} whole
 * @returns {boolean} whether the thread altered
 */
export function hear(thread, version, whole) {
  if (version <= thread.version) return false;
  thread.newest = Math.max(thread.newest, version);
  if (whole) thread.ahead.add(version);
  collapse(thread);
  return true;
}

/** Move `version` over the changes that now follow without a hole. @param {Thread} thread */
export function collapse(thread) {
  while (thread.ahead.delete(thread.version + 1)) thread.version += 1;
  for (const version of thread.ahead) if (version <= thread.version) thread.ahead.delete(version);
}

/**
 * Put rows that are newer than the known ones. Rows below `floor` belong to a page that is not
 * loaded: taking them would show a hole.
 * @param {Thread} thread
 * @param {MessageRow[]} messages
 * @param {NoteRow[]} notes
 * @param {number} floor
 * @returns {boolean} whether any row was put
 */
export function putLines(thread, messages, notes, floor) {
  let put = false;
  for (const row of messages) {
    const known = thread.messages.get(row.id);
    if (row.seq < floor || (known && known.version >= row.version)) continue;
    thread.messages.set(row.id, row);
    put = true;
  }
  for (const row of notes) {
    const known = thread.notes.get(row.id);
    if (row.after_seq < floor || (known && known.version >= row.version)) continue;
    thread.notes.set(row.id, row);
    if (isErasure(row)) thread.erased = Math.max(thread.erased, row.version);
    put = true;
  }
  if (put && thread.erased) forget(thread);
  return put;
}

/**
 * The customer was erased: what was said before has gone from the server, and goes from here. The
 * same as the server's own blanking, so that a console that was away ends with the same rows.
 * @param {Thread} thread
 */
function forget(thread) {
  const version = thread.erased;
  for (const row of thread.messages.values()) {
    if (row.version < version) thread.messages.set(row.id, blanked(row, version));
  }
  for (const row of thread.notes.values()) {
    const stays = row.kind === "system" && KEPT_LINES.has(String(row.data.code));
    if (row.version < version && !stays) thread.notes.delete(row.id);
  }
  thread.past = thread.past.map((past) => ({ ...past, preview: "", preview_kind: "" }));
}

/**
 * @param {MessageRow} row
 * @param {number} version
 * @returns {MessageRow}
 */
function blanked(row, version) {
  const { code, after_seq } = row.data;
  const delivery = row.delivery && { state: stopped(row.delivery.state), reason: "" };
  const data = {
    ...(code === undefined ? {} : { code }),
    ...(after_seq === undefined ? {} : { after_seq }),
  };
  return { ...row, version, body: "", data, attachments: [], delivery };
}

/** @param {import("../protocol/types.js").DeliveryRow["state"]} state */
function stopped(state) {
  return state === "queued" || state === "sending" ? "failed" : state;
}

/**
 * The thread from top to bottom: messages by `seq`. What was said before another that was here
 * already (`data.after_seq`), and notes, stand after their message in the order of their time.
 * @param {Thread} thread
 * @returns {Line[]}
 */
export function lines(thread) {
  /** @type {Line[]} */
  const all = [
    ...[...thread.messages.values()].map((message) => ({ message })),
    ...[...thread.notes.values()].map((note) => ({ note })),
  ];
  return all.sort(compareLines);
}

/**
 * @param {Line} a
 * @param {Line} b
 */
function compareLines(a, b) {
  const [placeA, isApartA, timeA, lastA] = lineKey(a);
  const [placeB, isApartB, timeB, lastB] = lineKey(b);
  return placeA - placeB || isApartA - isApartB || compareTexts(timeA, timeB) || lastA - lastB;
}

/** Times of the server are written alike: as texts they sort. @param {string} a @param {string} b */
function compareTexts(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** @param {Line} line @returns {[number, number, string, number]} */
function lineKey({ message, note }) {
  if (note) return [note.after_seq, 1, note.created_at, note.version];
  const { after_seq } = message.data;
  if (typeof after_seq !== "number") return [message.seq, 0, "", 0];
  return [after_seq, 1, message.created_at, message.seq];
}
