// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../../talk/static/console/storage.js";
import { keptIn, Ways } from "../../talk/static/console/ways.js";

const soon = () => new Promise((done) => setImmediate(done));
const NOTHING = { folds: {}, orders: {} };

/** @param {import("../../talk/static/console/storage.js").Store} [store] */
function desk(store = memoryStore()) {
  /** @type {any[]} */
  const sent = [];
  const net = { isDown: false };
  const ways = new Ways({
    ...keptIn(store, "me"),
    send: async (change) => {
      if (net.isDown) throw new TypeError("network");
      sent.push(change);
    },
    onChange: () => {},
  });
  return { ways, sent, net, store };
}

test("only what has changed is told, and an order that is taken back is null", async () => {
  const { ways, sent } = desk();
  ways.take({ folds: { cart: false }, orders: { "": ["past", "cart"], x: ["now"] } });
  ways.set({ folds: { cart: false, past: true }, orders: { "": ["cart", "past"] } });
  await soon();
  assert.deepEqual(sent, [{ folds: { past: true }, orders: { "": ["cart", "past"], x: null } }]);
});

test("what the network kept back is told later, on top of what other desks have told", async () => {
  const { ways, sent, net, store } = desk();
  ways.take(NOTHING);
  net.isDown = true;
  ways.set({ folds: { cart: false }, orders: {} });
  await soon();
  assert.deepEqual([sent, ways.get().folds], [[], { cart: false }]);
  const later = desk(store); // the page was loaded again
  later.ways.take({ folds: { cart: true, past: false }, orders: {} });
  assert.deepEqual(later.ways.get().folds, { cart: false, past: false });
  await soon();
  assert.deepEqual(later.sent, [{ folds: { cart: false }, orders: {} }]);
  later.ways.take({ folds: { cart: true }, orders: {} });
  assert.deepEqual(later.ways.get().folds, { cart: true });
});

test("what was changed again while it was on its way is told as well", async () => {
  const { ways, sent } = desk();
  ways.take(NOTHING);
  ways.set({ folds: { cart: false }, orders: {} });
  ways.set({ folds: { cart: true }, orders: {} });
  await soon();
  assert.deepEqual(
    sent.map(({ folds }) => folds.cart),
    [false, true],
  );
});

test("a server that has nothing gets what this browser had, whoever it was kept for", async () => {
  const store = memoryStore();
  const old = { folds: { cart: false }, orders: { "": ["past"] } };
  store.setItem("sobani.pref.pane_ways", JSON.stringify(old));
  const { ways, sent } = desk(store);
  assert.deepEqual(ways.get(), old);
  ways.take(null);
  await soon();
  assert.deepEqual([sent, store.getItem("sobani.pref.pane_ways")], [[old], null]);
});

test("another tab's change is taken over", () => {
  const store = memoryStore();
  const [one, other] = [desk(store), desk(store)];
  one.ways.take(NOTHING);
  one.ways.set({ folds: { cart: false }, orders: {} });
  other.ways.reload();
  assert.deepEqual(other.ways.get().folds, { cart: false });
});
