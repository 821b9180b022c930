// @ts-check
/** Where "unread from here" stands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { UnreadMark } from "../../talk/static/console/unread.js";
import { conversation } from "./console_rows.js";

const [SEEN, UNSEEN] = [true, false];

/** @param {number} customerSeq @param {number} readSeq */
const row = (customerSeq, readSeq) =>
  conversation({ customer_seq: customerSeq, operator_read_seq: readSeq });

test("what was unread when the thread was opened stays below the mark", () => {
  const mark = new UnreadMark();
  assert.equal(mark.after, Infinity);
  mark.follow(row(4, 2), SEEN);
  mark.follow(row(4, 4), SEEN);
  mark.follow(row(5, 4), SEEN);
  assert.equal(mark.after, 2);
});

test("words that come in before somebody's eyes get no mark", () => {
  const mark = new UnreadMark();
  mark.follow(row(4, 4), SEEN);
  mark.follow(row(5, 4), SEEN);
  mark.follow(row(6, 5), SEEN);
  assert.equal(mark.after, 6);
});

test("words that come in unseen get one, and coming back does not take it away", () => {
  const mark = new UnreadMark();
  mark.follow(row(4, 4), SEEN);
  mark.follow(row(5, 4), UNSEEN);
  mark.follow(row(5, 4), SEEN);
  mark.follow(row(6, 6), SEEN);
  assert.equal(mark.after, 4);
});

test("an answer takes it away; what comes in unseen later gets a new one", () => {
  const mark = new UnreadMark();
  mark.follow(row(4, 2), SEEN);
  mark.clear(row(4, 4));
  assert.equal(mark.after, 4);
  mark.follow(row(6, 4), UNSEEN);
  mark.follow(row(6, 6), SEEN);
  assert.equal(mark.after, 4);
});

test("another thread begins anew", () => {
  const mark = new UnreadMark();
  mark.follow(row(9, 9), SEEN);
  mark.reset();
  mark.follow(row(4, 2), SEEN);
  assert.equal(mark.after, 2);
});
