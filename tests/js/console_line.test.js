// @ts-check
/** What is made for LINE before it is sent: limits as LINE has them, stickers, Flex messages. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../talk/static/console/drafts.js";
import { setLocale, t } from "../../talk/static/console/i18n/index.js";
import { filled, placesOf, sketch } from "../../talk/static/console/line/flex.js";
import {
  cardFaults,
  emptyCard,
  fromQuickReply,
  fromTemplate,
  replyFaults,
  toQuickReply,
  toTemplate,
} from "../../talk/static/console/line/limits.js";
import { foundStickers, PACKAGES, stickersOf } from "../../talk/static/console/line/stickers.js";
import { reason } from "../../talk/static/console/problems.js";
import { saysFor } from "../../talk/static/console/said.js";
import { memoryStore } from "../../talk/static/console/storage.js";

test("what LINE refuses is told by field: nothing, too much, a bad address", () => {
  const faults = (/** @type {any} */ reply) =>
    replyFaults(reply, "0").map(({ field, why, most }) => [field, why, most]);
  assert.deepEqual(faults({ doing: "answer", label: "はい", value: "" }), []);
  assert.deepEqual(faults({ doing: "text", label: " ", value: "" }), [
    ["0.label", "empty", 20],
    ["0.value", "empty", 300],
  ]);
  assert.deepEqual(faults({ doing: "answer", label: "🍎".repeat(20), value: "" }), []);
  assert.deepEqual(faults({ doing: "answer", label: "長".repeat(21), value: "" }), [
    ["0.label", "long", 20],
  ]);
  const uri = (/** @type {string} */ value) => faults({ doing: "uri", label: "店", value }).length;
  const good = ["https://shop.example/", "tel:0312345678", "line://ti/p/x"];
  const bad = ["javascript:alert(1)", "shop.example", "https://a@b.example/"];
  assert.deepEqual(
    [good.map(uri), bad.map(uri)],
    [
      [0, 0, 0],
      [1, 1, 1],
    ],
  );
});

test("a card has less text beside a title, and confirms with two buttons", () => {
  const choice = { doing: /** @type {const} */ ("answer"), label: "はい", value: "" };
  const card = { ...emptyCard("buttons"), text: "長".repeat(61), choices: [choice] };
  assert.deepEqual(cardFaults(card), []);
  assert.deepEqual(cardFaults({ ...card, title: "題" }), [
    { field: "text", why: "long", most: 60 },
  ]);
  assert.equal(emptyCard("confirm").choices.length, 2);
});

test("what is edited again is what was made", () => {
  const card = {
    ...emptyCard("buttons"),
    title: "サイズ",
    text: "どちらですか",
    choices: [
      { doing: /** @type {const} */ ("answer"), label: "26cm", value: "26" },
      { doing: /** @type {const} */ ("uri"), label: "店", value: "https://shop.example/" },
    ],
  };
  assert.deepEqual(fromTemplate(toTemplate(card)), card);
  assert.deepEqual(toTemplate(card), {
    kind: "template",
    alt: "どちらですか",
    contents: {
      type: "buttons",
      title: "サイズ",
      text: "どちらですか",
      actions: [
        { type: "postback", label: "26cm", data: "26" },
        { type: "uri", label: "店", uri: "https://shop.example/" },
      ],
    },
  });
  const replies = [
    { label: "はい" },
    { label: "話す", text: "話したい" },
    { label: "店", uri: "https://shop.example/" },
    { label: "場所", asks: /** @type {const} */ ("location") },
  ];
  assert.deepEqual(replies.map(fromQuickReply).map(toQuickReply), replies);
});

test("stickers are found by their meaning in the operator's language, or by number", () => {
  setLocale("ja");
  const word = (/** @type {string} */ code) => t(`sticker.${code}`);
  const all = PACKAGES.flatMap(stickersOf);
  assert.equal(all.length, 15 * 24 + 6 * 16); // nine packages of 24 and six of 40
  const unworded = all
    .flatMap(({ keywords }) => keywords)
    .filter((code) => word(code) === `sticker.${code}`);
  assert.deepEqual(unworded, []);
  const ids = (/** @type {string} */ needle) =>
    foundStickers(needle, word).map(({ sticker_id }) => sticker_id);
  assert.deepEqual(ids("おじぎ"), ["52002739", "10551380"]);
  assert.deepEqual(ids("1988"), ["1988"]);
  assert.deepEqual(ids("そんな言葉はない"), []);
});

test("what a Flex message leaves open is filled in everywhere, and it is sketched in its order", () => {
  const text = (/** @type {string} */ words, rest = {}) => ({ type: "text", text: words, ...rest });
  const button = {
    type: "button",
    action: { type: "uri", label: "見る", uri: "https://x.example/{{番号}}" },
  };
  const body = {
    type: "box",
    layout: "vertical",
    contents: [text("{{ お名前 }}様", { weight: "bold" }), button],
  };
  const bubble = { type: "bubble", body, size: 3 };
  assert.deepEqual(placesOf(bubble), ["お名前", "番号"]);
  const whole = filled(bubble, { お名前: '葵"$&', 番号: "A-1" });
  assert.deepEqual(whole.body.contents[1], {
    ...button,
    action: { ...button.action, uri: "https://x.example/A-1" },
  });
  assert.deepEqual(sketch(whole), [
    [
      { kind: "strong", text: '葵"$&様' },
      { kind: "button", text: "見る" },
    ],
  ]);
  assert.deepEqual(placesOf(whole), []);
});

test("what goes with the words survives a reload and is sent as one", () => {
  const store = memoryStore();
  const drafts = new Drafts(store, "me", () => "id");
  const extra = { kind: /** @type {const} */ ("sticker"), package_id: "446", sticker_id: "1988" };
  drafts.put("c", "reply", { client_id: "id", body: "", attachments: [], extra });
  const again = new Drafts(store, "me", () => "other").get("c", "reply");
  assert.deepEqual(
    [again, drafts.count],
    [{ client_id: "id", body: "", attachments: [], extra }, 1],
  );
  const told = saysFor({ extra: again.extra, quoted: "m1" });
  assert.deepEqual(told, { data: { ...extra, quoted: { message_id: "m1" } } });
  assert.deepEqual(saysFor({}), {});
  drafts.put("c", "reply", { client_id: "id", body: "", attachments: [], extra: undefined });
  assert.equal(drafts.count, 0);
});

test("a refusal names the field and which one of a list it is", () => {
  setLocale("ja");
  const told = (/** @type {string} */ field, rest = {}) =>
    reason({ code: "invalid", field, ...rest });
  assert.deepEqual(
    [
      told("data.quick_replies[2].label"),
      told("data.quick_replies", { most: 13 }),
      told("data.contents.body.contents[0].url"),
      told("data.contents.actions[0].uri"),
      told("data"),
    ],
    [
      "クイックリプライ3の表示名は1〜20文字にしてください",
      "クイックリプライは13個までです",
      "カードにLINEで送れない項目があります（data.contents.body.contents[0].url）",
      "カードの1番目のボタンのURLが使えません",
      "このチャネルでは送れない内容です",
    ],
  );
});
