// @ts-check
/**
 * Replays recorded frames through the browsers' own reducers, for `tests/talk/test_law.py`.
 *
 * In: a JSON array of `{reducer: "console"|"widget", changes: […]}`. Out: a JSON array of texts,
 * each the snapshot after its changes with the keys sorted.
 */
import { readFileSync } from "node:fs";
import * as shop from "../../talk/static/console/store.js";
import * as widget from "../../talk/static/widget/store.js";

/** @type {Record<string, (changes: any[]) => unknown>} */
const REDUCERS = {
  console(changes) {
    const state = shop.createState();
    for (const change of changes) shop.apply(state, change);
    return shop.snapshot(state);
  },
  widget(changes) {
    const state = widget.newState();
    for (const change of changes) widget.apply(state, change);
    return sorted(widget.snapshot(state));
  },
};

/** @param {unknown} value @returns {unknown} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

const traces = JSON.parse(readFileSync(0, "utf8"));
const pictures = traces.map((/** @type {{reducer: string, changes: any[]}} */ trace) =>
  JSON.stringify(REDUCERS[trace.reducer](trace.changes)),
);
process.stdout.write(JSON.stringify(pictures));
