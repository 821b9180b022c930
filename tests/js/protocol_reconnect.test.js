// @ts-check
/** What console and widget do alike after a socket closed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { afterClose } from "../../talk/static/protocol/reconnect.js";

/** @param {Partial<Parameters<typeof afterClose>[0]>} closed */
const after = (closed) =>
  afterClose({ code: 1006, reason: "", attempt: 0, random: () => 1, ...closed });

test("the delay doubles up to 30 s, with full jitter", () => {
  assert.deepEqual(
    [0, 1, 2, 5, 20].map((attempt) => after({ attempt }).delay_ms),
    [1000, 2000, 4000, 30_000, 30_000],
  );
  assert.equal(after({ attempt: 3, random: () => 0 }).delay_ms, 0);
  assert.equal(after({ attempt: 3, random: () => 0.25 }).delay_ms, 2000);
});

test("a server that names seconds has its clients spread over them, whatever the code", () => {
  const delay = (/** @type {number} */ code, /** @type {string} */ reason) =>
    after({ code, reason, random: () => 0.5 }).delay_ms;
  assert.equal(delay(1012, "retry=12"), 6000);
  assert.equal(delay(1013, "retry=60"), 30_000);
  assert.equal(delay(1012, "restart;retry=8"), 4000);
  assert.equal(delay(1012, ""), 500);
  assert.equal(delay(1012, "retry=99999"), 150_000, "but within five minutes");
});

test("after abuse the client stays away for a minute", () => {
  assert.equal(after({ code: 1008, random: () => 0 }).delay_ms, 60_000);
  assert.equal(after({ code: 1008 }).delay_ms, 61_000);
});

test("what each code says", () => {
  const told = [1000, 1006, 1011, 4008, 4001, 4009, 4003, 4010, 4011].map((code) => {
    const { action, forget } = after({ code });
    return [code, action, forget];
  });
  assert.deepEqual(told, [
    [1000, "retry", false],
    [1006, "retry", false],
    [1011, "retry", false],
    [4008, "retry", false],
    [4001, "unproven", false],
    [4009, "ended", false],
    [4003, "forbidden", false],
    [4010, "outdated", false],
    [4011, "retry", true],
  ]);
});
