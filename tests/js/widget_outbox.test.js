// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { ASK_AFTER_MS, makeKeep } from "../../talk/static/widget/app/keep.js";
import { makeSender } from "../../talk/static/widget/app/sender.js";
import { NoAnswer, Refusal } from "../../talk/static/widget/app/socket.js";
import { apply, newState, unsent } from "../../talk/static/widget/store.js";
import { memoryStorage, refusingStorage } from "./widget_storage.js";

const NOW = 1_800_000_000_000;
beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOW }));
afterEach(() => mock.timers.reset());

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** @param {string} id @returns {import("../../talk/static/widget/store.js").Unsent} */
const entry = (id, at = NOW) => ({
  client_id: id,
  body: `text of ${id}`,
  attachments: [],
  at,
  progress: "queued",
  reason: "",
});

/** @param {{storage?: Storage}} [options] */
function stage({ storage = memoryStorage() } = {}) {
  const state = newState();
  const keep = makeKeep(() => storage, "inbox", "profile");
  /** @type {any[]} */
  const sent = [];
  /** @type {{isReady: boolean, isOnline: boolean, fails: Error | null, refused: number, sent: any[], discarded: string[]}} */
  const world = { isReady: true, isOnline: true, fails: null, refused: 0, sent, discarded: [] };
  /** @param {string} way @param {any} message */
  const deliver = async (way, message) => {
    sent.push({ way, ...message });
    if (world.fails) throw world.fails;
    return { type: "ok", ...stored(message.client_id, sent.length) };
  };
  const sender = makeSender({
    state,
    keep,
    apply: (frame) => apply(state, frame),
    socket: {
      isReady: () => world.isReady,
      ask: (_type, message) => deliver("socket", message),
    },
    api: {
      send: (message) => deliver("http", message),
      discard: async (id) => void world.discarded.push(id),
    },
    isOnline: () => world.isOnline,
    refused: () => {
      world.refused += 1;
    },
  });
  return { state, keep, sender, world, storage };
}

/** @param {string} client_id @param {number} seq */
const stored = (client_id, seq) => ({
  conversation: { id: "c1", visitor_version: seq, last_seq: seq },
  message: {
    id: `m${seq}`,
    conversation_id: "c1",
    seq,
    sender: "customer",
    client_id,
  },
});

/** @param {ReturnType<typeof stage>} stage */
const progress = ({ state }) =>
  unsent(state).map(({ client_id, progress }) => [client_id, progress]);

test("I-10 what is not confirmed survives a reload with its client_id", async () => {
  const first = stage();
  first.world.fails = new NoAnswer();
  await first.sender.add(entry("a"));
  assert.deepEqual(progress(first), [["a", "unconfirmed"]]);
  const second = stage({ storage: first.storage });
  const kept = second.keep.unsent(NOW);
  assert.deepEqual(
    kept.map(({ client_id, body, progress }) => [client_id, body, progress]),
    [["a", "text of a", "queued"]],
  );
  for (const each of kept) apply(second.state, { type: "unsent", entry: each });
  await second.sender.flush();
  assert.deepEqual(
    second.world.sent.map(({ client_id }) => client_id),
    ["a"],
  );
  assert.deepEqual([progress(second), second.keep.unsent(NOW)], [[], []]);
});

test("I-8 a retry after no answer carries the same client_id", async () => {
  const play = stage();
  play.world.fails = new NoAnswer();
  await play.sender.add(entry("a"));
  play.world.fails = null;
  mock.timers.tick(5000);
  await settled();
  assert.deepEqual(
    play.world.sent.map(({ client_id }) => client_id),
    ["a", "a"],
  );
  assert.deepEqual(progress(play), []);
});

test("I-10 nothing older than a day is sent without asking", async () => {
  const play = stage();
  const old = entry("old", NOW - ASK_AFTER_MS - 1);
  play.keep.put(old);
  const [kept] = play.keep.unsent(NOW);
  assert.equal(kept.progress, "asking");
  apply(play.state, { type: "unsent", entry: kept });
  await play.sender.flush();
  assert.equal(play.world.sent.length, 0);
  await play.sender.retry("old");
  assert.equal(play.world.sent.length, 1);
});

test("I-10 a tab left open for more than a day asks too", async () => {
  const play = stage();
  play.world.isReady = play.world.isOnline = false;
  await play.sender.add(entry("a"));
  mock.timers.setTime(NOW + ASK_AFTER_MS + 1);
  play.world.isReady = true;
  await play.sender.flush();
  assert.equal(play.world.sent.length, 0);
  assert.deepEqual(progress(play), [["a", "asking"]]);
});

test("offline nothing is tried; back online everything leaves in order", async () => {
  const play = stage();
  play.world.isReady = play.world.isOnline = false;
  for (const id of ["a", "b", "c"]) await play.sender.add(entry(id));
  assert.equal(play.world.sent.length, 0);
  assert.deepEqual(
    progress(play).map(([, state]) => state),
    ["queued", "queued", "queued"],
  );
  play.world.isReady = play.world.isOnline = true;
  await play.sender.flush();
  assert.deepEqual(
    play.world.sent.map(({ client_id }) => client_id),
    ["a", "b", "c"],
  );
});

