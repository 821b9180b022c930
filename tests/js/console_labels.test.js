// @ts-check
/** Labels in their order, and what becomes of marks when two operators change them at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "../../talk/static/console/commands.js";
import { labelled, offered, sameIds } from "../../talk/static/console/labels.js";
import { Marks } from "../../talk/static/console/marks.js";
import { stillHolds } from "../../talk/static/console/stale.js";
import { apply, createState } from "../../talk/static/console/store.js";
import { CUSTOMER, conversation } from "./console_rows.js";

/** @import { LabelRow, MarksRow } from "/static/protocol/types.js" */

/** @param {string} id @param {Partial<LabelRow>} [values] @returns {LabelRow} */
function label(id, values = {}) {
  const plain = { color: "red", description: "", position: 0, is_archived: false, version: 1 };
  return { id, name: id, ...plain, ...values };
}

/** @param {number} version @param {Partial<MarksRow>} [values] @returns {MarksRow} */
const row = (version, values = {}) => ({
  customer_id: CUSTOMER,
  version,
  label_ids: [],
  notes: [],
  ...values,
});

const known = new Map(
  [
    label("返品", { position: 2 }),
    label("至急", { position: 1, description: "当日中" }),
    label("旧", { is_archived: true }),
  ].map((one) => [one.id, one]),
);

test("labels stand in the administrators' order, and unknown ones nowhere", () => {
  const names = labelled(known, ["返品", "?", "至急"]).map(({ name }) => name);
  assert.deepEqual(names, ["至急", "返品"]);
});

test("archived labels are offered only where they are, and found by what they are for", () => {
  const found = (/** @type {string[]} */ there, /** @type {string} */ needle) =>
    offered(known, there, needle).map(({ name }) => name);
  assert.deepEqual(found([], ""), ["至急", "返品"]);
  assert.deepEqual(found(["旧"], ""), ["旧", "至急", "返品"]);
  assert.deepEqual(found([], " 当日 "), ["至急"]);
});

test("the same ids in another order are the same", () => {
  assert.equal(sameIds(["a", "b"], ["b", "a"]), true);
  assert.equal(sameIds(["a"], ["b"]), false);
});

test("a stale change of labels holds while the labels are as they were seen", () => {
  const seen = conversation({ label_ids: ["a"] });
  const read = conversation({ label_ids: ["a"], version: 2, customer_seq: 9 });
  assert.equal(stillHolds("conversation.set_labels", seen, read), true);
  const changed = conversation({ label_ids: ["b"], version: 2 });
  assert.equal(stillHolds("conversation.set_labels", seen, changed), false);
});

test("marks are put by their version, and version 0 is none", () => {
  const state = createState();
  const put = (/** @type {MarksRow} */ marks) =>
    apply(state, { kind: "rows.received", rows: { marks } }).contexts.has(CUSTOMER);
  assert.equal(put(row(0)), false);
  assert.equal(state.marks.size, 0);
  assert.equal(put(row(2, { label_ids: ["a"] })), true);
  assert.equal(put(row(1)), false);
  assert.deepEqual(state.marks.get(CUSTOMER)?.label_ids, ["a"]);
});

/** A desk's marks on a server that answers what is given, in turn. @param {(MarksRow|Refused)[]} answers */
function marksOn(answers, first = row(1)) {
  let now = first;
  /** @type {any[]} */
  const asked = [];
  /** @type {string[]} */
  const said = [];
  const ask = async (/** @type {string} */ path, /** @type {any} */ body) => {
    asked.push([path, body]);
    const answer = answers.shift();
    if (!answer || answer instanceof Refused) throw answer ?? new TypeError("network");
    return answer;
  };
  const marks = new Marks({
    api: { post: ask, patch: ask, delete: ask },
    known: () => now,
    onRow: (told) => (now = told),
    complain: () => said.push("complained"),
    say: (key) => said.push(key),
    newId: () => `id ${asked.length}`,
  });
  return { marks, asked, said, shown: () => now };
}

/** @param {MarksRow} marks */
const conflict = (marks) => new Refused({ status: 409, code: "conflict", marks });

test("a note that came in between does not keep labels from being set", async () => {
  const desk = marksOn([conflict(row(5)), row(6, { label_ids: ["a"] })]);
  assert.equal(await desk.marks.setLabels(CUSTOMER, [], ["a"]), true);
  assert.deepEqual(
    desk.asked.map(([, body]) => body.version),
    [1, 5],
  );
  assert.deepEqual([desk.said, desk.shown().version], [[], 6]);
});

test("labels that somebody else has changed are shown and not overwritten", async () => {
  const desk = marksOn([conflict(row(5, { label_ids: ["b"] }))]);
  assert.equal(await desk.marks.setLabels(CUSTOMER, [], ["a"]), false);
  assert.deepEqual([desk.said, desk.shown().label_ids], [["conflict.labels"], ["b"]]);
});

test("a note without an answer is sent again as the same one", async () => {
  const desk = marksOn([new Refused({ status: 503 }), row(2), row(3)]);
  assert.equal(await desk.marks.addNote(CUSTOMER, "c", "一"), false);
  assert.equal(await desk.marks.addNote(CUSTOMER, "c", "一"), true);
  assert.equal(await desk.marks.addNote(CUSTOMER, "c", "一"), true);
  const ids = desk.asked.map(([, body]) => body.client_id);
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[1], ids[2]);
  assert.deepEqual(desk.said, ["complained"]);
});

test("a note that somebody else has changed is shown as it is now", async () => {
  const note = {
    id: "n",
    operator_id: "o",
    author_name: "佐藤",
    version: 1,
    body: "一",
    created_at: "2026-11-20T01:02:03+00:00",
    changed_at: "2026-11-20T01:02:03+00:00",
  };
  const desk = marksOn([conflict(row(5, { notes: [{ ...note, version: 2, body: "二" }] }))]);
  assert.equal(await desk.marks.changeNote(note, "三"), false);
  assert.deepEqual(desk.asked, [["customer-notes/n", { version: 1, body: "三" }]]);
  assert.deepEqual([desk.said, desk.shown().notes[0]?.body], [["conflict.customerNote"], "二"]);
});
