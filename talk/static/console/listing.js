// @ts-check
/** The order of one list: a view, narrowed to an inbox or a label or not, kept as rows change. */

/** @import { ConversationRow } from "../protocol/types.js" */

/** @typedef {"mine"|"unassigned"|"all"|"snoozed"|"resolved"} View */

/** @type {readonly View[]} */
export const VIEWS = ["mine", "unassigned", "all", "snoozed", "resolved"];

/**
 * @param {ConversationRow} row
 * @param {{view: View, inbox_id: string|null, label_id?: string|null, me: string}} filter
 */
export function belongs(row, { view, inbox_id, label_id, me }) {
  if (inbox_id && row.inbox_id !== inbox_id) return false;
  if (label_id && !row.label_ids.includes(label_id)) return false;
  if (view === "snoozed" || view === "resolved") return row.status === view;
  if (row.status === "snoozed" || row.status === "resolved") return false;
  if (view === "mine") return row.assignee_id === me;
  return view === "all" || row.assignee_id === null;
}

/**
 * PostgreSQL drops trailing zeros of a second's fraction; as text, such times do not compare.
 * @param {string} time
 */
export function timeKey(time) {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? "";
  return `${time.slice(0, 19)}.${fraction.padEnd(6, "0")}`;
}

/** @typedef {{last_at: string, id: string}} Place a row's place in any list */

/**
 * Newest first.
 * @param {Place} a
 * @param {Place} b
 */
export function comparePlaces(a, b) {
  const [keyA, keyB] =
    a.last_at === b.last_at ? [a.id, b.id] : [timeKey(a.last_at), timeKey(b.last_at)];
  if (keyA === keyB) return 0;
  return keyA > keyB ? -1 : 1;
}

/** @param {View} view @param {string|null} inboxId @param {string|null} labelId */
export function keyOf(view, inboxId, labelId) {
  return [view, inboxId ?? "", labelId ?? ""].join(" ");
}

export class Listing {
  /** @type {ConversationRow[]} */
  rows = [];
  /** @type {string|null} where the next page begins */
  cursor = null;
  /** @type {Place|null} rows below this place have not been loaded, so none of them is shown */
  boundary = null;
  /** A page is on its way. */
  fetching = false;
  /** The next page did not come: it is asked for again when the operator says so. */
  isStuck = false;
  state = /** @type {"new"|"loading"|"ready"|"failed"} */ ("new");

  /**
   * @param {View} view
   * @param {string|null} inboxId
   * @param {string} me the operator's id
   * @param {string|null} [labelId]
   */
  constructor(view, inboxId, me, labelId = null) {
    this.view = view;
    this.inbox_id = inboxId;
    this.label_id = labelId;
    this.me = me;
  }

  /** The same for the same list. */
  get key() {
    return keyOf(this.view, this.inbox_id, this.label_id);
  }

  get complete() {
    return this.state === "ready" && this.cursor === null;
  }

  /**
   * Take a fetched page as loaded; `known` are all rows of the store.
   * @param {ConversationRow[]} page
   * @param {string|null} next
   * @param {Iterable<ConversationRow>} known
   */
  extend(page, next, known) {
    const last = page.at(-1);
    this.cursor = next;
    this.state = "ready";
    this.boundary = next && last ? { last_at: last.last_at, id: last.id } : null;
    this.rows = [...known].filter((row) => this.shows(row)).sort(comparePlaces);
  }

  /** @param {ConversationRow} row */
  shows(row) {
    if (!belongs(row, this)) return false;
    return this.boundary === null || comparePlaces(row, this.boundary) <= 0;
  }

  /**
   * @param {ConversationRow|undefined} before the row that was replaced
   * @param {ConversationRow} after
   * @returns {boolean} whether the list altered
   */
  update(before, after) {
    if (this.state !== "ready") return false;
    const removed = before !== undefined && this.shows(before) && this.remove(before);
    if (!this.shows(after)) return removed;
    this.rows.splice(this.placeOf(after), 0, after);
    return true;
  }

  /** @param {ConversationRow} row */
  remove(row) {
    const index = this.placeOf(row);
    if (this.rows[index]?.id !== row.id) return false;
    this.rows.splice(index, 1);
    return true;
  }

  /** @param {Place} place @returns {number} the index where it stands or would stand */
  placeOf(place) {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePlaces(this.rows[middle], place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
