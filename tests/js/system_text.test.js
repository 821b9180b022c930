// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemText } from "../../talk/static/console/components/system-text.js";

/** @param {Record<string, string>} data */
const told = (data) => systemText(/** @type {any} */ ({ note: { data, author_name: "" } }), String);

test("another device is told by browser, system and kind; what is not known is left out", () => {
  const from = "desktop/Chrome/Windows";
  assert.equal(
    told({ code: "device", from, to: "mobile/Safari/iOS" }),
    "別の端末から続いています: Chrome / Windows（パソコン） → Safari / iOS（スマートフォン）",
  );
  assert.equal(
    told({ code: "device", from, to: "bot/curl/" }),
    "別の端末から続いています: Chrome / Windows（パソコン） → curl",
  );
});
