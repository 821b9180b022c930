// @ts-check
/** The simulated phone speaks both languages wholly. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { emojisIn, withEmojis } from "../../integrations/line/simulator/static/emojis.js";
import { STICKERS } from "../../integrations/line/simulator/static/stickers.js";
import { keys, locale, t } from "../../integrations/line/simulator/static/texts.js";

/** @param {string} lang */
function speak(lang) {
  Object.assign(globalThis, { document: { documentElement: { lang } } });
}

test("both languages have the same texts, and every sticker has words", () => {
  const [ja, en] = keys();
  assert.deepEqual(ja, en);
  assert.deepEqual(
    STICKERS.filter(({ name }) => !ja.includes(`stickers.${name}`)),
    [],
  );
});

test("a text is filled in, in the page's language", () => {
  speak("en-GB");
  assert.equal(locale(), "en");
  assert.equal(t("home.unread", { count: 3 }), "3 unread");
  speak("ja");
  assert.equal(t("home.unread", { count: 3 }), "未読3件");
});

test("an emoji stands where the platform counts it, after one of two units too", () => {
  const [love] = emojisIn("🍎(love)(nobody)");
  assert.deepEqual(
    { ...love },
    {
      index: 2,
      length: 6,
      productId: "5ac1bfd5040ab15980c9b435",
      emojiId: "001",
    },
  );
  assert.equal(withEmojis("🍎(love)(nobody)", emojisIn("🍎(love)(nobody)")), "🍎💗(nobody)");
});
