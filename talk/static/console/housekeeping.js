// @ts-check
/** Keeps a desk that is open all day as small as one that has just been opened. */
import { surplus } from "./surplus.js";

/** @import { Desk } from "./desk.js" */

export const SWEEP_MS = 10 * 60_000;
/** What came in, or was changed, so long ago is behind every click. */
const STALE_MS = 60_000;

export class Housekeeping {
  /** @type {Set<string>} threads in the order in which they were last shown */
  #shown = new Set();

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  /** The operator looks at it. @param {string} id */
  noteShown(id) {
    this.#shown.delete(id);
    this.#shown.add(id);
  }

  sweep() {
    const { desk } = this;
    if (desk.sync.isLoading) return;
    desk.lists.forgetUnused();
    const { currentId } = desk.threads;
    if (currentId) this.noteShown(currentId);
    const forgotten = surplus(desk.state, {
      recent: [...this.#shown].reverse(),
      isListed: (row) => desk.lists.shows(row),
      isBusy: (id) => desk.outbox.of(id).length > 0,
    });
    desk.dispatch({ kind: "rows.forgotten", ...forgotten });
    this.#forget(forgotten);
  }

  /** @param {import("./surplus.js").Surplus} forgotten */
  #forget({ threads, customers }) {
    const { desk } = this;
    for (const id of threads) {
      this.#shown.delete(id);
      desk.threads.forget(id);
      desk.sidebars.forget(id);
    }
    for (const id of customers) desk.likenesses.forget(id);
    for (const times of [desk.heardAt, desk.turnedAt]) forgetOld(times, Date.now() - STALE_MS);
  }
}

/**
 * @param {Map<string, number>} times
 * @param {number} before
 */
function forgetOld(times, before) {
  for (const [id, at] of times) if (at < before) times.delete(id);
}
