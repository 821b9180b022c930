// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { isThere } from "../../talk/static/console/presence.js";
import { heedServer, serverNow } from "../../talk/static/protocol/clock.js";

const NOON = Date.parse("2026-11-20T12:00:00Z");
const page = { url: "https://shop.example/", title: "", since: "2026-11-20T11:00:00Z", view: "v" };
const last_seen = "2026-11-20T12:00:00Z";

beforeEach(() => mock.timers.enable({ apis: ["Date"], now: NOON }));
afterEach(() => mock.timers.reset());

test("who has been silent for two minutes is on no page now", () => {
  assert.equal(isThere({ page, last_seen }, NOON + 119_000), true);
  assert.equal(isThere({ page, last_seen }, NOON + 120_000), false);
});

test("who has left is not there, however short ago", () => {
  assert.equal(isThere({ page: null, last_seen }, NOON), false);
  assert.equal(isThere({}, NOON), false);
});

test("who may not see when they were last seen goes by when they came to the page", () => {
  const came = Date.parse(page.since);
  assert.equal(isThere({ page, last_seen: null }, came + 119_000), true);
  assert.equal(isThere({ page, last_seen: null }, came + 120_000), false);
});

test("a machine whose clock is wrong goes by the server's", () => {
  heedServer("2026-11-20T11:50:00Z");
  assert.equal(serverNow(), NOON - 600_000);
  assert.equal(isThere({ page, last_seen: "2026-11-20T11:49:00Z" }, serverNow()), true);
  mock.timers.tick(90_000);
  assert.equal(isThere({ page, last_seen: "2026-11-20T11:49:00Z" }, serverNow()), false);
});

test("a difference that the way of the answer explains is none", () => {
  heedServer("2026-11-20T12:00:01Z");
  assert.equal(serverNow(), NOON);
});
