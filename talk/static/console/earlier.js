// @ts-check
/** What differs between what was known of a customer at a message and what is known now. Pure. */

/**
 * @import { CartNow, ContextData, Did, ErrorMet, ItemSeen, Line, OrderMade, PageNow, PageSeen, SegmentIn } from "../protocol/types.js"
 *
 * @typedef {"same"|"gone"|"changed"} Fate of a line of then's cart
 *
 * @typedef {object} CartCompared
 * @property {CartNow|null} past
 * @property {CartNow|null} now
 * @property {boolean} isSame
 * @property {{line: Line, fate: Fate, quantity: number}[]} lines of then, with how many there are now
 * @property {Line[]} added since
 *
 * @typedef {object} Compared
 * @property {{past: PageNow|null, now: PageNow|null, isSame: boolean}} page
 * @property {CartCompared} cart
 * @property {{past: OrderMade|null, now: OrderMade|null, isSame: boolean}} order
 * @property {{past: ErrorMet[], later: ErrorMet[]}} errors
 * @property {{past: ItemSeen[], later: ItemSeen[]}} items
 * @property {{past: PageSeen[], later: PageSeen[]}} pages
 * @property {{past: Did[], later: Did[]}} did
 * @property {{past: SegmentIn[], later: SegmentIn[]}} segments of those that they are in now
 */

/**
 * @param {ContextData} then
 * @param {Partial<ContextData>} now
 * @param {string} at the moment of then
 * @param {PageNow|null} pageNow the page that they are on, if they are on any
 * @returns {Compared}
 */
export function compare(then, now, at, pageNow) {
  const since = (/** @type {{at: string}} */ one) => Date.parse(one.at) > Date.parse(at);
  const entered = (/** @type {SegmentIn} */ one) => Date.parse(one.since) > Date.parse(at);
  const segments = now.segments ?? [];
  const [was, is] = [then.shopping, now.shopping];
  const order = is?.order ?? null;
  return {
    page: { past: then.page, now: pageNow, isSame: then.page?.url === pageNow?.url },
    cart: compareCarts(filled(was.cart), filled(is?.cart ?? null)),
    order: { past: was.order, now: order, isSame: was.order?.id === order?.id },
    errors: { past: was.errors, later: (is?.errors ?? []).filter(since) },
    items: { past: was.items, later: (is?.items ?? []).filter(since) },
    pages: { past: then.pages, later: (now.pages ?? []).filter(since) },
    did: { past: then.did, later: (now.did ?? []).filter(since) },
    segments: {
      past: segments.filter((one) => !entered(one)),
      later: segments.filter(entered),
    },
  };
}

/** An empty cart is none. @param {CartNow|null} cart */
function filled(cart) {
  return cart && cart.lines.length > 0 ? cart : null;
}

/** @param {CartNow|null} then @param {CartNow|null} now @returns {CartCompared} */
function compareCarts(then, now) {
  const before = new Set(then?.lines.map(keyOf));
  const after = new Map(now?.lines.map((line) => [keyOf(line), line.quantity]));
  const lines = (then?.lines ?? []).map((line) => {
    const quantity = after.get(keyOf(line)) ?? 0;
    return { line, quantity, fate: fateOf(line.quantity, quantity) };
  });
  const added = (now?.lines ?? []).filter((line) => !before.has(keyOf(line)));
  const isSame = added.length === 0 && lines.every(({ fate }) => fate === "same");
  return { past: then, now, isSame, lines, added };
}

/** @param {number} before @param {number} after @returns {Fate} */
function fateOf(before, after) {
  if (after === 0) return "gone";
  return after === before ? "same" : "changed";
}

/** @param {Line} line */
function keyOf({ item_id, name }) {
  return item_id || name;
}
