// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { otherConversation, systemText } from "../../talk/static/console/components/system-text.js";

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

test("who comes with a code alone is not said to be the one who had the chat", () => {
  const came = { code: "from_web", inbox: "店", title: "" };
  assert.equal(told(came), "「店」のチャットから来た方です（ご本人かは未確認）");
  assert.match(told({ ...came, title: "急須" }), /見ていたページ: 急須$/);
  const proven = /** @type {any} */ ({ code: "from_web", is_proven: true });
  assert.equal(told(proven), "ウェブサイトのチャットからの続きです");
  assert.equal(
    told({ code: "handed_over", from: "店", to: "LINE" }),
    "この会話は「店」から「LINE」に移りました",
  );
});

test("a line that tells where the customer goes on, or came from, leads there", () => {
  const leads = (/** @type {Record<string, unknown>} */ data) =>
    otherConversation(/** @type {any} */ ({ data }));
  assert.deepEqual(
    [
      leads({ code: "to_channel", conversation_id: "c2" }),
      leads({ code: "from_web", conversation_id: "c1", is_proven: true }),
      leads({ code: "from_web", conversation_id: null }),
      leads({ code: "assigned", conversation_id: "c3" }),
      otherConversation(undefined),
    ],
    ["c2", "c1", "", "", ""],
  );
});
