// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { NotConnected, Refused, Unconfirmed } from "../../talk/static/console/commands.js";
import { Drafts } from "../../talk/static/console/drafts.js";
import { OLD_MS, Outbox } from "../../talk/static/console/outbox.js";
import { memoryStore } from "../../talk/static/console/storage.js";

/** @import { Entry } from "../../talk/static/console/outbox.js" */

const settled = () => new Promise((done) => setImmediate(done));

/**
 * @param {(entry: Entry) => Promise<unknown>} send
 * @param {import("../../talk/static/console/storage.js").Store} [store]
 * @param {number} [now]
 */
function outbox(send, store = memoryStore(), now = 1000) {
  return new Outbox({ store, operatorId: "me", now: () => now, send, onChange: () => {} });
}

/** @param {string} id */
const written = (id) => ({
  client_id: id,
  conversation_id: "c",
  mode: /** @type {const} */ ("reply"),
  body: id,
  attachments: [],
});

/** @param {Outbox} box */
const states = (box) => [...box.entries.values()].map((entry) => [entry.client_id, entry.state]);

test("what is confirmed leaves the outbox and the storage", async () => {
  const store = memoryStore();
  const box = outbox(async () => {}, store);
  box.add(written("a"));
  assert.equal(store.length, 1);
  assert.deepEqual(states(box), [["a", "sending"]]);
  await settled();
  assert.deepEqual([states(box), store.length], [[], 0]);
});

test("messages of one conversation go one after the other", async () => {
  /** @type {string[]} */
  const sent = [];
  /** @type {(() => void)[]} */
  const answers = [];
  const box = outbox((entry) => {
    sent.push(entry.client_id);
    return new Promise((done) => answers.push(() => done(null)));
  });
  box.add(written("a"));
  box.add(written("b"));
  await settled();
  assert.deepEqual(sent, ["a"]);
  answers[0]();
  await settled();
  assert.deepEqual(sent, ["a", "b"]);
});

test("without a connection it waits, and goes when there is one", async () => {
  let isUp = false;
  const box = outbox(async () => {
    if (!isUp) throw new NotConnected("x");
  });
  box.add(written("a"));
  await settled();
  assert.deepEqual(states(box), [["a", "waiting"]]);
  isUp = true;
  box.flush();
  await settled();
  assert.deepEqual(states(box), []);
});

test("I-8, I-11 an answer that does not come is not confirmed, and is repeated with the same client id", async () => {
  /** @type {string[]} */
  const sent = [];
  const box = outbox(async (entry) => {
    sent.push(entry.client_id);
    if (sent.length === 1) throw new Unconfirmed("x");
  });
  box.add(written("a"));
  await settled();
  assert.deepEqual(states(box), [["a", "unconfirmed"]]);
  box.retry("a");
  await settled();
  assert.deepEqual([sent, states(box)], [["a", "a"], []]);
});

test("a refusal is final and says why; what follows still goes", async () => {
  const box = outbox(async (entry) => {
    if (entry.client_id === "a")
      throw new Refused({
        status: 400,
        code: "invalid",
        field: "body",
        detail: "Too long",
        ref: "1",
      });
  });
  box.add(written("a"));
  box.add(written("b"));
  await settled();
  assert.deepEqual(states(box), [["a", "failed"]]);
  assert.deepEqual(JSON.parse(JSON.stringify(box.entries.get("a")?.problem)), {
    code: "invalid",
    field: "body",
  });
});

test("a server in trouble is no refusal", async () => {
  const box = outbox(async () => {
    throw new Refused({ status: 503 });
  });
  box.add(written("a"));
  await settled();
  assert.deepEqual(states(box), [["a", "waiting"]]);
});

test("I-10 a reload finds it again; what is older than a day waits for the operator", async () => {
  const store = memoryStore();
  const before = outbox(() => new Promise(() => {}), store);
  before.add(written("a"));
  const soon = outbox(async () => {}, store, 1000 + OLD_MS);
  soon.load();
  assert.deepEqual(states(soon), [["a", "waiting"]]);
  /** @type {string[]} */
  const sent = [];
  const late = outbox(async (entry) => void sent.push(entry.client_id), store, 1001 + OLD_MS);
  late.load();
  late.flush();
  await settled();
  assert.deepEqual([states(late), sent], [[["a", "old"]], []]);
  late.retry("a");
  await settled();
  assert.deepEqual([states(late), sent], [[], ["a"]]);
});

