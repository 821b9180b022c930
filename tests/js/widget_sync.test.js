// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Refusal } from "../../talk/static/widget/app/socket.js";
import { makeSync } from "../../talk/static/widget/app/sync.js";
import { apply, newState, timeline } from "../../talk/static/widget/store.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const settled = () => new Promise((resolve) => setImmediate(resolve));
const row = (/** @type {number} */ last) =>
  /** @type {any} */ ({
    id: "c1",
    status: "open",
    visitor_version: last,
    last_seq: last,
    created_at: "2026",
  });
const message = (/** @type {number} */ seq) =>
  /** @type {any} */ ({
    id: `m${seq}`,
    conversation_id: "c1",
    seq,
    sender: "operator",
    data: {},
  });

/** A server that has as many messages as it is told, and hands out the newest three. */
function stage(last = 3) {
  const state = newState();
  const server = {
    last,
    asked: /** @type {string[]} */ ([]),
    isDown: false,
    missing: new Set(),
    refused: 0,
    fails: new Error("down"),
  };
  /** @param {number} before */
  const upTo = (before) =>
    [before - 3, before - 2, before - 1]
      .filter((seq) => seq >= 1 && seq <= server.last && !server.missing.has(seq))
      .map(message);
  /** @param {string} what @param {() => any} answer */
  const serve = async (what, answer) => {
    server.asked.push(what);
    const given = answer();
    await null;
    if (server.isDown) throw server.fails;
    return given;
  };
  const api = {
    history: () =>
      serve("history", () => ({
        conversations: [row(server.last)],
        messages: upTo(server.last + 1),
      })),
    older: (/** @type {{before_seq: number}} */ { before_seq }) =>
      serve(`older ${before_seq}`, () => ({ messages: upTo(before_seq) })),
  };
  const refused = () => {
    server.refused += 1;
  };
  const sync = makeSync(state, (frame) => apply(state, frame), api, refused);
  const seqs = () => timeline(state).map(({ seq }) => seq);
  return { state, server, sync, seqs };
}

test("a start fetches the history, and is in sync", async () => {
  const { sync, server, seqs } = stage();
  assert.equal(sync.isSyncing(), true);
  await sync.restart();
  assert.deepEqual([seqs(), server.asked, sync.isSyncing()], [[1, 2, 3], ["history"], false]);
});

test("a wide hole is filled page by page", async () => {
  const { state, sync, server, seqs } = stage();
  await sync.restart();
  server.last = 12;
  apply(state, {
    type: "event",
    kind: "message.created",
    rows: { conversation: row(12), message: message(12) },
  });
  assert.equal(sync.isSyncing(), true);
  await sync.mend();
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  assert.equal(sync.isSyncing(), false);
});

test("a new start during a fetch is not forgotten", async () => {
  const { sync, server, seqs } = stage();
  const first = sync.restart();
  server.last = 4;
  sync.restart();
  await first;
  assert.deepEqual(server.asked, ["history", "history"]);
  assert.deepEqual(seqs(), [1, 2, 3, 4]);
  assert.equal(sync.isSyncing(), false);
});

test("a hole that the server cannot fill is asked for once", async () => {
  const { state, sync, server } = stage(1);
  await sync.restart();
  server.last = 3;
  server.missing.add(2);
  apply(state, {
    type: "event",
    kind: "message.created",
    rows: { conversation: row(3), message: message(3) },
  });
  await sync.mend();
  await sync.mend();
  assert.deepEqual(server.asked, ["history", "older 3"]);
  assert.equal(sync.isSyncing(), false);
});

test("while the server is down it tries again, and says that it is not in sync", async () => {
  const { sync, server, seqs } = stage();
  server.isDown = true;
  await sync.restart();
  assert.equal(sync.isSyncing(), true);
  server.isDown = false;
  mock.timers.tick(3000);
  await settled();
  assert.deepEqual(seqs(), [1, 2, 3]);
  assert.equal(sync.isSyncing(), false);
});

test("reading backwards fetches the page before, to the beginning, then nothing", async () => {
  const { sync, server, seqs } = stage(7);
  await sync.restart();
  for (let turn = 0; turn < 4; turn += 1) await sync.older();
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(server.asked, ["history", "older 5", "older 2"]);
});

test("a stopped chat writes nothing any more", async () => {
  const { sync, seqs } = stage();
  const going = sync.restart();
  sync.stop();
  await going;
  assert.deepEqual(seqs(), []);
});

test("a token that is not valid any more is reported, and hardly asked with again", async () => {
  const { sync, server } = stage();
  server.isDown = true;
  server.fails = new Refusal({ type: "error", status: 401 });
  await sync.restart();
  assert.deepEqual([server.refused, server.asked.length], [1, 1]);
  mock.timers.tick(10_000);
  await settled();
  assert.equal(server.asked.length, 1);
  server.isDown = false;
  await sync.restart();
  assert.equal(sync.isSyncing(), false);
});
