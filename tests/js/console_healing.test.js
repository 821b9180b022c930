// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Healing } from "../../talk/static/console/healing.js";

const settled = () => new Promise((done) => setTimeout(done));

/** A healing whose timers run when the test says so. @param {() => Promise<void>} heal */
function make(heal) {
  /** @type {{fn: () => void, ms: number}[]} */
  let timers = [];
  const shown = new Set(["a"]);
  /** @type {string[]} */
  const lost = [];
  const healing = new Healing({
    isNeeded: (id) => shown.has(id),
    heal,
    onLost: (id) => lost.push(id),
    setTimer: (fn, ms) => {
      const timer = { fn, ms };
      timers.push(timer);
      return timer;
    },
    clearTimer: (gone) => {
      timers = timers.filter((timer) => timer !== gone);
    },
  });
  const waits = () => timers.map(({ ms }) => ms);
  const pass = async () => {
    for (const { fn } of timers.splice(0)) fn();
    await settled();
  };
  return { healing, shown, lost, waits, pass };
}

const refused = (/** @type {number} */ status) => async () => {
  throw Object.assign(new Error("refused"), { status });
};

test("a hole is filled once, soon, however often it is heard of", async () => {
  let asked = 0;
  const { healing, shown, waits, pass } = make(async () => {
    asked += 1;
    shown.clear();
  });
  healing.start("a");
  healing.start("a");
  assert.deepEqual(waits(), [250]);
  await pass();
  assert.deepEqual([asked, waits()], [1, []]);
});

test("what fails is tried less and less often, and at once when there is reason to", async () => {
  const { healing, waits, pass } = make(refused(503));
  healing.start("a");
  const waited = [];
  for (let number = 0; number < 7; number += 1) {
    await pass();
    waited.push(...waits());
  }
  assert.deepEqual(waited, [3000, 6000, 12_000, 24_000, 48_000, 60_000, 60_000]);
  healing.startAnew("a");
  assert.deepEqual(waits(), [250]);
});

test("nothing is asked for a thread that nobody looks at any more", async () => {
  let asked = 0;
  const { healing, shown, waits, pass } = make(async () => {
    asked += 1;
    throw new TypeError("network");
  });
  healing.start("a");
  await pass();
  assert.deepEqual([asked, waits()], [1, [3000]]);
  shown.clear();
  await pass();
  assert.deepEqual([asked, waits()], [1, []]);
});

for (const status of [403, 404]) {
  test(`a thread that answers ${status} is lost, and not asked for again`, async () => {
    const { healing, lost, waits, pass } = make(refused(status));
    healing.start("a");
    await pass();
    assert.deepEqual([lost, waits()], [["a"], []]);
  });
}
