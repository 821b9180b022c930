// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, dayName, secondsSince, size, span, stamp } from "../../talk/static/console/format.js";
import { en } from "../../talk/static/console/i18n/en.js";
import { setLocale, t } from "../../talk/static/console/i18n/index.js";
import { ja } from "../../talk/static/console/i18n/ja.js";
import { sends, shortcut } from "../../talk/static/console/keys.js";
import { linkify, safeHref } from "../../talk/static/console/linkify.js";
import { told } from "../../talk/static/console/linkstate.js";
import { Listing, timeKey } from "../../talk/static/console/listing.js";
import { customerName, guestCode, initials } from "../../talk/static/console/names.js";
import { pastOf } from "../../talk/static/console/past.js";
import { parseRoute, routeHref } from "../../talk/static/console/router.js";
import { presets } from "../../talk/static/console/snooze.js";
import { stillHolds } from "../../talk/static/console/stale.js";
import { tick, timeline } from "../../talk/static/console/timeline.js";
import { tabStop, visibleRange } from "../../talk/static/console/windowing.js";
import { conversation, message, note } from "./console_rows.js";

const PRESS = {
  key: "Enter",
  keyCode: 13,
  isComposing: false,
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  repeat: false,
};
const LONG_AGO = { at: 10_000, endedAt: -Infinity };

test("Enter sends, and never while an input method composes", () => {
  assert.equal(sends(PRESS, LONG_AGO), true);
  assert.equal(sends({ ...PRESS, shiftKey: true }, LONG_AGO), false);
  assert.equal(sends({ ...PRESS, isComposing: true }, LONG_AGO), false);
  assert.equal(sends({ ...PRESS, keyCode: 229 }, LONG_AGO), false);
  assert.equal(
    sends(PRESS, { at: 1010, endedAt: 1000 }),
    false,
    "Safari: compositionend, then keydown",
  );
  assert.equal(sends(PRESS, { at: 1400, endedAt: 1000 }), true);
  assert.equal(sends({ ...PRESS, key: "a" }, LONG_AGO), false);
});

test("shortcuts are plain keys only", () => {
  assert.equal(shortcut({ ...PRESS, key: "j" }), "next");
  assert.equal(shortcut({ ...PRESS, key: "j", ctrlKey: true }), null);
  assert.equal(shortcut({ ...PRESS, key: "j", isComposing: true }), null);
});

test("a key that is held down goes on moving, and resolves and reopens nothing", () => {
  assert.equal(shortcut({ ...PRESS, key: "e" }), "resolve");
  assert.equal(shortcut({ ...PRESS, key: "e", repeat: true }), null);
  assert.equal(shortcut({ ...PRESS, key: "j", repeat: true }), "next");
  assert.equal(shortcut({ ...PRESS, key: "ArrowUp", repeat: true }), "previous");
});

test("both languages have the same texts with the same placeholders", () => {
  assert.deepEqual(Object.keys(ja).sort(), Object.keys(en).sort());
  const names = (/** @type {import("../../talk/static/console/i18n/index.js").Text} */ text) =>
    [...new Set([...JSON.stringify(text).matchAll(/\{\w+\}/g)].map((match) => match[0]))].sort();
  for (const key of Object.keys(ja)) assert.deepEqual(names(ja[key]), names(en[key]), key);
});

test("plurals follow the language", () => {
  setLocale("en");
  assert.equal(t("thread.newMessages", { count: 1 }), "1 new message");
  assert.equal(t("thread.newMessages", { count: 3 }), "3 new messages");
  setLocale("ja");
  assert.equal(t("thread.newMessages", { count: 3 }), "新しいメッセージ 3件");
});

const hrefs = (/** @type {string} */ text) => linkify(text).flatMap((part) => part.href ?? []);

test("addresses become links, and the rest of the sentence does not", () => {
  assert.deepEqual(hrefs("こちらhttps://shop.example/a?b=1&c=2。ご覧ください"), [
    "https://shop.example/a?b=1&c=2",
  ]);
  assert.deepEqual(hrefs("see (http://shop.example/x_(1)), ok."), ["http://shop.example/x_(1)"]);
  assert.deepEqual(hrefs("「https://shop.example/」と"), ["https://shop.example/"]);
});

