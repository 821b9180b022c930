// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../talk/static/console/drafts.js";
import {
  forgetOld,
  forgetOwn,
  OTHERS_MS,
  OWN_DRAFTS_MS,
} from "../../talk/static/console/leftovers.js";
import { Outbox } from "../../talk/static/console/outbox.js";
import { memoryStore } from "../../talk/static/console/storage.js";

/** @type {any} */ (globalThis).document = { querySelectorAll: () => [] };
const { heed } = await import("../../talk/static/accounts/log-out.js");

/** @import { Store } from "../../talk/static/console/storage.js" */

/** What two operators wrote on one machine: a draft and an unsent message each, and a preference. */
function machine() {
  const store = memoryStore();
  store.setItem("sobani.pref.theme", '"dark"');
  for (const who of ["alice", "bob"]) {
    const draft = { client_id: `${who} 1`, body: "書きかけ", attachments: [] };
    new Drafts(store, who, () => "id").put("c", "reply", draft);
    const ports = { now: () => Date.now(), send: () => new Promise(() => {}), onChange: () => {} };
    const box = new Outbox({ store, operatorId: who, ...ports });
    box.add({ ...draft, client_id: `${who} 2`, conversation_id: "c", mode: "reply" });
  }
  return store;
}

/** @param {Store} store */
const names = (store) =>
  Array.from({ length: store.length }, (_, index) => store.key(index)).sort();

const ALICE = ["sobani.draft.alice.c.reply", "sobani.outbox.alice.alice 2"];
const BOB = ["sobani.draft.bob.c.reply", "sobani.outbox.bob.bob 2"];
const KEPT = ["sobani.pref.theme"];

test("who logs out takes along what they wrote, and nothing else", () => {
  const store = machine();
  assert.deepEqual(names(store), [...ALICE, ...BOB, ...KEPT].sort());
  forgetOwn(store, "alice");
  assert.deepEqual(names(store), [...BOB, ...KEPT].sort());
});

test("a log-out from an account page or the administration asks first, and takes along the same", () => {
  const store = machine();
  const form = /** @type {any} */ (new EventTarget());
  form.dataset = { operator: "alice", advice: "{count}件あります" };
  /** @type {string[]} */
  const asked = [];
  let isSure = false;
  heed(form, store, (advice) => asked.push(advice) > 0 && isSure);
  const submit = () => form.dispatchEvent(new Event("submit", { cancelable: true }));
  assert.deepEqual([submit(), names(store)], [false, [...ALICE, ...BOB, ...KEPT].sort()]);
  isSure = true;
  assert.deepEqual([submit(), names(store)], [true, [...BOB, ...KEPT].sort()]);
  assert.deepEqual([submit(), asked], [true, ["2件あります", "2件あります"]]);
});

test("what others left here goes after a week, one's own drafts after a month, what was not sent stays", () => {
  const now = Date.now() + 1000;
  const after = (/** @type {number} */ ms) => {
    const store = machine();
    forgetOld(store, "alice", now + ms);
    return names(store);
  };
  assert.deepEqual(after(0), [...ALICE, ...BOB, ...KEPT].sort());
  assert.deepEqual(after(OTHERS_MS), [...ALICE, ...KEPT].sort());
  assert.deepEqual(after(OWN_DRAFTS_MS), [ALICE[1], ...KEPT].sort());
});

test("one's own drafts of before there were dates are dated when they are found, not deleted", () => {
  const store = memoryStore();
  const draft = { client_id: "1", body: "書きかけ", attachments: [] };
  for (const who of ["alice", "bob"])
    store.setItem(`sobani.draft.${who}.c.reply`, JSON.stringify(draft));
  store.setItem("sobani.draft.alice.d.reply", "{ nobody can read this");
  forgetOld(store, "alice", 5);
  assert.deepEqual(names(store), [ALICE[0]]);
  assert.deepEqual(JSON.parse(store.getItem(ALICE[0]) ?? ""), { ...draft, kept_at: 5 });
  forgetOld(store, "alice", 5 + OWN_DRAFTS_MS);
  assert.deepEqual(names(store), [ALICE[0]]);
  forgetOld(store, "alice", 6 + OWN_DRAFTS_MS);
  assert.deepEqual(names(store), []);
});

test("storage that is forbidden has no leftovers", () => {
  const forbidden = /** @type {any} */ ({
    get length() {
      throw new DOMException("forbidden", "SecurityError");
    },
  });
  forgetOld(forbidden, "alice", 0);
  forgetOwn(forbidden, "alice");
});
