// @ts-check
/** How long the views are: moved by rows, mended by the server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Counts, MEND_MS, UNKNOWN_MS } from "../../talk/static/console/counts.js";
import { conversation } from "./console_rows.js";

const ME = "me";
const SIZES = { mine: 1, unassigned: 60, all: 61, snoozed: 2, resolved: 1000, most: 1000 };

function counting() {
  /** @type {{inbox: string|null, fetched: (string|null)[], timers: {fn: () => void, ms: number}[], answer: any, changes: number}} */
  const world = { inbox: null, fetched: [], timers: [], answer: SIZES, changes: 0 };
  const counts = new Counts({
    me: ME,
    inboxId: () => world.inbox,
    fetch: async (inboxId) => {
      world.fetched.push(inboxId);
      if (!world.answer) throw new TypeError("network");
      return { ...world.answer };
    },
    onChange: () => (world.changes += 1),
    setTimer: (fn, ms) => world.timers.push({ fn, ms }),
    random: () => 0,
  });
  const told = () => counts.of("unassigned")?.count;
  const ring = async () => {
    for (const { fn } of world.timers.splice(0)) fn();
    await new Promise((done) => setTimeout(done, 0));
  };
  return { world, counts, told, ring };
}

test("what the server counted is told, up to its limit", async () => {
  const { counts, world } = counting();
  assert.equal(counts.of("all"), null);
  await counts.show();
  assert.deepEqual(counts.of("all"), { count: 61, more: false });
  assert.deepEqual(counts.of("resolved"), { count: 999, more: true });
  assert.equal(world.changes, 1);
  await counts.show();
  assert.equal(world.fetched.length, 1, "it is here already");
});

test("a row that moves takes one from a view and adds it to another", async () => {
  const { counts } = counting();
  await counts.fetch();
  const before = conversation();
  counts.update(before, conversation({ assignee_id: ME }), false);
  assert.deepEqual([counts.of("mine")?.count, counts.of("unassigned")?.count], [2, 59]);
  counts.update(conversation({ assignee_id: ME }), conversation({ status: "resolved" }), false);
  assert.deepEqual([counts.of("mine")?.count, counts.of("all")?.count], [1, 60]);
  assert.deepEqual(
    counts.of("resolved"),
    { count: 999, more: true },
    "more is no number to add to",
  );
});

test("a new conversation is one more; its later words are not", async () => {
  const { counts, told, world } = counting();
  await counts.fetch();
  counts.update(undefined, conversation(), true);
  counts.update(conversation(), conversation({ last_seq: 2, version: 3 }), false);
  assert.equal(told(), 61);
  assert.deepEqual(
    world.timers.map(({ ms }) => ms),
    [MEND_MS],
    "one question later, as the answer may have held it already",
  );
});

test("a row that was not loaded is asked for soon, once for many", async () => {
  const { counts, told, world, ring } = counting();
  await counts.fetch();
  for (let n = 0; n < 20; n += 1) counts.update(undefined, conversation(), false);
  assert.equal(told(), 60);
  assert.deepEqual(
    world.timers.map(({ ms }) => ms),
    [UNKNOWN_MS],
  );
  world.answer = { ...SIZES, unassigned: 61 };
  await ring();
  assert.equal(told(), 61);
  counts.update(undefined, conversation(), false);
  assert.equal(world.timers.length, 1, "the next one is asked for again");
});

test("what happens while the first answer is on its way is asked for again", async () => {
  const { counts, world, told, ring } = counting();
  const first = counts.fetch();
  counts.update(undefined, conversation(), true);
  await first;
  world.answer = { ...SIZES, unassigned: 61 };
  await ring();
  assert.equal(told(), 61);
});

test("a failed question leaves the numbers that are known", async () => {
  const { counts, world, told } = counting();
  await counts.fetch();
  world.answer = null;
  await counts.fetch();
  assert.equal(told(), 60);
});

test("another inbox has other numbers, moved only by its own rows", async () => {
  const { counts, world, told } = counting();
  await counts.fetch();
  world.inbox = "other";
  assert.equal(told(), undefined, "those of all inboxes are not its own");
  await counts.show();
  assert.deepEqual(world.fetched, [null, "other"]);
  counts.update(undefined, conversation({ inbox_id: "inbox" }), true);
  assert.equal(told(), 60);
  counts.update(undefined, conversation({ inbox_id: "other" }), true);
  assert.equal(told(), 61);
});