test("no other scheme becomes a link", () => {
  const bad = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "java\nscript:alert(1)",
    "ftp://shop.example/",
    "https://",
    "http:///x",
    "//shop.example",
    '<a href="javascript:alert(1)">x</a>',
    "{{constructor.constructor('alert(1)')()}}",
  ];
  for (const text of bad) {
    assert.deepEqual(hrefs(text), [], text);
    assert.equal(
      linkify(text)
        .map((part) => part.text)
        .join(""),
      text,
    );
  }
  assert.equal(safeHref("javascript:alert(1)"), null);
  assert.equal(safeHref("https://bank.example@evil.example/"), null);
  assert.equal(safeHref("https://bank.example:pass@evil.example/"), null);
  assert.deepEqual(hrefs('https://shop.example/"onmouseover="alert(1)'), ["https://shop.example/"]);
});

test("a second's fraction does not disturb the order of times", () => {
  const times = [
    "2026-11-20T01:02:03+00:00",
    "2026-11-20T01:02:03.05+00:00",
    "2026-11-20T01:02:03.5+00:00",
  ];
  assert.deepEqual(
    [...times].sort((a, b) => (timeKey(a) < timeKey(b) ? -1 : 1)),
    times,
  );
  assert.equal(timeKey("2026-11-20T01:02:03Z"), timeKey("2026-11-20T01:02:03.000+00:00"));
});

/** @param {number} minute @param {Partial<import("../../talk/static/protocol/types.js").ConversationRow>} [more] */
const at = (minute, more = {}) =>
  conversation({
    id: `c${minute}`,
    last_at: `2026-11-20T01:${String(minute).padStart(2, "0")}:00+00:00`,
    ...more,
  });

/** @param {Listing} listing */
const ids = (listing) => listing.rows.map((row) => row.id);

test("a list keeps its order and its membership as rows change", () => {
  const listing = new Listing("unassigned", null, "me");
  const rows = [at(5), at(3), at(1)];
  listing.extend(rows, null, rows);
  assert.deepEqual(ids(listing), ["c5", "c3", "c1"]);
  const moved = at(9, { id: "c1" });
  assert.equal(listing.update(rows[2], moved), true);
  assert.deepEqual(ids(listing), ["c1", "c5", "c3"]);
  listing.update(rows[0], { ...rows[0], assignee_id: "me" });
  assert.deepEqual(ids(listing), ["c1", "c3"]);
  listing.update(rows[1], { ...rows[1], status: "resolved" });
  assert.deepEqual(ids(listing), ["c1"]);
  assert.equal(listing.update(undefined, at(2, { inbox_id: "other" })), true);
  assert.deepEqual(ids(listing), ["c1", "c2"]);
});

test("a list that is narrowed to a label follows the labels of its rows", () => {
  const listing = new Listing("all", null, "me", "late");
  const rows = [at(5, { label_ids: ["late"] }), at(3, { label_ids: ["vip"] }), at(1)];
  listing.extend(rows, null, rows);
  assert.deepEqual(ids(listing), ["c5"]);
  listing.update(rows[1], { ...rows[1], label_ids: ["vip", "late"] });
  assert.deepEqual(ids(listing), ["c5", "c3"]);
  listing.update(rows[0], { ...rows[0], label_ids: [] });
  assert.deepEqual(ids(listing), ["c3"]);
  assert.notEqual(listing.key, new Listing("all", "late", "me").key);
});

test("rows below what has been loaded are not shown, so that none seems to be missing", () => {
  const listing = new Listing("all", null, "me");
  const [page, older] = [[at(5), at(4)], at(1)];
  listing.extend(page, "cursor", [...page, older]);
  assert.deepEqual(ids(listing), ["c5", "c4"]);
  listing.update(undefined, at(2));
  assert.deepEqual(ids(listing), ["c5", "c4"]);
  listing.extend([at(2), older], null, [...page, at(2), older]);
  assert.deepEqual(ids(listing), ["c5", "c4", "c2", "c1"]);
});

