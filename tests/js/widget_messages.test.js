// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { heard as heardInFrame } from "../../talk/static/widget/app/parent.js";
import { heard as heardOnPage } from "../../talk/static/widget/more/bridge.js";

// S-13: a message counts only from the one window, of the one origin, in the one shape.
const page = { name: "the page around" };
const frame = { name: "the chat's frame" };
const evil = { name: "another window" };
const SITE = "https://shop.example";
const CHAT = "https://chat.example";

const init = {
  sobani: 1,
  type: "init",
  token: "a".repeat(43),
  profile: "01890000-0000-7000-8000-000000000000",
  inbox: "public-id",
  locale: "ja",
  look: {
    name: "オンラインショップ",
    color: "#1f5eff",
    ink: "#ffffff",
    greeting: "",
    attachment_max_bytes: 1024,
    attachments_per_message: 5,
  },
};

/** @param {object} event */
const inFrame = (event) =>
  heardInFrame({ origin: SITE, source: page, data: init, ...event }, page, [
    SITE,
    "https://b.example",
  ]);

/** @param {object} event */
const onPage = (event) =>
  heardOnPage(
    { origin: CHAT, source: frame, data: { sobani: 1, type: "ready" }, ...event },
    CHAT,
    frame,
  );

test("S-13 the frame hears its page, and each part of the check is needed", () => {
  assert.equal(inFrame({}), init);
  assert.equal(inFrame({ origin: "https://evil.example" }), null);
  assert.equal(inFrame({ origin: "http://shop.example" }), null);
  assert.equal(inFrame({ origin: "https://shop.example:8443" }), null);
  assert.equal(inFrame({ origin: "https://shop.example.evil.example" }), null);
  assert.equal(inFrame({ origin: "null" }), null);
  assert.equal(inFrame({ source: evil }), null);
  assert.equal(inFrame({ source: null }), null);
});

test("S-13 the frame hears nothing malformed", () => {
  const { look } = init;
  for (const data of [
    null,
    "init",
    [],
    { ...init, sobani: 2 },
    { ...init, type: "constructor" },
    { ...init, type: ["init"] },
    { ...init, token: "short" },
    { ...init, token: { toString: () => init.token } },
    { ...init, profile: "../../x" },
    { ...init, inbox: 7 },
    { ...init, look: null },
    { ...init, look: { ...look, color: "red;background:url(//evil)" } },
    { ...init, look: { ...look, name: "x".repeat(501) } },
    { ...init, look: { ...look, attachment_max_bytes: "many" } },
    { sobani: 1, type: "locale", locale: "ja'><script>" },
    { sobani: 1, type: "show", focus: "yes" },
  ]) {
    let said = /** @type {unknown} */ ("threw");
    assert.doesNotThrow(() => {
      said = inFrame({ data });
    });
    assert.equal(said, null, JSON.stringify(data));
  }
});

test("S-13 the page hears its frame, and each part of the check is needed", () => {
  assert.equal(onPage({}), "ready");
  assert.equal(onPage({ origin: SITE }), null);
  assert.equal(onPage({ origin: "https://chat.example.evil.example" }), null);
  assert.equal(onPage({ source: evil }), null);
  assert.equal(
    heardOnPage({ origin: CHAT, source: null, data: { sobani: 1, type: "ready" } }, CHAT, null),
    null,
  );
});

test("S-13 the page hears nothing malformed", () => {
  for (const data of [
    null,
    "ready",
    { type: "ready" },
    { sobani: 1, type: "toString" },
    { sobani: 1, type: "unread", count: -1 },
    { sobani: 1, type: "unread", count: "1" },
    { sobani: 1, type: "message", id: "1", author: {}, preview: "x" },
    { sobani: 1, type: "message", id: "1", author: "a", preview: "x".repeat(201) },
  ]) {
    assert.equal(onPage({ data }), null, JSON.stringify(data));
  }
  assert.equal(onPage({ data: { sobani: 1, type: "unread", count: 3 } }), "unread");
});
