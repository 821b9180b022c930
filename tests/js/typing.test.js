// @ts-check
/** I-35: the sender of "is typing" may vanish; whoever heard of it forgets it within 30 s. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Soft } from "../../talk/static/console/soft.js";
import { makeTyping } from "../../talk/static/widget/app/typing.js";

const LONGEST_MS = 30_000;

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

const news = { type: "soft", kind: "typing", conversation_id: "c", who: "customer", name: "" };

test("I-35: a console forgets a typing customer who is heard of no more", () => {
  /** @type {string[]} */
  const touched = [];
  const soft = new Soft("me", (topic) => touched.push(topic));
  soft.hear({ ...news, active: true });
  assert.deepEqual(soft.typing.get("c"), { who: "customer", name: "" });
  mock.timers.tick(LONGEST_MS);
  assert.equal(soft.typing.has("c"), false);
  assert.equal(touched.length, 2, "the screen is told both times");
});

test("I-35: going on typing keeps it, and its last word counts", () => {
  const soft = new Soft("me", () => {});
  for (let seconds = 0; seconds < 60; seconds += 4) {
    soft.hear({ ...news, active: true });
    mock.timers.tick(4_000);
    assert.equal(soft.typing.has("c"), true);
  }
  mock.timers.tick(LONGEST_MS);
  assert.equal(soft.typing.has("c"), false);
});

test("I-35: a widget forgets a typing operator who is heard of no more", () => {
  /** @type {any[]} */
  const applied = [];
  const socket = { isReady: () => true, ask: async () => ({ type: "ok" }) };
  const state = /** @type {any} */ ({ conversations: new Map() });
  const typing = makeTyping(state, (frame) => void applied.push(frame), socket);
  typing.heard();
  assert.deepEqual(applied, []);
  mock.timers.tick(LONGEST_MS);
  assert.deepEqual(applied, [{ type: "soft", kind: "typing", who: "operator", active: false }]);
});
