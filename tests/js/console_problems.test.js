// @ts-check
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { NotConnected, Refused, Unconfirmed } from "../../talk/static/console/commands.js";
import { problemOf, roomFor } from "../../talk/static/console/file-limits.js";
import { setLocale } from "../../talk/static/console/i18n/index.js";
import { reason, reasonOf } from "../../talk/static/console/problems.js";

afterEach(() => setLocale("ja"));

const DETAIL = { title: "The input is not valid", detail: "This operator does not see the inbox" };

test("a refusal is told by its code, its field and its named values, in both languages", () => {
  /** @type {[import("../../talk/static/console/problems.js").Problem, string, string][]} */
  const told = [
    [
      { code: "invalid", field: "attachment_ids", most: 2 },
      "添付は1通に2個までです",
      "At most 2 attachments in one message",
    ],
    [
      { code: "too_large", field: "file", most_bytes: 10_000_000 },
      "ファイルが大きすぎます（上限 10 MB）",
      "The file is too large (at most 10 MB)",
    ],
    [
      { code: "invalid", field: "id" },
      "入力した内容をご確認ください",
      "Please check what you entered",
    ],
    [{ code: "forbidden", field: null }, "権限がありません", "You do not have the permission"],
  ];
  for (const [problem, ja, en] of told) {
    setLocale("ja");
    assert.equal(reason({ ...problem, ...DETAIL }), ja);
    setLocale("en");
    assert.equal(reason({ ...problem, ...DETAIL }), en);
  }
});

test("what nobody has words for is told in general, never in the server's English", () => {
  const general = "サーバーで問題が起きました。時間をおいてお試しください";
  assert.equal(reasonOf(new Refused({ status: 418, code: "teapot", ...DETAIL })), general);
  assert.equal(reasonOf(new Refused({ status: 502 })), general);
});

test("what was not refused is told by what is known of it", () => {
  assert.equal(reasonOf(new TypeError("Failed to fetch")), "サーバーに接続できません。");
  assert.equal(reasonOf(new NotConnected()), "サーバーに接続できません。");
  const unconfirmed = "変更を確認できませんでした。画面の状態を確かめてください。";
  assert.equal(reasonOf(new Unconfirmed("closed")), unconfirmed);
});

const OFFERED = "image/png,application/pdf,.pdf,.csv";
const inbox = /** @type {any} */ ({ attachment_max_bytes: 1000, attachments_per_message: 2 });
const file = (/** @type {object} */ values) => ({
  name: "表.csv",
  size: 1000,
  type: "text/csv",
  ...values,
});

test("a file is refused before it is sent, for the reason that the server would give", () => {
  assert.equal(problemOf(file({}), inbox, OFFERED), null);
  assert.deepEqual(problemOf(file({ size: 1001 }), inbox, OFFERED), {
    code: "too_large",
    field: "file",
    most_bytes: 1000,
  });
  assert.deepEqual(problemOf(file({ size: 0 }), inbox, OFFERED), {
    code: "broken_file",
    field: "file",
  });
  assert.deepEqual(problemOf(file({ name: "罠.html", type: "text/html" }), inbox, OFFERED), {
    code: "unsupported_file",
    field: "file",
  });
});

test("a file's name or its type is enough, and of one that says neither the server decides", () => {
  const excel = { name: "表.CSV", type: "application/vnd.ms-excel" };
  assert.equal(problemOf(file(excel), inbox, OFFERED), null);
  assert.equal(problemOf(file({ name: "図", type: "image/png" }), inbox, OFFERED), null);
  assert.equal(problemOf(file({ name: "控え", type: "" }), inbox, OFFERED), null);
});

test("films and sounds may be sent where they are played", () => {
  const film = file({ name: "説明.mp4", type: "video/mp4" });
  const line = { ...inbox, kind: "line" };
  assert.equal(problemOf(film, line, OFFERED), null);
  assert.equal(problemOf(film, { ...inbox, kind: "web" }, OFFERED)?.code, "unsupported_file");
});

test("a message has room for as many files as its inbox allows", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((taken) => roomFor(inbox, taken)),
    [2, 1, 0, 0],
  );
  assert.equal(roomFor(undefined, 3), Infinity);
});
