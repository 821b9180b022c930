// @ts-check
/** The console's pane with what an operator would be shown, and nothing behind it. */
import { setLocale } from "../console/i18n/index.js";
import "../console/components/customer-pane.js";

/** @param {Element} place */
function show(place) {
  const data = document.getElementById("shown")?.textContent;
  if (!data) return;
  setLocale(document.documentElement.lang);
  const pane = /** @type {any} */ (document.createElement("customer-pane"));
  const shown = JSON.parse(data);
  pane.desk = deskOf(shown);
  pane.row = shown.row;
  place.replaceChildren(pane);
}

/** The operator's own folds are not known here. */
function inMemory() {
  let ways = { folds: {}, orders: {} };
  return {
    get: () => ways,
    set: (/** @type {typeof ways} */ changed) => {
      ways = changed;
    },
  };
}

/** @param {any} shown */
function deskOf({ row, sidebar, context, marks, labels, past, past_count, inboxes }) {
  /** @type {Set<(changed: Set<string>) => void>} */
  const subscribers = new Set();
  const thread = { conversation_id: row.id, past, past_count, notes: new Map() };
  return {
    me: { role: "operator" },
    now: Date.now(),
    route: { view: "all", inbox_id: null, conversation_id: row.id, label_id: null, from: null },
    ways: inMemory(),
    marks: { drafts: new Map() },
    state: {
      contexts: new Map(context ? [[row.customer_id, context]] : []),
      conversations: new Map([[row.id, row]]),
      threads: new Map([[row.id, thread]]),
      marks: new Map(marks ? [[row.customer_id, marks]] : []),
      labels: byId(labels),
      inboxes: byId(inboxes),
      operators: new Map(),
    },
    sidebars: { of: () => ({ sidebar, isAway: false }) },
    likenesses: { of: () => null, open: () => undefined },
    reveals: { of: () => null },
    lookingBack: { looked: null },
    subscribe: (/** @type {(changed: Set<string>) => void} */ subscriber) => {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
    touch: (/** @type {string[]} */ ...topics) => {
      for (const subscriber of subscribers) subscriber(new Set(topics));
    },
  };
}

/** @param {any[]} rows */
function byId(rows) {
  return new Map(rows.map((row) => [row.id, row]));
}

const place = document.getElementById("pane");
if (place) show(place);
