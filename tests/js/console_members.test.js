// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Members } from "../../talk/static/console/members.js";

/** @param {(id: string) => Promise<any>} fetch */
function make(fetch) {
  /** @type {string[]} */
  const changed = [];
  return { changed, members: new Members({ fetch, onChange: (id) => changed.push(id) }) };
}

const soon = () => new Promise((resolve) => setTimeout(resolve));

test("a customer is asked for once, and again when the name changes or a minute is over", async () => {
  let asked = 0;
  const { changed, members } = make(async () => ({ asked: ++asked }));
  assert.equal(members.of("c", "ゲスト", 0), null);
  assert.equal(members.of("c", "ゲスト", 1), null);
  await soon();
  assert.deepEqual([members.of("c", "ゲスト", 2), changed], [{ asked: 1 }, ["c"]]);
  members.of("c", "高橋", 3);
  await soon();
  assert.deepEqual(members.of("c", "高橋", 4), { asked: 2 });
  members.of("c", "高橋", 60_004);
  await soon();
  assert.deepEqual(members.of("c", "高橋", 60_005), { asked: 3 });
});

test("what is known stays while it is asked for anew, and when that fails", async () => {
  let isAway = false;
  const { members } = make(async () => {
    if (isAway) throw new Error("away");
    return { name: "first" };
  });
  members.of("c", "a", 0);
  await soon();
  isAway = true;
  assert.deepEqual(members.of("c", "b", 1), { name: "first" });
  await soon();
  assert.deepEqual(members.of("c", "b", 2), { name: "first" });
});