test("another operator of the same browser does not see it", () => {
  const store = memoryStore();
  outbox(() => new Promise(() => {}), store).add(written("a"));
  const other = new Outbox({
    store,
    operatorId: "you",
    now: () => 0,
    send: async () => {},
    onChange: () => {},
  });
  other.load();
  assert.equal(other.entries.size, 0);
});

test("a full storage does not stop the sending", async () => {
  const store = {
    ...memoryStore(),
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  let sent = 0;
  const box = outbox(async () => {
    sent += 1;
  }, store);
  box.add(written("a"));
  await settled();
  assert.equal(sent, 1);
});

test("a draft keeps its client id until it is gone", () => {
  let number = 0;
  const drafts = new Drafts(memoryStore(), "me", () => `id ${++number}`);
  const draft = drafts.get("c", "reply");
  drafts.put("c", "reply", { ...draft, body: "や" });
  assert.deepEqual(drafts.get("c", "reply"), { client_id: "id 1", body: "や", attachments: [] });
  assert.equal(drafts.get("c", "note").body, "");
  drafts.put("c", "reply", { ...draft, body: "" });
  assert.notEqual(drafts.get("c", "reply").client_id, "id 1");
});

test("a note about a customer that is being written outlives the page, and counts as not sent", () => {
  const store = memoryStore();
  const made = () => new Drafts(store, "me", () => "id");
  made().putAbout("customer", "電話は午後");
  assert.deepEqual(
    [made().about("customer"), made().about("other"), made().count],
    ["電話は午後", null, 1],
  );
  made().putAbout("customer", "");
  assert.deepEqual([made().about("customer"), made().count], ["", 0]);
  made().removeAbout("customer");
  assert.deepEqual([made().about("customer"), store.length], [null, 0]);
});

test("what a full storage does not take is not lost while the page lives, and that is told", () => {
  const store = memoryStore();
  let isFull = true;
  const { setItem } = store;
  store.setItem = (key, value) => {
    if (isFull) throw new DOMException("full", "QuotaExceededError");
    setItem(key, value);
  };
  let told = 0;
  const drafts = new Drafts(
    store,
    "me",
    () => "id",
    () => {
      told += 1;
    },
    () => 7,
  );
  const draft = { client_id: "id", body: "長い返信", attachments: [] };
  drafts.put("c", "reply", draft);
  const kept = [{ ...draft, kept_at: 7 }];
  assert.deepEqual([told, drafts.get("c", "reply"), drafts.shelf.values()], [1, draft, kept]);
  assert.deepEqual([drafts.shelf.unkept.size, store.length], [1, 0]);
  isFull = false;
  drafts.put("c", "reply", { ...draft, body: "短く" });
  assert.deepEqual([told, drafts.shelf.unkept.size, store.length], [1, 0, 1]);
  isFull = true;
  drafts.put("c", "reply", draft);
  drafts.remove("c", "reply");
  assert.equal(drafts.get("c", "reply").body, "");
});

test("what another tab took from the storage is not put there again, nor sent", async () => {
  const store = memoryStore();
  /** @type {string[]} */
  const sent = [];
  /** @type {(error: Error) => void} */
  let fail = () => {};
  const box = outbox((entry) => {
    sent.push(entry.client_id);
    return new Promise((_, reject) => (fail = reject));
  }, store);
  for (const id of ["a", "b"]) box.add(written(id));
  box.heed({ key: "sobani.outbox.me.a", newValue: null });
  assert.deepEqual(states(box).length, 2, "it lies there again: not taken");
  for (const id of ["a", "b"]) {
    store.removeItem(`sobani.outbox.me.${id}`);
    box.heed({ key: `sobani.outbox.me.${id}`, newValue: null });
  }
  fail(new Unconfirmed("the session has ended"));
  await settled();
  assert.deepEqual([sent, states(box), store.length], [["a"], [], 0]);
});
