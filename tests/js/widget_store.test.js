// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { lines } from "../../talk/static/widget/app/lines.js";
import {
  apply,
  holes,
  newState,
  olderPlace,
  snapshot,
  timeline,
  unread,
} from "../../talk/static/widget/store.js";

/** @typedef {import("../../talk/static/widget/store.js").ConversationRow} ConversationRow */
/** @typedef {import("../../talk/static/widget/store.js").MessageRow} MessageRow */
/** @typedef {import("../../talk/static/widget/store.js").Frame} Frame */

/**
 * @param {Partial<ConversationRow>} [own]
 * @returns {ConversationRow}
 */
const conversation = (own) => ({
  id: "c1",
  status: "open",
  visitor_version: 1,
  last_seq: 0,
  customer_read_seq: 0,
  operator_read_seq: 0,
  blanked_seq: 0,
  created_at: "2026-11-01T00:00:00Z",
  ...own,
});

/**
 * @param {number} seq
 * @param {Partial<MessageRow>} [own]
 * @returns {MessageRow}
 */
const message = (seq, own) => ({
  id: `${own?.conversation_id ?? "c1"}-m${seq}`,
  conversation_id: "c1",
  seq,
  sender: "operator",
  author_name: "森下",
  author_avatar: "",
  client_id: `k${seq}`,
  body: `text ${seq}`,
  data: {},
  attachments: [],
  created_at: `2026-11-01T00:${String(seq % 60).padStart(2, "0")}:00Z`,
  ...own,
});

/**
 * @param {number} seq
 * @param {Partial<MessageRow>} [own]
 * @returns {Frame}
 */
const created = (seq, own) => ({
  type: "event",
  kind: "message.created",
  rows: {
    conversation: conversation({
      visitor_version: seq + 1,
      last_seq: seq,
      id: own?.conversation_id ?? "c1",
    }),
    message: message(seq, own),
  },
});

/** @param {Frame[]} frames */
const after = (...frames) => {
  const state = newState();
  for (const frame of frames) apply(state, frame);
  return state;
};

/** @returns {Frame} */
const history = (rows = [conversation()], messages = [message(0)].slice(1)) => ({
  type: "history",
  conversations: rows,
  messages,
});

/** @type {import("../../talk/static/widget/store.js").Unsent} */
const entry = {
  client_id: "k9",
  body: "まだ",
  attachments: [],
  at: 1,
  progress: "queued",
  reason: "",
};

test("events in any order, twice, end in the same state as a fresh fetch", () => {
  const events = [1, 2, 3, 4, 5].map((seq) => created(seq));
  const fetched = after(
    history(
      [conversation({ visitor_version: 6, last_seq: 5 })],
      [1, 2, 3, 4, 5].map((seq) => message(seq)),
    ),
  );
  for (let turn = 0; turn < 200; turn += 1) {
    const shuffled = [...events, ...events].sort(() => Math.random() - 0.5);
    assert.deepEqual(snapshot(after(...shuffled)), snapshot(fetched));
  }
});

test("an older row never replaces a newer one, in events and in fetched history alike", () => {
  const newer = conversation({ visitor_version: 9, status: "resolved" });
  const state = after(history([newer]), history([conversation({ visitor_version: 8 })]));
  apply(state, {
    type: "event",
    kind: "conversation.changed",
    rows: { conversation: conversation() },
  });
  assert.equal(state.conversations.get("c1")?.status, "resolved");
});

test("a message that was missed is a hole, and filling it closes it", () => {
  const state = after(created(1), created(4));
  assert.deepEqual(holes(state), [{ conversation_id: "c1", before_seq: 4 }]);
  apply(state, { type: "older", messages: [message(2), message(3)] });
  assert.deepEqual(holes(state), []);
});

test("a conversation row that knows of a newer message tells of a hole at the end", () => {
  const row = conversation({ visitor_version: 5, last_seq: 3 });
  const state = after(created(1), {
    type: "event",
    kind: "conversation.changed",
    rows: { conversation: row },
  });
  assert.deepEqual(holes(state), [{ conversation_id: "c1", before_seq: 4 }]);
});

test("what lies before the first known message is history to scroll to, not a hole", () => {
  const state = after(
    history(
      [conversation({ last_seq: 60, visitor_version: 61 })],
      [59, 60].map((seq) => message(seq)),
    ),
  );
  assert.deepEqual(holes(state), []);
  assert.deepEqual(olderPlace(state), { conversation_id: "c1", before_seq: 59 });
});

test("reading backwards goes on in the conversation before, and ends at the very first message", () => {
  const old = conversation({ id: "c0", created_at: "2026-10-01T00:00:00Z", last_seq: 2 });
  const state = after(history([conversation({ last_seq: 1 }), old], [message(1)]));
  assert.deepEqual(olderPlace(state), { conversation_id: "c0", before_seq: 3 });
  const earlier = { conversation_id: "c0", created_at: "2026-10-01T00:00:00Z" };
  apply(state, { type: "older", messages: [message(1, earlier), message(2, earlier)] });
  assert.equal(olderPlace(state), null);
  assert.deepEqual(
    timeline(state).map((row) => row.id),
    ["c0-m1", "c0-m2", "c1-m1"],
  );
});

