// @ts-check
/** What is said besides words, as far as no page is needed: its place, its parts, its counting. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { standing } from "../../talk/static/console/channel.js";
import { setLocale } from "../../talk/static/console/i18n/index.js";
import { previewOf } from "../../talk/static/console/previews.js";
import { deliveryReason } from "../../talk/static/console/problems.js";
import {
  albumTotal,
  buttonLabels,
  isQuotable,
  mapHref,
  saidOf,
  segments,
} from "../../talk/static/console/said.js";
import { apply, createState } from "../../talk/static/console/store.js";
import { lines } from "../../talk/static/console/thread.js";
import { timeline } from "../../talk/static/console/timeline.js";
import { bubbleCount } from "../../talk/static/console/utf16.js";
import { CONVERSATION, conversation, fetchedThread, message, note } from "./console_rows.js";

/** @import { InboxRow } from "/static/protocol/types.js" */

const NOW = Date.parse("2026-11-28T10:00:00Z");

/** @param {number} minute */
const at = (minute) => `2026-11-20T01:${String(minute).padStart(2, "0")}:00+00:00`;

/** @param {Partial<InboxRow>} [values] @returns {InboxRow} */
function inbox(values = {}) {
  return {
    id: "inbox",
    public_id: "p",
    kind: "line",
    name: "公式",
    is_active: true,
    color: "#06c755",
    attachment_max_bytes: 1,
    attachments_per_message: 5,
    version: 1,
    channel: {},
    ...values,
  };
}

/** @param {ReturnType<typeof message>[]} messages @param {ReturnType<typeof note>[]} [notes] */
function ordered(messages, notes = []) {
  const state = createState();
  apply(state, fetchedThread(messages, notes, 9));
  const thread = state.threads.get(CONVERSATION);
  assert.ok(thread);
  return lines(thread);
}

test("what came late stands where it was said, among notes by its time", () => {
  const rows = [
    message(1, { created_at: at(1) }),
    message(2, { created_at: at(9) }),
    message(3, { created_at: at(5), data: { after_seq: 1 } }),
    message(4, { created_at: at(3), data: { after_seq: 1 } }),
    message(5, { created_at: at(0), data: { after_seq: 0 } }),
    message(6, { created_at: at(12) }),
  ];
  const notes = [note(7, 1, { created_at: at(4) }), note(8, 6, { created_at: at(20) })];
  const shown = ordered(rows, notes).map((line) => line.message?.seq ?? `n${line.note?.version}`);
  assert.deepEqual(shown, [5, 1, 4, "n7", 3, 2, 6, "n8"]);
});

test("a day is told once, even where a note of the next one stands before its last words", () => {
  const items = timeline(
    ordered(
      [
        message(1, { created_at: "2026-11-20T01:00:00+00:00" }),
        message(2, { created_at: "2026-11-20T02:00:00+00:00" }),
      ],
      [note(3, 1, { created_at: "2026-11-22T01:00:00+00:00" })],
    ),
    [],
    9,
  );
  const keys = items.map((item) => item.key);
  assert.equal(new Set(keys).size, keys.length);
});

test("pictures of an album are one item, in their order, whatever came first", () => {
  const picture = (/** @type {number} */ seq, /** @type {number} */ index, state = "here") =>
    message(seq, { body: "", data: { kind: "image", state, album: { id: "a", index, total: 3 } } });
  const words = message(3);
  const items = timeline(ordered([picture(1, 2), picture(2, 1), words, picture(4, 3)]), [], 9);
  const messages = items.flatMap((item) => (item.type === "message" ? [item] : []));
  assert.deepEqual(
    messages.map((item) => item.album.map(({ seq }) => seq)),
    [[2, 1, 4], []],
  );
  assert.equal(albumTotal([picture(1, 2), picture(2, 1)]), 3);
  const alone = timeline(
    ordered([message(1, { data: { kind: "image", state: "here", album: { id: "b" } } })]),
    [],
    9,
  );
  assert.deepEqual(
    alone.flatMap((item) => (item.type === "message" ? [item.album.length] : [])),
    [1],
  );
});

test("in a group those who speak stand apart", () => {
  const by = (/** @type {number} */ seq, /** @type {string} */ name) =>
    message(seq, { data: { author: { name } } });
  const items = timeline(ordered([by(1, "花子"), by(2, "花子"), by(3, "太郎")]), [], 9);
  const firsts = items.flatMap((item) => (item.type === "message" ? [item.first] : []));
  assert.deepEqual(firsts, [true, false, true]);
});

test("emojis and mentions are told apart by UTF-16 units", () => {
  const body = "🍎(love)😀 @花子 さん";
  const said = saidOf({
    data: {
      emojis: [{ at: 2, length: 6 }],
      mentions: [
        { at: 11, length: 3 },
        { at: 12, length: 2 },
        { at: 90, length: 4 },
      ],
    },
  });
  const found = segments(body, said);
  assert.deepEqual(found, [
    { text: "🍎", kind: "text" },
    { text: "(love)", kind: "emoji" },
    { text: "😀 ", kind: "text" },
    { text: "@花子", kind: "mention" },
    { text: " さん", kind: "text" },
  ]);
  assert.equal(found.map(({ text }) => text).join(""), body);
});

