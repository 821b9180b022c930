// @ts-check
import { conversations, timeline, unsent } from "../store.js";
import { dayOf } from "./dates.js";

const GROUP_MS = 5 * 60_000;

/** @typedef {import("../store.js").State} State */
/** @typedef {import("../store.js").MessageRow} MessageRow */
/** @typedef {import("../store.js").Unsent} Unsent */
/**
 * @typedef {{kind: "day", key: string, at: string | number}
 *   | {kind: "system", key: string, code: string}
 *   | {kind: "message", key: string, row: MessageRow, isFirst: boolean, isLast: boolean, tick: "" | "sent" | "read"}
 *   | {kind: "unsent", key: string, entry: Unsent, isFirst: boolean}} Line
 */

/**
 * What the thread shows, from top to bottom: days, messages in groups of one speaker, what is not
 * sent yet. Keys stay the same as long as a line is the same thing; an unsent message keeps its
 * key when it becomes a sent one. Pure.
 * @param {State} state
 * @returns {Line[]}
 */
export function lines(state) {
  /** @type {Line[]} */
  const made = [];
  const rows = timeline(state);
  let day = "";
  rows.forEach((row, index) => {
    if (dayOf(row.created_at) !== day) {
      day = dayOf(row.created_at);
      made.push({ kind: "day", key: `day:${day}`, at: row.created_at });
    }
    made.push(lineOf(state, row, rows[index - 1], rows[index + 1]));
  });
  made.push(...ending(state));
  let before = rows.at(-1)?.sender === "customer";
  for (const entry of unsent(state)) {
    made.push({ kind: "unsent", key: `out:${entry.client_id}`, entry, isFirst: !before });
    before = true;
  }
  tickLast(state, made);
  return made;
}

/**
 * No message says so: that a conversation is done is its own state.
 * @param {State} state
 * @returns {Line[]}
 */
function ending(state) {
  const newest = conversations(state).at(-1);
  if (newest?.status !== "resolved") return [];
  return [{ kind: "system", key: `${newest.id} resolved`, code: "resolved" }];
}

/**
 * @param {State} state
 * @param {MessageRow} row
 * @param {MessageRow | undefined} before
 * @param {MessageRow | undefined} after
 * @returns {Line}
 */
function lineOf(state, row, before, after) {
  const own = row.sender === "customer";
  if (row.sender === "system") return { kind: "system", key: row.id, code: row.data.code ?? "" };
  const goesOn = Boolean(after && joins(row, after)) || (own && !after && state.outbox.size > 0);
  return {
    kind: "message",
    key: own ? `out:${row.client_id}` : row.id,
    row,
    isFirst: !before || !joins(before, row),
    isLast: !goesOn,
    tick: "",
  };
}

/**
 * @param {MessageRow} one
 * @param {MessageRow} next
 */
function joins(one, next) {
  return (
    one.sender === next.sender &&
    one.author_name === next.author_name &&
    dayOf(one.created_at) === dayOf(next.created_at) &&
    Date.parse(next.created_at) - Date.parse(one.created_at) < GROUP_MS
  );
}

/**
 * The newest own message says whether it arrived, or was read.
 * @param {State} state
 * @param {Line[]} made
 */
function tickLast(state, made) {
  const last = made.findLast((line) => line.kind === "message" && line.row.sender === "customer");
  if (last?.kind !== "message") return;
  const { conversation_id, seq } = last.row;
  const read = state.conversations.get(conversation_id)?.operator_read_seq ?? 0;
  last.tick = read >= seq ? "read" : "sent";
}
