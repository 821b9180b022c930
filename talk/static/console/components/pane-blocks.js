// @ts-check
/** The blocks of the pane in the order that the layout gives, as the operator has changed it. */
import { ordered } from "../block-order.js";
import {
  conversationBlock,
  deviceBlock,
  nowBlock,
  pagesBlock,
  pastBlock,
  visitsBlock,
} from "./pane-activity.js";
import { didBlock } from "./pane-doings.js";
import { linksBlock } from "./pane-links.js";
import { labelsBlock, notesBlock } from "./pane-marks.js";
import { dataBlock, identifiersBlock, valuesBlock } from "./pane-member.js";
import { segmentsBlock } from "./pane-segments.js";
import { cartBlock, errorsBlock, itemsBlock, orderBlock } from "./pane-shopping.js";

/**
 * @import { BlockShown, ContextData, ConversationRow, Sidebar } from "../../protocol/types.js"
 * @import { Desk } from "../desk.js"
 * @import { PaneWays } from "../ways.js"
 * @import { Drawn } from "./pane-parts.js"
 *
 * @typedef {object} View what blocks are drawn from
 * @property {Desk} desk
 * @property {ConversationRow} row
 * @property {Partial<ContextData>} context
 * @property {Sidebar|null} sidebar
 * @property {string} needle what is looked for, in lower case
 * @property {boolean} allPages
 * @property {() => void} toggleAllPages
 *
 * @typedef {object} Placed a block in its place
 * @property {string} id the same for the same block of a layout
 * @property {BlockShown} shown
 * @property {Drawn} drawn
 * @property {boolean} isOpen
 */

/** @type {Partial<Record<BlockShown["kind"], (view: View, shown: BlockShown) => Drawn|null>>} */
const BLOCKS = {
  now: nowBlock,
  pages: (view) => pagesBlock(view),
  visits: visitsBlock,
  device: deviceBlock,
  past: pastBlock,
  conversation: conversationBlock,
  identifiers: identifiersBlock,
  section: valuesBlock,
  member: valuesBlock,
  data: dataBlock,
  links: linksBlock,
  labels: labelsBlock,
  notes: notesBlock,
  segments: segmentsBlock,
  did: ({ context, desk }) => didBlock(context.did ?? [], desk.now),
  errors: ({ context, desk }) => errorsBlock(context.shopping?.errors ?? [], desk.now),
  cart: ({ context, desk }) => cartBlock(context.shopping?.cart ?? null, desk.now),
  items: ({ context, desk }) => itemsBlock(context.shopping?.items ?? [], desk.now),
  order: ({ context, desk }) => orderBlock(context.shopping?.order ?? null, desk.now),
};
/** Without an answer of the server: what needs none. @type {BlockShown["kind"][]} */
const WITHOUT_LAYOUT = [
  "labels",
  "notes",
  "segments",
  "now",
  "errors",
  "cart",
  "items",
  "order",
  "pages",
  "did",
  "visits",
  "device",
  "past",
  "conversation",
];

/**
 * The blocks with something in them, those that the layout names and the others.
 * @param {View} view
 * @param {PaneWays} ways
 * @returns {{named: Placed[], others: Placed[]}}
 */
export function placedBlocks(view, ways) {
  const shown = view.sidebar?.blocks ?? WITHOUT_LAYOUT.map(plainBlock);
  const placed = shown.flatMap((one) => {
    const drawn = BLOCKS[one.kind]?.(searching(view, one), one);
    if (!drawn || !isFound(drawn, view.needle)) return [];
    const id = idOf(one);
    return [
      { id, shown: one, drawn, isOpen: view.needle !== "" || (ways.folds[id] ?? one.is_open) },
    ];
  });
  const named = placed.filter(({ shown }) => shown.place !== 0);
  return {
    named: ordered(named, ways.orders[layoutOf(view)] ?? []),
    others: placed.filter(({ shown }) => shown.place === 0),
  };
}

/** Who finds the block by its title sees all of it. @param {View} view @param {BlockShown} shown */
function searching(view, shown) {
  if (!view.needle) return view;
  const all = BLOCKS[shown.kind]?.({ ...view, needle: "" }, shown);
  return all?.title.toLowerCase().includes(view.needle) ? { ...view, needle: "" } : view;
}

/** @param {Drawn} drawn @param {string} needle */
function isFound({ title, words }, needle) {
  return `${title} ${words}`.toLowerCase().includes(needle);
}

/** @param {View} view */
export function layoutOf({ sidebar }) {
  return sidebar?.tried[0]?.id ?? "";
}

/** @param {BlockShown} shown */
function idOf({ kind, label, fields }) {
  const isOfValues = kind === "section" || kind === "data";
  return isOfValues ? `${kind}:${label || (fields[0]?.key ?? "")}` : kind;
}

/** @param {BlockShown["kind"]} kind @param {number} at @returns {BlockShown} */
function plainBlock(kind, at) {
  return { kind, label: "", is_open: true, fields: [], place: at + 1 };
}
