// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeHeld } from "../../talk/static/widget/app/held.js";

const settled = () => new Promise((done) => setImmediate(done));

function stage() {
  /** @type {string[]} */
  const fetched = [];
  /** @type {string[]} */
  const gone = [];
  const needed = new Set();
  const held = makeHeld({
    most: 3,
    isNeeded: (key) => needed.has(key),
    letGo: (key, /** @type {string} */ thing) => void gone.push(`${key}: ${thing}`),
  });
  const get = (/** @type {string} */ key) =>
    held.get(key, async () => {
      fetched.push(key);
      return `${key}!`;
    });
  return { held, get, fetched, gone, needed };
}

test("what is held is fetched once", async () => {
  const { get, fetched } = stage();
  assert.deepEqual([await get("a"), await get("a"), fetched], ["a!", "a!", ["a"]]);
});

test("beyond the number, what was needed longest ago is let go, and fetched when it is wanted again", async () => {
  const { get, fetched, gone } = stage();
  for (const key of ["a", "b", "c", "a", "d"]) await get(key);
  await settled();
  assert.deepEqual(gone, ["b: b!"]);
  await get("b");
  await settled();
  assert.deepEqual(
    [fetched, gone],
    [
      ["a", "b", "c", "d", "b"],
      ["b: b!", "c: c!"],
    ],
  );
});

test("what is in somebody's eyes stays, however many there are", async () => {
  const { get, gone, needed } = stage();
  for (const key of ["a", "b", "c", "d", "e"]) {
    needed.add(key);
    await get(key);
  }
  await settled();
  assert.deepEqual(gone, []);
  needed.clear();
  await get("f");
  await settled();
  assert.deepEqual(gone, ["a: a!", "b: b!", "c: c!"]);
});

test("what is on its way is neither let go nor fetched twice, and is let go like others when it has come", async () => {
  const { held, get, fetched, gone } = stage();
  /** @type {(thing: string) => void} */
  let come = () => {};
  const slow = () => {
    fetched.push("slow");
    return new Promise((/** @type {(thing: string) => void} */ done) => (come = done));
  };
  void held.get("slow", slow);
  for (const key of ["a", "b", "c", "d"]) await get(key);
  const again = held.get("slow", slow);
  for (const key of ["a", "b", "c"]) await get(key);
  come("slow!");
  assert.equal(await again, "slow!");
  assert.ok(!gone.includes("slow: slow!"));
  await get("e");
  await settled();
  assert.deepEqual(
    fetched.filter((key) => key === "slow"),
    ["slow"],
  );
  assert.equal(gone.at(-1), "slow: slow!");
});

test("a failure is not held", async () => {
  const { held, get } = stage();
  const broken = held.get("a", async () => {
    throw new Error("lost");
  });
  await assert.rejects(broken, /lost/);
  assert.equal(await get("a"), "a!");
});

test("for the next visitor nothing is held", async () => {
  const { held, get, gone } = stage();
  await get("a");
  held.clear();
  await settled();
  assert.deepEqual(gone, ["a: a!"]);
});
