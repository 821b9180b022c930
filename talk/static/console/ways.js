// @ts-check
/**
 * How the operator has the customer's pane: blocks by id, open or folded, and their order by layout.
 * The server keeps it for every desk they sit at; this browser keeps a copy, and what has not
 * reached the server yet.
 */

import { Shelf } from "./storage.js";

/**
 * @import { Store } from "./storage.js"
 * @import { PaneWaysRow } from "../protocol/types.js"
 *
 * @typedef {PaneWaysRow} PaneWays
 * @typedef {{folds: Record<string, boolean>, orders: Record<string, string[]|null>}} PaneChange
 *   an order of null: the layout's own again
 *
 * @typedef {object} Kept
 * @property {PaneWays} ways
 * @property {PaneChange} unsent
 *
 * @typedef {object} Ports
 * @property {() => Kept|null} load
 * @property {(kept: Kept) => void} keep
 * @property {(change: PaneChange) => Promise<unknown>} send
 * @property {() => void} onChange
 */

const NOTHING = { folds: {}, orders: {} };

const PREFIX = "sobani.pref.";
/** Where it was before the server kept it, whoever sat here. */
const OF_ANYBODY = "pane_ways";

/**
 * This browser's copy of the operator's.
 * @param {Store} store
 * @param {string} operatorId
 * @returns {Pick<Ports, "load"|"keep">}
 */
export function keptIn(store, operatorId) {
  /** @type {Shelf<any>} */
  const shelf = new Shelf(store, PREFIX);
  return {
    load: () => shelf.get(nameOf(operatorId)) ?? asKept(shelf.get(OF_ANYBODY)),
    keep: (kept) => {
      shelf.put(nameOf(operatorId), kept);
      shelf.remove(OF_ANYBODY);
    },
  };
}

/** @param {string} operatorId */
export function storageKey(operatorId) {
  return PREFIX + nameOf(operatorId);
}

/** @param {string} operatorId */
function nameOf(operatorId) {
  return `pane.${operatorId}`;
}

/** @param {Partial<PaneWays>|null} old @returns {Kept|null} */
function asKept(old) {
  return old ? { ways: { ...NOTHING, ...old }, unsent: NOTHING } : null;
}

export class Ways {
  /** @type {Kept} */
  #kept;
  #isSending = false;

  /** @param {Ports} ports */
  constructor(ports) {
    this.ports = ports;
    this.#kept = ports.load() ?? { ways: NOTHING, unsent: NOTHING };
  }

  /** @returns {PaneWays} */
  get() {
    return this.#kept.ways;
  }

  /**
   * The server's, with what this browser has not told it yet on top.
   * @param {PaneWays|null} told null while it has nothing: then it gets what is here
   */
  take(told) {
    const { ways, unsent } = this.#kept;
    this.#keep(
      told ? { ways: laidOver(told, unsent), unsent } : { ways, unsent: laidOver(ways, unsent) },
    );
    void this.flush();
  }

  /** @param {PaneWays} ways */
  set(ways) {
    const { ways: before, unsent } = this.#kept;
    const change = difference(before, ways);
    this.#keep({
      ways,
      unsent: {
        folds: { ...unsent.folds, ...change.folds },
        orders: { ...unsent.orders, ...change.orders },
      },
    });
    void this.flush();
  }

  /** Another tab of this browser has kept something. */
  reload() {
    this.#kept = this.ports.load() ?? this.#kept;
    this.ports.onChange();
  }

  /** Tell the server what it does not know; what fails is told with the next change. */
  async flush() {
    const { unsent } = this.#kept;
    if (this.#isSending || isNothing(unsent)) return;
    this.#isSending = true;
    const isTold = await this.ports.send(unsent).then(
      () => true,
      ({ status }) => status === 400, // it never will be
    );
    this.#isSending = false;
    if (!isTold) return;
    this.#keep({ ...this.#kept, unsent: without(this.#kept.unsent, unsent) });
    void this.flush();
  }

  /** @param {Kept} kept */
  #keep(kept) {
    this.#kept = kept;
    this.ports.keep(kept);
    this.ports.onChange();
  }
}

/** @param {PaneWays} ways @param {PaneChange} change @returns {PaneWays} */
function laidOver(ways, change) {
  const orders = Object.entries({ ...ways.orders, ...change.orders });
  return {
    folds: { ...ways.folds, ...change.folds },
    orders: Object.fromEntries(orders.flatMap(([id, ids]) => (ids ? [[id, ids]] : []))),
  };
}

/** @param {PaneWays} before @param {PaneWays} after @returns {PaneChange} */
function difference(before, after) {
  const folds = Object.entries(after.folds).filter(([id, isOpen]) => before.folds[id] !== isOpen);
  const moved = Object.entries(after.orders).filter(
    ([id, ids]) => before.orders[id]?.join() !== ids.join(),
  );
  const back = Object.keys(before.orders).filter((id) => !(id in after.orders));
  return {
    folds: Object.fromEntries(folds),
    orders: Object.fromEntries([...moved, ...back.map((id) => [id, null])]),
  };
}

/** What was changed again while it was on its way stays. @param {PaneChange} all @param {PaneChange} told @returns {PaneChange} */
function without(all, told) {
  const rest = (/** @type {Record<string, any>} */ one, /** @type {Record<string, any>} */ other) =>
    Object.fromEntries(Object.entries(one).filter(([id, value]) => other[id] !== value));
  return { folds: rest(all.folds, told.folds), orders: rest(all.orders, told.orders) };
}

/** @param {PaneChange} change */
function isNothing({ folds, orders }) {
  return Object.keys(folds).length + Object.keys(orders).length === 0;
}