test("a refused message says why and does not hold up the next one", async () => {
  const play = stage();
  play.world.fails = new Refusal({ type: "error", status: 409, code: "client_id_reused" });
  await play.sender.add(entry("a"));
  assert.deepEqual(progress(play), [["a", "failed"]]);
  assert.equal(play.state.outbox.get("a")?.reason, "client_id_reused");
  assert.equal(play.keep.unsent(NOW).length, 1, "it is kept until the visitor decides");
  play.world.fails = null;
  await play.sender.add(entry("b"));
  assert.deepEqual(progress(play), [["a", "failed"]]);
  play.sender.discard("a");
  assert.deepEqual([progress(play), play.keep.unsent(NOW)], [[], []]);
});

test("too fast means later, not failed", async () => {
  const play = stage();
  play.world.fails = new Refusal({
    type: "error",
    status: 429,
    code: "throttled",
    retry_after: 20,
  });
  await play.sender.add(entry("a"));
  assert.deepEqual(progress(play), [["a", "queued"]]);
  play.world.fails = null;
  mock.timers.tick(19_999);
  await settled();
  assert.equal(play.world.sent.length, 1);
  mock.timers.tick(1);
  await settled();
  assert.equal(play.world.sent.length, 2);
});

test("without a socket a message leaves by HTTP", async () => {
  const play = stage();
  play.world.isReady = false;
  await play.sender.add(entry("a"));
  assert.deepEqual(
    play.world.sent.map(({ way }) => way),
    ["http"],
  );
  assert.deepEqual(progress(play), []);
});

test("a token that is not valid any more is reported, the message kept", async () => {
  const play = stage();
  play.world.fails = new Refusal({ type: "error", status: 401 });
  await play.sender.add(entry("a"));
  assert.equal(play.world.refused, 1);
  assert.deepEqual(progress(play), [["a", "queued"]]);
});

test("a sender that has stopped tries nothing again; what it had waits for the next one", async () => {
  const play = stage();
  play.world.fails = new NoAnswer();
  const adding = play.sender.add(entry("a"));
  play.sender.stop();
  await adding;
  mock.timers.tick(60_000);
  await settled();
  await play.sender.flush();
  assert.deepEqual([play.world.sent.length, play.keep.unsent(NOW).length], [1, 1]);
});

test("what is forgotten is not kept again by a page that goes away", () => {
  const { keep, storage } = stage();
  keep.keepDraft({ body: "書きかけ", attachments: [] });
  keep.put(entry("a"));
  keep.forget();
  keep.keepDraft({ body: "書きかけ", attachments: [] });
  keep.put(entry("b"));
  assert.deepEqual([storage.length, keep.draft().body, keep.unsent(NOW)], [0, "", []]);
});

test("the draft survives, an empty one leaves nothing behind", () => {
  const { keep, storage } = stage();
  keep.keepDraft({ body: "書きかけ", attachments: [] });
  assert.deepEqual(makeKeep(() => storage, "inbox", "profile").draft(), {
    body: "書きかけ",
    attachments: [],
  });
  keep.keepDraft({ body: "", attachments: [] });
  assert.equal(storage.length, 0);
});

test("another visitor of the same browser finds nothing of the one before", () => {
  const storage = memoryStorage();
  storage.setItem("sobani:inbox:token", "the loader's, on our own origin");
  const before = makeKeep(() => storage, "inbox", "before");
  before.put(entry("a"));
  before.keepDraft({ body: "secret", attachments: [] });
  const after = makeKeep(() => storage, "inbox", "after");
  assert.deepEqual([after.unsent(NOW), after.draft().body], [[], ""]);
  after.forgetOthers();
  assert.equal(storage.length, 1);
});

test("with a refused message that is given up go its files, of what may have arrived none", async () => {
  const play = stage();
  const file = /** @type {any} */ ({ id: "f1", name: "a.png" });
  play.world.fails = new Refusal({ type: "error", status: 400, code: "invalid" });
  await play.sender.add({ ...entry("a"), attachments: [file] });
  play.sender.discard("a");
  play.world.fails = new NoAnswer();
  await play.sender.add({ ...entry("b"), attachments: [{ ...file, id: "f2" }] });
  play.sender.discard("b");
  assert.deepEqual(play.world.discarded, ["f1"]);
});

test("a browser that refuses to store is noticed; one that is asked not to store is not", () => {
  const storage = memoryStorage();
  const keep = makeKeep(() => storage, "inbox", "profile");
  keep.keepDraft({ body: "書きかけ", attachments: [] });
  assert.deepEqual([keep.isRefused(), keep.isLasting()], [false, true]);
  storage.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  keep.keepDraft({ body: "書きかけです", attachments: [] });
  keep.put(entry("a"));
  assert.deepEqual([keep.isRefused(), keep.isLasting()], [true, false]);
  assert.deepEqual([keep.draft().body, keep.unsent(NOW).length], ["書きかけです", 1]);
  const shut = makeKeep(() => storage, "inbox", "other");
  shut.shut(true);
  shut.keepDraft({ body: "書きかけ", attachments: [] });
  assert.deepEqual([shut.isRefused(), shut.isLasting()], [false, false]);
});

test("where storage is denied the outbox lasts as long as the frame", async () => {
  const play = stage({ storage: refusingStorage() });
  play.world.fails = new NoAnswer();
  await play.sender.add(entry("a"));
  assert.deepEqual(progress(play), [["a", "unconfirmed"]]);
  play.keep.keepDraft({ body: "まだ", attachments: [] });
  assert.equal(play.keep.draft().body, "まだ");
});

test("a foreign or damaged value in storage is passed over", () => {
  const { keep, storage } = stage();
  storage.setItem("sobani-chat:inbox:profile:out:x", "{not json");
  storage.setItem("sobani-chat:inbox:profile:out:y", '{"client_id":7}');
  assert.deepEqual(keep.unsent(NOW), []);
});