test("only visible rows are drawn, however many there are", () => {
  const view = { count: 10_000, row_px: 80, top_px: 400_000, height_px: 800, spare: 6 };
  assert.deepEqual(visibleRange(view), {
    first: 4994,
    end: 5016,
    offset_px: 399_520,
    total_px: 800_000,
  });
  assert.deepEqual(visibleRange({ ...view, count: 3, top_px: 500 }), {
    first: 0,
    end: 3,
    offset_px: 0,
    total_px: 240,
  });
});

test("addresses of the console round-trip", () => {
  const id = "0190a000-0000-7000-8000-000000000001";
  const route = {
    conversation_id: id,
    view: /** @type {const} */ ("mine"),
    inbox_id: id,
    label_id: id,
    from: null,
  };
  const url = new URL(routeHref(route), "https://sobani.example");
  assert.deepEqual(parseRoute(url, "all"), route);
  const odd = new URL("https://sobani.example/c/<script>?view=nothing&inbox=1");
  assert.deepEqual(parseRoute(odd, "all"), {
    conversation_id: null,
    view: "all",
    inbox_id: null,
    label_id: null,
    from: null,
  });
});

test("snoozing offers only times to come", () => {
  const saturdayNight = new Date(2026, 10, 21, 22, 0);
  assert.deepEqual(
    presets(saturdayNight).map(({ key, until }) => [key, until.getDate(), until.getHours()]),
    [
      ["snooze.hour", 21, 23],
      ["snooze.hours", 22, 1],
      ["snooze.tomorrow", 22, 9],
      ["snooze.monday", 23, 9],
    ],
  );
  const monday = new Date(2026, 10, 23, 8, 0);
  assert.deepEqual(presets(monday).at(-1)?.until, new Date(2026, 10, 30, 9));
  assert.ok(presets(monday).some(({ key }) => key === "snooze.evening"));
});

test("a timeline has days, groups, the mark of the unread, and what is not sent yet at the end", () => {
  const lines = [
    { message: message(1, { created_at: "2026-11-19T01:00:00+00:00" }) },
    { message: message(2, { created_at: "2026-11-20T01:00:00+00:00" }) },
    { message: message(3, { created_at: "2026-11-20T01:01:00+00:00" }) },
    { note: note(4, 3) },
  ];
  const entry = /** @type {any} */ ({ client_id: "new" });
  const items = timeline(lines, [entry], 1);
  assert.deepEqual(
    items.map((item) => item.type),
    ["day", "message", "day", "unread", "message", "message", "note", "entry"],
  );
  const groups = items.flatMap((item) =>
    item.type === "message" ? [[item.first, item.last]] : [],
  );
  assert.deepEqual(groups, [
    [true, true],
    [true, false],
    [false, true],
  ]);
});

test("a tick says how far a message has come", () => {
  const sent = message(1, { sender: "operator" });
  const via = (/** @type {"accepted"|"failed"|"queued"|"sending"|"unknown"} */ state) => ({
    ...sent,
    delivery: { state, reason: "" },
  });
  assert.equal(tick(sent, false), "sent");
  assert.equal(tick(sent, true), "read");
  assert.equal(tick(via("accepted"), false), "sent", "taken by a channel is not seen by anybody");
  assert.equal(tick(via("accepted"), true), "read");
  assert.equal(tick({ ...sent, delivery: { state: "failed", reason: "blocked" } }, true), "failed");
  assert.equal(tick(via("queued"), false), "sending");
  assert.equal(tick(via("sending"), false), "sending");
});

test("no state of the connection is without words", () => {
  const links = /** @type {const} */ ([
    "connecting",
    "connected",
    "reconnecting",
    "offline",
    "loggedout",
    "outdated",
    "forbidden",
  ]);
  for (const link of links) {
    for (const [attempt, isStale, hasFailed] of /** @type {[number, boolean, boolean][]} */ ([
      [0, false, false],
      [2, true, false],
      [0, true, true],
    ])) {
      const state = told({ link, attempt, retry_at: 3500, now: 0, isStale, hasFailed });
      assert.ok(state.key in ja && (state.hint === "" || state.hint in ja), link);
      assert.equal(state.tone === "good", link === "connected" && !isStale && !hasFailed);
    }
  }
  assert.equal(
    told({
      link: "reconnecting",
      attempt: 1,
      retry_at: 3500,
      now: 0,
      isStale: false,
      hasFailed: false,
    }).count,
    4,
  );
});

