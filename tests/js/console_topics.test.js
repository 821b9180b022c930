// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const page = /** @type {any} */ (globalThis);
const settled = () => new Promise((done) => setTimeout(done, 5));

/** @type {(() => void)[]} */
let frames = [];
/** @type {() => void} */
let turned = () => {};
page.requestAnimationFrame = (/** @type {() => void} */ frame) => frames.push(frame);
page.document = {
  hidden: false,
  addEventListener: (/** @type {string} */ _name, /** @type {() => void} */ fn) => {
    turned = fn;
  },
};
const { Topics } = await import("../../talk/static/console/topics.js");

/** @type {string[][]} */
let told = [];
/** @type {InstanceType<typeof Topics>} */
let topics;

beforeEach(() => {
  page.document.hidden = false;
  frames = [];
  told = [];
  topics = new Topics(() => {});
  topics.subscribe((changed) => told.push([...changed]));
});

test("what changes within a frame is told together, with the frame", () => {
  topics.touch(["list"]);
  topics.touch(["link", "list"]);
  assert.deepEqual([frames.length, told], [1, []]);
  frames[0]();
  assert.deepEqual(told, [["list", "link"]]);
});

test("a page that is hidden before its frame came is told at once, and goes on being told", async () => {
  topics.touch(["list"]);
  page.document.hidden = true;
  turned();
  assert.deepEqual(told, [["list"]]);
  topics.touch(["link"]);
  await settled();
  assert.deepEqual(told, [["list"], ["link"]]);
  frames[0]();
  assert.deepEqual(told, [["list"], ["link"]], "the late frame has nothing to tell");
});
