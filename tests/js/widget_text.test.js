// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { sends } from "../../talk/static/widget/app/composer.js";
import { sizeOf } from "../../talk/static/widget/app/dates.js";
import { pieces } from "../../talk/static/widget/app/links.js";
import { wordsFor } from "../../talk/static/widget/app/words.js";

/** @param {string} text */
const links = (text) => pieces(text).flatMap(({ href }) => href ?? []);

test("an address ends where the sentence goes on, in Japanese too", () => {
  assert.deepEqual(links("こちらhttps://a.example/x（10個）をどうぞ。"), ["https://a.example/x"]);
  assert.deepEqual(links("https://a.example/xを見て"), ["https://a.example/x"]);
  assert.deepEqual(links("(see https://a.example/x_(y))."), ["https://a.example/x_(y)"]);
  assert.deepEqual(links("https://a.example/?q=1&r=2!"), ["https://a.example/?q=1&r=2"]);
});

test("nothing but http and https becomes a link, and no address hides its host", () => {
  for (const text of [
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<b>",
    "vbscript:x",
    "https://bank.example@evil.example/",
    "https://",
    "xhttps:/one",
  ])
    assert.deepEqual(links(text), [], text);
});

test("every character of the text stays, in order", () => {
  const text = "a https://a.example/(b). https://x@y c\nhttp://d.example";
  assert.equal(
    pieces(text)
      .map((piece) => piece.text)
      .join(""),
    text,
  );
});

test("Enter sends, but not while an input method composes, not with Shift, not on a phone", () => {
  const enter = { key: "Enter", shiftKey: false, isComposing: false, keyCode: 13 };
  assert.equal(sends(enter, false), true);
  assert.equal(sends({ ...enter, isComposing: true }, false), false);
  assert.equal(sends({ ...enter, keyCode: 229 }, false), false, "Safari, after compositionend");
  assert.equal(sends({ ...enter, shiftKey: true }, false), false);
  assert.equal(sends(enter, true), false);
  assert.equal(sends({ ...enter, key: "a" }, false), false);
});

test("both languages say everything", () => {
  const [ja, en] = [wordsFor("ja"), wordsFor("en")];
  assert.deepEqual(Object.keys(en), Object.keys(ja));
  for (const [name, text] of Object.entries(en))
    assert.notDeepEqual(text, /** @type {any} */ (ja)[name], name);
});

test("sizes read well", () => {
  assert.equal(sizeOf(27, "en"), "27 B");
  assert.equal(sizeOf(1536, "en"), "1.5 KB");
  assert.equal(sizeOf(10 * 1024 * 1024, "ja"), "10 MB");
});
