// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { openDrawer } from "../../talk/static/widget/loader/drawer.js";
import { cleanUrl, watchNavigation } from "../../talk/static/widget/loader/page.js";
import { makeTracker } from "../../talk/static/widget/loader/tracker.js";
import { memoryStorage, refusingStorage } from "./widget_storage.js";

/** @typedef {import("../../talk/static/widget/loader/tracker.js").Activity} Activity */

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 }));
afterEach(() => mock.timers.reset());

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** @param {{storage?: Storage}} [options] */
function stage({ storage = memoryStorage() } = {}) {
  /** @type {Activity[][]} */
  const sent = [];
  /** @type {Activity[][]} */
  const beamed = [];
  const world = { works: true, hasToken: true, sent, beamed };
  const drawer = openDrawer("t:", () => storage);
  const tracker = makeTracker({
    ready: () => world.hasToken,
    async send(batch) {
      if (world.works) sent.push(batch);
      return world.works;
    },
    beacon(batch) {
      if (world.works) beamed.push(batch);
      return world.works;
    },
    drawer,
  });
  const stored = () => JSON.parse(drawer.get("queue") ?? "[]");
  return { tracker, world, stored };
}

test("activities wait two seconds and leave together", async () => {
  const { tracker, world } = stage();
  tracker.add("page", { url: "https://shop.example/" });
  tracker.add("faq_view", { props: { faq_id: "returns" } });
  mock.timers.tick(1999);
  await settled();
  assert.equal(world.sent.length, 0);
  mock.timers.tick(1);
  await settled();
  assert.deepEqual(
    world.sent.map((batch) => batch.map(({ kind }) => kind)),
    [["page", "faq_view"]],
  );
  assert.match(
    world.sent[0][0].id,
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test("ten leave at once, the eleventh in the next batch", async () => {
  const { tracker, world } = stage();
  for (let count = 0; count < 11; count += 1) tracker.add("tick", { props: { count } });
  await settled();
  mock.timers.tick(2000);
  await settled();
  assert.deepEqual(
    world.sent.map((batch) => batch.length),
    [10, 1],
  );
});

test("what could not be sent is sent later with the same ids, once", async () => {
  const { tracker, world, stored } = stage();
  world.works = false;
  tracker.add("page", { url: "https://shop.example/a" });
  mock.timers.tick(2000);
  await settled();
  const [kept] = stored();
  assert.equal(kept.kind, "page");
  world.works = true;
  mock.timers.tick(15_000);
  await settled();
  assert.deepEqual(
    world.sent.map((batch) => batch.map(({ id }) => id)),
    [[kept.id]],
  );
  assert.deepEqual(stored(), []);
});

test("the queue of an offline page keeps the newest hundred", async () => {
  const { tracker, world, stored } = stage();
  world.works = false;
  for (let count = 0; count < 130; count += 1) tracker.add("tick", { props: { count } });
  tracker.leave();
  await settled();
  const counts = stored().map((/** @type {any} */ { props }) => props.count);
  assert.equal(counts.length, 100);
  assert.equal(counts.at(-1), 129);
});

test("a page that goes away hands over what is waiting and what is in flight", async () => {
  const { tracker, world } = stage();
  for (let count = 0; count < 12; count += 1) tracker.add("tick", { props: { count } });
  tracker.leave();
  const ids = new Set(world.beamed.flat().map(({ id }) => id));
  assert.equal(ids.size, 12);
  await settled();
  mock.timers.tick(20_000);
  await settled();
  const again = world.sent.flat().filter(({ id }) => !ids.has(id));
  assert.deepEqual(again, [], "nothing is told under a second id");
});

test("without a token nothing leaves, and nothing is lost", async () => {
  const { tracker, world, stored } = stage();
  world.hasToken = false;
  tracker.add("page", { url: "https://shop.example/" });
  mock.timers.tick(60_000);
  await settled();
  tracker.leave();
  assert.deepEqual([world.sent, world.beamed], [[], []]);
  assert.equal(stored().length, 1);
});

test("an object that the page changes afterwards is told as it was", async () => {
  const { tracker, world } = stage();
  const props = { total: 1620 };
  tracker.add("cart", { props });
  props.total = 0;
  mock.timers.tick(2000);
  await settled();
  assert.deepEqual(world.sent[0][0].props, { total: 1620 });
});

test("a batch stays within the server's 64 KiB even in Japanese", async () => {
  const { tracker, world } = stage();
  for (let count = 0; count < 9; count += 1)
    tracker.add("note", { props: { text: "茶".repeat(9000) } });
  for (let turn = 0; turn < 20; turn += 1) {
    mock.timers.tick(2000);
    await settled();
  }
  assert.equal(world.sent.flat().length, 9);
  for (const batch of world.sent)
    assert.ok(new TextEncoder().encode(JSON.stringify(batch)).length < 62 * 1024);
});

test("where storage is refused everything works until the page goes", async () => {
  const { tracker, world } = stage({ storage: refusingStorage() });
  world.works = false;
  tracker.add("page", { url: "https://shop.example/" });
  mock.timers.tick(2000);
  await settled();
  world.works = true;
  mock.timers.tick(15_000);
  await settled();
  assert.equal(world.sent.flat().length, 1);
});

test("an address loses its fragment, its login and every query but campaign names", () => {
  assert.equal(
    cleanUrl("https://me:secret@shop.example/a?utm_source=line&email=a@b.c&token=x#pw"),
    "https://shop.example/a?utm_source=line",
  );
  assert.equal(
    cleanUrl("https://shop.example/a?category=tea&id=5", ["id"]),
    "https://shop.example/a?id=5",
  );
  assert.equal(
    cleanUrl("https://shop.example/a?id=me@b.example", ["id"]),
    "https://shop.example/a",
  );
  assert.equal(cleanUrl("javascript:alert(1)"), "");
  assert.equal(cleanUrl("about:blank"), "");
  assert.equal(cleanUrl("not an address"), "");
  assert.ok(cleanUrl(`https://shop.example/${"a".repeat(5000)}`).length <= 2048);
});

/** A window with as much of history as the tracker listens to. */
function fakeWindow() {
  const location = { pathname: "/", search: "" };
  /** @type {(() => void)[]} */
  const listeners = [];
  /** @param {unknown} _state @param {string} _title @param {string} to */
  const go = (_state, _title, to) => {
    const url = new URL(to, "https://shop.example");
    Object.assign(location, { pathname: url.pathname, search: url.search });
  };
  const history = { pushState: go, replaceState: go };
  return {
    location,
    history,
    /** @param {() => void} work */
    requestAnimationFrame: (work) => work(),
    /** @param {string} _name @param {() => void} listener */
    addEventListener: (_name, listener) => listeners.push(listener),
    /** @param {string} to */
    back(to) {
      go(null, "", to);
      for (const listener of listeners) listener();
    },
  };
}

test("single-page navigation counts once it settles, and only if the page is another", () => {
  const win = fakeWindow();
  let moves = 0;
  watchNavigation(/** @type {any} */ (win), () => {
    moves += 1;
  });
  win.history.pushState(null, "", "/items/");
  win.history.replaceState(null, "", "/items/?page=1");
  mock.timers.tick(49);
  assert.equal(moves, 0);
  mock.timers.tick(1);
  assert.equal(moves, 1);
  win.history.pushState(null, "", "/items/?page=1#top");
  mock.timers.tick(50);
  assert.equal(moves, 1, "a fragment is the same page");
  win.back("/");
  mock.timers.tick(50);
  assert.equal(moves, 2);
});