test("bubbles are counted as they are cut", () => {
  assert.equal(bubbleCount("🍎".repeat(2500), 5000), 1);
  assert.equal(bubbleCount("🍎".repeat(2501), 5000), 2);
  assert.equal(bubbleCount("あ".repeat(26_000), 5000), 6);
  assert.equal(bubbleCount("", 5000), 0);
  assert.equal(bubbleCount(`${"あ".repeat(30)}\n\n${"い".repeat(30)}`, 50), 2);
  assert.equal(bubbleCount(`${"あ".repeat(9)}。${"い".repeat(9)}。`, 10), 2);
  assert.equal(bubbleCount("あ".repeat(10), 10), 1);
});

test("the channel says what an answer costs", () => {
  const soon = new Date(NOW + 37_400).toISOString();
  const quota = { used: 187, limit: 200, at: "" };
  const free = standing(
    conversation({ channel: { can_send: true, why: "", free_until: soon, push_until: null } }),
    inbox({ channel: { quota } }),
    NOW,
  );
  assert.ok(free);
  assert.deepEqual([free.free, free.left, free.why], [38, Number.POSITIVE_INFINITY, ""]);
  assert.deepEqual(free.push, { used: 187, limit: 200, level: "near" });
  assert.equal(standing(conversation(), inbox({ kind: "web" }), NOW), null);
});

test("warnings come at 80, 95 and 100 per cent", () => {
  const level = (/** @type {number} */ used, /** @type {number|null} */ limit) =>
    standing(conversation(), inbox({ channel: { quota: { used, limit, at: "" } } }), NOW)?.push
      ?.level;
  assert.deepEqual(
    [159, 160, 189, 190, 199, 200, 240].map((used) => level(used, 200)),
    ["calm", "near", "near", "close", "close", "full", "full"],
  );
  assert.deepEqual([level(5, null), level(0, 0)], ["calm", "calm"]);
});

test("seven days after the last words of who is no friend nothing can be sent", () => {
  const why = (/** @type {number} */ seconds) => {
    const push_until = new Date(NOW + seconds * 1000).toISOString();
    return standing(conversation({ channel: { why: "", push_until } }), inbox(), NOW)?.why;
  };
  assert.deepEqual([why(60), why(-1)], ["", "seven_days"]);
  const blocked = standing(
    conversation({ channel: { can_send: false, why: "blocked" } }),
    inbox(),
    NOW,
  );
  assert.deepEqual([blocked?.why, blocked?.isBlocked], ["blocked", true]);
});

test("a list says what is no words", () => {
  setLocale("ja");
  assert.equal(previewOf({ preview: "", preview_kind: "sticker" }), "スタンプ");
  assert.equal(previewOf({ preview: "こんにちは", preview_kind: "" }), "こんにちは");
  assert.equal(previewOf({ preview: "", preview_kind: "" }), "添付ファイル");
  assert.equal(previewOf({ preview: "", preview_kind: "hologram" }), "添付ファイル");
  assert.equal(previewOf({ preview: "", preview_kind: "", last_seq: 0 }), "");
});

test("why a channel did not take it is said in words", () => {
  setLocale("ja");
  assert.equal(deliveryReason("quota"), "今月の送信数の上限に達しました");
  assert.equal(
    deliveryReason("rejected: messages[0].text"),
    "LINEに受け付けられませんでした（messages[0].text）",
  );
  assert.equal(deliveryReason("unreachable: 10.0.0.1"), "LINEに接続できません");
  assert.equal(deliveryReason("something else"), "something else");
});

test("every reason of a channel has its words", async () => {
  const { readFileSync } = await import("node:fs");
  const source = readFileSync(new URL("../../talk/channels.py", import.meta.url), "utf8");
  const codes = [
    ...(source.split("REASONS = frozenset(")[1]?.split(")")[0] ?? "").matchAll(/"(\w+)"/g),
  ];
  assert.ok(codes.length > 10);
  for (const locale of ["ja", "en"]) {
    setLocale(locale);
    for (const [, code] of codes)
      assert.notEqual(deliveryReason(String(code)), code, `${locale} ${code}`);
  }
  setLocale("ja");
});

test("only what the channel can point at is quoted", () => {
  const is = (/** @type {object} */ data, body = "") =>
    isQuotable(message(1, { body, data: { ...data } }));
  assert.deepEqual(
    [
      is({}, "はい"),
      is({}),
      is({ kind: "sticker" }),
      is({ kind: "audio" }),
      is({ kind: "unsent" }),
    ],
    [true, false, true, false, false],
  );
  const ours = message(2, { sender: "operator", delivery: { state: "queued", reason: "" } });
  assert.equal(isQuotable(ours), false);
  assert.equal(isQuotable({ ...ours, delivery: { state: "accepted", reason: "" } }), true);
});

test("a template's buttons are read whatever its form", () => {
  const flex = {
    type: "bubble",
    footer: { contents: [{ type: "button", action: { type: "uri", label: "開く", uri: "x" } }] },
  };
  assert.deepEqual(buttonLabels(flex), ["開く"]);
  assert.deepEqual(
    buttonLabels({
      type: "confirm",
      actions: [
        { type: "message", label: "はい" },
        { type: "postback", label: "いいえ" },
      ],
    }),
    ["はい", "いいえ"],
  );
  assert.deepEqual(buttonLabels(null), []);
});

test("a place is shown on a map", () => {
  assert.equal(
    mapHref({ latitude: 35.6, longitude: 139.7 }),
    "https://www.google.com/maps/search/?api=1&query=35.6%2C139.7",
  );
});