test("an unsent message leaves the outbox when its row comes, by whichever way", () => {
  const own = message(1, { sender: "customer", client_id: "k9" });
  for (const frame of /** @type {Frame[]} */ ([
    { type: "stored", conversation: conversation({ last_seq: 1 }), message: own },
    created(1, { sender: "customer", client_id: "k9" }),
    history([conversation({ last_seq: 1 })], [own]),
  ])) {
    const state = after({ type: "unsent", entry });
    assert.equal(state.outbox.size, 1);
    apply(state, frame);
    assert.equal(state.outbox.size, 0);
    apply(state, { type: "unsent", entry });
    assert.equal(state.outbox.size, 0, "another tab's copy does not come back");
  }
});

test("an operator's client_id does not confirm the visitor's message", () => {
  const state = after({ type: "unsent", entry }, created(1, { client_id: "k9" }));
  assert.equal(state.outbox.size, 1);
});

test("unread counts answers beyond what was read or seen, not own words", () => {
  const state = after(created(1), created(2, { sender: "customer" }), created(3));
  assert.deepEqual(
    unread(state).map(({ seq }) => seq),
    [1, 3],
  );
  apply(state, { type: "seen", conversation_id: "c1", seq: 1 });
  assert.deepEqual(
    unread(state).map(({ seq }) => seq),
    [3],
  );
});

test("a restored database makes a new beginning, and keeps what is unsent", () => {
  const state = after(created(1), { type: "unsent", entry }, { type: "restart" });
  assert.deepEqual(snapshot(state), {
    conversations: [],
    messages: [],
    unsent: [{ client_id: "k9", body: "まだ" }],
  });
  assert.equal(state.isKnown, false);
});

test("an unknown frame changes nothing", () => {
  const state = after(created(1));
  const before = structuredClone(state);
  apply(state, /** @type {any} */ ({ type: "constructor" }));
  apply(state, /** @type {any} */ ({ type: "later.invention", rows: {} }));
  assert.deepEqual(state, before);
});

test("the thread groups one speaker's messages and ticks the newest own one", () => {
  const read = conversation({ visitor_version: 9, last_seq: 4, operator_read_seq: 3 });
  const own = { sender: "customer", author_name: "" };
  const state = after(created(1), created(2), created(3, own), created(4, own), history([read]));
  const shown = lines(state);
  assert.deepEqual(
    shown.map((line) => line.kind),
    ["day", "message", "message", "message", "message"],
  );
  const flags = shown.flatMap((line) =>
    line.kind === "message" ? [[line.isFirst, line.isLast, line.tick]] : [],
  );
  assert.deepEqual(flags, [
    [true, false, ""],
    [false, true, ""],
    [true, false, ""],
    [false, true, "sent"],
  ]);
  apply(state, history([{ ...read, visitor_version: 10, operator_read_seq: 4 }]));
  assert.equal(/** @type {any} */ (lines(state).at(-1)).tick, "read");
});

test("a message keeps its line when it has been sent", () => {
  const state = after({ type: "unsent", entry });
  const [before] = lines(state);
  apply(state, created(1, { sender: "customer", client_id: "k9" }));
  assert.equal(lines(state).at(-1)?.key, before.key);
});

test("a conversation that is done says so at its end until it is open again", () => {
  const done = conversation({ visitor_version: 9, last_seq: 1, status: "resolved" });
  const state = after(created(1), history([done]));
  assert.deepEqual(lines(state).at(-1), {
    kind: "system",
    key: "c1 resolved",
    code: "resolved",
  });
  apply(state, history([{ ...done, visitor_version: 10, status: "open" }]));
  assert.equal(lines(state).at(-1)?.kind, "message");
});

test("files and words that are no longer kept go, in whatever order that is heard", () => {
  const file = /** @type {any} */ ({ id: "f", name: "a.png" });
  const whole = created(1, { attachments: [file] });
  const gone = /** @type {Frame} */ ({
    type: "event",
    kind: "message.changed",
    rows: { message: message(1, { data: { expired_files: 1 } }) },
  });
  const blank = /** @type {Frame} */ ({
    type: "event",
    kind: "conversation.changed",
    rows: { conversation: conversation({ visitor_version: 9, last_seq: 2, blanked_seq: 1 }) },
  });
  const later = created(2, { body: "まだあります" });
  const orders = [
    [whole, gone, blank, later],
    [blank, gone, whole, later],
    [gone, whole, later, blank, whole, gone],
  ];
  for (const frames of orders) {
    const state = newState();
    for (const frame of frames) apply(state, frame);
    assert.deepEqual(
      timeline(state).map(({ body, data, attachments }) => [body, data, attachments]),
      [
        ["", {}, []],
        ["まだあります", {}, []],
      ],
    );
  }
  const state = newState();
  for (const frame of [gone, whole]) apply(state, frame);
  apply(state, { type: "history", conversations: [conversation()], messages: [] });
  assert.deepEqual(
    timeline(state).map(({ body, data, attachments }) => [body, data, attachments]),
    [["text 1", { expired_files: 1 }, []]],
  );
});
