// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { isLong, saidByMost } from "../../talk/static/console/legible.js";

test("a text is long by the room that it takes: Japanese needs half as many characters", () => {
  assert.deepEqual(
    ["x".repeat(160), "x".repeat(161), "あ".repeat(80), "漢".repeat(81), "ｱ".repeat(160)].map(
      isLong,
    ),
    [false, true, false, true, false],
  );
});

test("what most say is said once for them, what half of them say is not", () => {
  assert.equal(saidByMost(["CRM", "CRM", "Survey"]), "CRM");
  assert.equal(saidByMost(["Survey", "CRM", "", "CRM"]), "CRM");
  assert.equal(saidByMost(["CRM", "Survey"]), "");
  assert.equal(saidByMost(["CRM"]), "", "one line says it itself");
  assert.equal(saidByMost(["", ""]), "");
  assert.equal(saidByMost([]), "");
});