test("times are told in the language of the operator", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");
  assert.equal(secondsSince("2026-11-20T11:57:00Z", now), 180);
  assert.equal(
    secondsSince("2026-11-20T12:00:09Z", now),
    0,
    "a clock may go wrong, a wait is never negative",
  );
  assert.equal(span(180, "ja"), "3分");
  assert.equal(span(7200, "en"), "2 hr");
  assert.equal(ago("2026-11-20T11:57:00Z", now, "ja"), "3分前");
  assert.equal(ago("2026-11-20T11:59:50Z", now, "en"), "now");
  assert.equal(dayName("2026-11-20T11:59:50Z", now, "ja"), "今日");
  assert.equal(dayName("2026-11-19T12:00:00Z", now, "en"), "Yesterday");
  assert.equal(stamp("2026-11-19T12:00:00Z", now, "ja"), "昨日");
  assert.equal(stamp("2026-11-18T12:00:00Z", now, "ja"), "11月18日");
  assert.equal(size(1_234_567, "en"), "1.2 MB");
  assert.equal(size(18, "ja"), "18 B");
});

test("a guest is called one, and told apart by a code beside the name", () => {
  const guest = conversation({ name: " " });
  assert.deepEqual([customerName(guest), guestCode(guest)], ["ゲスト", "#C3F2"]);
  const known = conversation();
  assert.deepEqual([customerName(known), guestCode(known)], ["山田 花子", ""]);
});

test("initials", () => {
  const names = [
    "山田 花子",
    "Emma Clark",
    "Shop (English)",
    "Help Desk – 2",
    "emma",
    "👩‍💻 x",
    "  ",
  ];
  assert.deepEqual(names.map(initials), ["山", "EC", "S", "HD", "E", "👩", "?"]);
});

test("past conversations are the others, kept current by what is known since", () => {
  const row = at(5);
  const told = [at(5), at(3, { preview: "前" })];
  const past = told.map((other) => ({ ...other, topic: "はじめの言葉", resolved_by: "" }));
  const thread = { past, past_count: 25 };
  const known = [row, at(3, { preview: "後" }), at(1), at(4, { customer_id: "somebody else" })];
  const all = pastOf(row, thread, known);
  assert.deepEqual(
    [all.rows.map((other) => [other.id, other.topic, other.preview]), all.count],
    [[["c3", "はじめの言葉", "後"]], 24],
  );
  const since = at(9, { created_at: "2026-11-21T00:00:00+00:00" });
  const more = pastOf(row, thread, [...known, since]);
  assert.deepEqual([more.rows.map((other) => other.id), more.count], [["c9", "c3"], 25]);
});

test("a read mark is no reason to refuse, a colleague's act or the customer's words are", () => {
  const seen = conversation();
  const read = { ...seen, version: 2, operator_read_seq: 1 };
  for (const type of ["conversation.assign", "conversation.set_status"]) {
    assert.equal(stillHolds(type, seen, read), true);
    assert.equal(stillHolds(type, seen, { ...read, status: "pending" }), false);
  }
  assert.equal(stillHolds("conversation.assign", seen, { ...read, assignee_id: "x" }), false);
  assert.equal(stillHolds("conversation.set_status", seen, { ...read, customer_seq: 2 }), false);
});

test("the Tab key finds a row of the list wherever it was scrolled to", () => {
  const view = { first: 94, end: 115, row_px: 80, top_px: 8010 };
  assert.equal(tabStop({ ...view, active: 100 }), 100);
  assert.equal(tabStop({ ...view, active: 0 }), 101, "the first that is wholly on the screen");
  assert.equal(tabStop({ ...view, active: 115 }), 101);
  assert.equal(
    tabStop({ ...view, end: 97, top_px: 7900, active: 3 }),
    96,
    "never one below the end",
  );
});
