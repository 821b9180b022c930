// @ts-check
/** The desk with a socket and a REST side that answer when the test says so. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { CONVERSATION, conversation, event, fetchedThread, message } from "./console_rows.js";

const page = /** @type {any} */ (globalThis);
page.document = { hidden: true, addEventListener() {} };
const { Desk } = await import("../../talk/static/console/desk.js");
const { MOST_ROWS, MOST_THREADS } = await import("../../talk/static/console/surplus.js");
const { memoryStore } = await import("../../talk/static/console/storage.js");
const { Refused, Unconfirmed } = await import("../../talk/static/console/commands.js");
const { isSyncing } = await import("../../talk/static/console/thread.js");

const OTHER = "0190a000-0000-7000-8000-000000000002";
const settled = () => new Promise((done) => setTimeout(done, 5));

/** @type {InstanceType<typeof Desk>[]} */
const desks = [];
/** @type {(() => void)[]} short ones, run when the test says so */
const timers = [];
afterEach(() => {
  timers.splice(0);
  for (const desk of desks.splice(0)) desk.connection.stop();
});

/** @param {string|null} open */
function sit(open) {
  /** @type {any} */
  const socket = {
    sent: [],
    send: (/** @type {string} */ text) => answer(JSON.parse(text)),
    close() {},
  };
  /** @type {Map<string, (value: any) => void>} */
  const asked = new Map();
  const ask = (/** @type {string} */ path) => new Promise((done) => asked.set(path, done));
  const hear = (/** @type {any} */ frame) => socket.onmessage({ data: JSON.stringify(frame) });
  const answer = (/** @type {any} */ frame) => {
    socket.sent.push(frame.type);
    if (frame.type === "conversation.open")
      hear({ type: "ok", id: frame.id, version: 1, context: null });
    if (frame.type === "conversation.close") hear({ type: "ok", id: frame.id });
  };
  const desk = new Desk({
    me: /** @type {any} */ ({ id: "me" }),
    api: /** @type {any} */ ({ get: ask, all: async () => [], post: ask }),
    ports: {
      makeSocket: () => socket,
      fetchTicket: async () => ({ ticket: "t", delay_ms: 0 }),
      reload: () => undefined,
      setTimer: (fn, ms) => void (ms < 1000 && timers.push(fn)),
      clearTimer: () => {},
      now: () => 0,
      random: () => 0,
    },
    store: memoryStore(),
    route: { conversation_id: open, view: "all", inbox_id: null, label_id: null, from: null },
  });
  desks.push(desk);
  return { desk, socket, asked, hear };
}

/** @param {string|null} open */
async function connected(open) {
  const all = sit(open);
  all.desk.connection.start();
  await settled();
  all.socket.onopen();
  all.hear({ type: "ready", protocol: 1, epoch: "e", resume: "r", resynced: true });
  await settled();
  return all;
}

/** @param {any} answer */
const asAnswer = ({ kind, ...fetched }) => fetched;

test("what happens while everything is being fetched is not lost", async () => {
  const { desk, asked, hear } = await connected(CONVERSATION);
  const news = event("message.created", 2, {
    conversation: conversation({ version: 2, last_seq: 2 }),
    message: message(2),
  });
  hear(news);
  asked.get("conversations")?.({ results: [conversation()], next: null });
  asked.get(`conversations/${CONVERSATION}/thread`)?.(asAnswer(fetchedThread([message(1)], [], 1)));
  await settled();
  assert.equal(desk.state.conversations.get(CONVERSATION)?.version, 2);
  assert.equal(desk.lists.current.rows[0].version, 2);
  const thread = desk.state.threads.get(CONVERSATION);
  assert.ok(thread);
  assert.deepEqual([thread.messages.size, isSyncing(thread)], [2, false]);
  assert.equal(desk.sync.stale, false);
});

test("the server's attachment comes before the fetch", async () => {
  const { socket, asked } = await connected(CONVERSATION);
  assert.deepEqual(socket.sent, ["hello", "conversation.open"]);
  assert.ok(asked.has(`conversations/${CONVERSATION}/thread`));
});

test("a thread that comes after the operator went elsewhere is not taken for attached", async () => {
  const { desk, asked, socket } = await connected(null);
  asked.get("conversations")?.({ results: [], next: null });
  await settled();
  desk.route = { ...desk.route, conversation_id: CONVERSATION };
  void desk.threads.show(null);
  await settled();
  desk.route = { ...desk.route, conversation_id: OTHER };
  void desk.threads.show(CONVERSATION);
  await settled();
  asked.get(`conversations/${CONVERSATION}/thread`)?.(asAnswer(fetchedThread([message(1)], [], 1)));
  await settled();
  assert.equal(desk.state.threads.get(CONVERSATION)?.attached, false);
  assert.ok(socket.sent.includes("conversation.close"));
});

test("a thread that comes over a connection that is gone is attached anew", async () => {
  const { desk, asked, socket, hear } = await connected(null);
  asked.get("conversations")?.({ results: [], next: null });
  await settled();
  desk.route = { ...desk.route, conversation_id: CONVERSATION };
  void desk.threads.show(null);
  await settled();
  socket.onclose({ code: 1006, reason: "" });
  asked.get(`conversations/${CONVERSATION}/thread`)?.(asAnswer(fetchedThread([message(1)], [], 1)));
  await settled();
  assert.equal(desk.state.threads.get(CONVERSATION)?.attached, false);
  desk.connection.retryNow();
  await settled();
  hear({ type: "ready", protocol: 1, epoch: "e", resume: "r2", resynced: false });
  await settled();
  assert.equal(desk.state.threads.get(CONVERSATION)?.attached, true);
});

test("what the thread already has leaves the outbox without being sent", async () => {
  const { desk, asked, socket } = await connected(null);
  asked.get("conversations")?.({ results: [], next: null });
  await settled();
  desk.outbox.add({
    client_id: "client 2",
    conversation_id: CONVERSATION,
    mode: "reply",
    body: "返信",
    attachments: [],
  });
  assert.equal(desk.outbox.of(CONVERSATION).length, 1);
  desk.dispatch(fetchedThread([message(1), message(2, { sender: "operator" })], [], 2));
  assert.equal(desk.outbox.of(CONVERSATION).length, 0);
  assert.equal(
    socket.sent.filter((/** @type {string} */ type) => type === "message.send").length,
    1,
  );
});

test("a view of which only a page is loaded is as long as the server says, and grows with news", async () => {
  const { desk, asked, hear } = await connected(null);
  asked.get("conversations")?.({ results: [conversation()], next: "cursor" });
  await settled();
  asked.get("conversation-counts")?.({
    mine: 0,
    unassigned: 60,
    all: 60,
    snoozed: 0,
    resolved: 1000,
    most: 1000,
  });
  await settled();
  assert.equal(desk.lists.size("all"), "60");
  assert.equal(desk.lists.size("resolved"), "999+");
  const begun = conversation({ id: OTHER, last_at: "2026-11-20T02:00:00+00:00" });
  hear({ ...event("conversation.created", 1, { conversation: begun }), conversation_id: OTHER });
  assert.equal(desk.lists.size("all"), "61");
});

test("a view that is loaded whole is as long as its rows, whatever was counted", async () => {
  const { desk, asked } = await connected(null);
  asked.get("conversations")?.({ results: [conversation()], next: null });
  await settled();
  assert.equal(desk.lists.size("all"), "1");
});

async function reading() {
  const all = await connected(CONVERSATION);
  all.asked.get("conversations")?.({ results: [conversation()], next: null });
  const thread = asAnswer(fetchedThread([message(1)], [], 1));
  all.asked.get(`conversations/${CONVERSATION}/thread`)?.(thread);
  await settled();
  assert.equal(all.desk.state.conversations.get(CONVERSATION)?.status, "open");
  return all;
}

test("a click on what has just become something else does nothing, and says what it is now", async () => {
  const { desk, hear, socket } = await reading();
  const resolved = conversation({ version: 2, status: "resolved" });
  hear(event("conversation.changed", 2, { conversation: resolved }));
  await settled();
  const told = () => desk.toasts.shown.map((toast) => toast.key);
  void desk.actions.setStatus(resolved, "open");
  assert.deepEqual(told(), ["conflict.resolved"]);
  assert.ok(!socket.sent.includes("conversation.set_status"));
  desk.turnedAt.set(CONVERSATION, Date.now() - 701);
  void desk.actions.setStatus(resolved, "open");
  assert.ok(socket.sent.includes("conversation.set_status"));
});

test("one's own change may be taken back at once", async () => {
  const { desk, hear, socket } = await reading();
  void desk.actions.setStatus(conversation(), "resolved");
  const resolved = conversation({ version: 2, status: "resolved" });
  hear(event("conversation.changed", 2, { conversation: resolved }));
  await settled();
  assert.equal(desk.state.conversations.get(CONVERSATION)?.status, "resolved");
  assert.equal(desk.turnedAt.has(CONVERSATION), false);
  assert.ok(socket.sent.includes("conversation.set_status"));
});

test("a thread that is lost while it misses something gives way to the reason", async () => {
  const { desk, asked } = await connected(CONVERSATION);
  asked.get("conversations")?.({ results: [conversation()], next: null });
  asked.get(`conversations/${CONVERSATION}/thread`)?.(asAnswer(fetchedThread([message(1)], [], 1)));
  await settled();
  assert.equal(desk.state.threads.has(CONVERSATION), true);
  const gone = Object.assign(new Error("gone"), { status: 404 });
  desk.api.get = async () => {
    throw gone;
  };
  desk.dispatch({ kind: "versions.heard", versions: { [CONVERSATION]: 3 } });
  for (const timer of timers.splice(0)) timer();
  await settled();
  assert.equal(desk.state.threads.has(CONVERSATION), false);
  assert.equal(desk.threads.failures.get(CONVERSATION), gone);
});

test("when more has changed than can be told, the thread is fetched anew", async () => {
  const { desk, asked } = await connected(CONVERSATION);
  asked.get("conversations")?.({ results: [conversation()], next: null });
  asked.get(`conversations/${CONVERSATION}/thread`)?.(asAnswer(fetchedThread([message(1)], [], 1)));
  await settled();
  desk.dispatch({ kind: "versions.heard", versions: { [CONVERSATION]: 4 } });
  for (const timer of timers.splice(0)) timer();
  await settled();
  const part = { conversation: conversation({ version: 4 }), messages: [message(2)], notes: [] };
  asked.get(`conversations/${CONVERSATION}/changes`)?.({ ...part, version: 4, complete: false });
  await settled();
  const all = [message(1), message(2), message(3), message(4)];
  asked.get(`conversations/${CONVERSATION}/thread`)?.(asAnswer(fetchedThread(all, [], 4)));
  await settled();
  const thread = desk.state.threads.get(CONVERSATION);
  assert.deepEqual([...(thread?.messages.keys() ?? [])].length, 4);
  assert.equal(thread && isSyncing(thread), false);
});

test("words that the thread still misses are not marked as read", async () => {
  const { desk, asked } = await connected(CONVERSATION);
  asked.get("conversations")?.({ results: [conversation()], next: null });
  asked.get(`conversations/${CONVERSATION}/thread`)?.(asAnswer(fetchedThread([message(1)], [], 1)));
  await settled();
  /** @type {unknown[]} */
  const told = [];
  desk.actions.run = async (type, payload) => void told.push([type, payload.seq]);
  const newer = conversation({ version: 2, last_seq: 2, customer_seq: 2 });
  desk.dispatch({ kind: "rows.received", rows: { conversation: newer } });
  desk.threads.markRead(CONVERSATION);
  assert.deepEqual(told, [["conversation.read", 1]]);
  desk.dispatch({ kind: "rows.received", rows: { message: message(2) } });
  desk.threads.markRead(CONVERSATION);
  assert.deepEqual(told.slice(1), [["conversation.read", 2]]);
});

test("a change that is overtaken again and again is given up after three tries", async () => {
  const { desk } = await reading();
  const seen = conversation();
  let version = 1;
  /** @type {unknown[]} */
  const tried = [];
  desk.actions.run = async (_type, payload) => {
    tried.push(payload.version);
    version += 1;
    const current = conversation({ version });
    throw new Refused(/** @type {any} */ ({ status: 409, code: "conflict", current }));
  };
  await desk.actions.setStatus(seen, "resolved");
  assert.deepEqual(tried, [1, 2, 3]);
  assert.deepEqual(desk.toasts.shown.map((toast) => toast.key).length, 1);
});

test("a further page that does not come says so, and is asked for when the operator wants it", async () => {
  const { desk, asked } = await connected(null);
  asked.get("conversations")?.({ results: [conversation()], next: "cursor" });
  await settled();
  const listing = desk.lists.current;
  const { get } = desk.api;
  desk.api.get = async () => {
    throw new TypeError("network");
  };
  await desk.lists.load(listing);
  assert.deepEqual([listing.isStuck, listing.state, listing.rows.length], [true, "ready", 1]);
  desk.api.get = get;
  const more = desk.lists.load(listing);
  assert.equal(listing.isStuck, false);
  asked.get("conversations")?.({ results: [conversation({ id: OTHER })], next: null });
  await more;
  assert.deepEqual([listing.isStuck, listing.complete, listing.rows.length], [false, true, 2]);
});

/** A conversation of its own customer, by number. @param {number} number */
function another(number) {
  const id = `other ${number}`;
  return conversation({ id, customer_id: `customer ${number}`, status: "resolved" });
}

test("after a day at the desk, threads left long ago and rows that nothing shows are gone", async () => {
  const { desk } = await reading();
  for (let number = 0; number < MOST_ROWS + 5; number += 1) {
    const row = another(number);
    desk.dispatch({ kind: "conversations.fetched", conversations: [row] });
    if (number >= MOST_THREADS + 5) continue;
    const context = /** @type {any} */ ({ customer_id: row.customer_id, version: 1, data: {} });
    desk.dispatch({ ...fetchedThread([], [], 1), conversation: row, context });
    desk.housekeeping.noteShown(row.id);
    desk.heardAt.set(row.id, Date.now() - 3_600_000);
  }
  desk.outbox.add({
    client_id: "waits",
    conversation_id: "other 0",
    mode: "reply",
    body: "まだ",
    attachments: [],
  });
  desk.heardAt.set(CONVERSATION, Date.now());
  desk.housekeeping.sweep();
  const { threads, conversations, contexts } = desk.state;
  // The shown one, the 29 before it, and the one with words that wait.
  assert.equal(threads.size, MOST_THREADS + 1);
  assert.deepEqual(
    [CONVERSATION, "other 34", "other 6", "other 5", "other 0"].map((id) => threads.has(id)),
    [true, true, true, false, true],
  );
  assert.equal(conversations.size, MOST_THREADS + 1);
  assert.equal(contexts.size, MOST_THREADS);
  assert.deepEqual([...desk.heardAt.keys()], [CONVERSATION]);
  assert.deepEqual(
    desk.lists.current.rows.map((row) => row.id),
    [CONVERSATION],
  );
});

test("a conversation that was forgotten is fetched again when it is opened", async () => {
  const { desk, asked } = await reading();
  const row = another(1);
  for (let number = 0; number <= MOST_ROWS; number += 1)
    desk.dispatch({ kind: "conversations.fetched", conversations: [another(number)] });
  desk.dispatch({ ...fetchedThread([], [], 1), conversation: row });
  desk.housekeeping.sweep();
  assert.deepEqual(
    [desk.state.threads.has(row.id), desk.state.conversations.has(row.id)],
    [false, false],
  );
  desk.route = { ...desk.route, conversation_id: row.id };
  const shown = desk.threads.show(CONVERSATION);
  await settled();
  const fetched = asAnswer(fetchedThread([message(1, { conversation_id: row.id })], [], 1));
  asked.get(`conversations/${row.id}/thread`)?.({ ...fetched, conversation: row });
  await shown;
  assert.equal(desk.state.threads.get(row.id)?.messages.size, 1);
  assert.equal(desk.state.conversations.get(row.id)?.id, row.id);
});

test("who logs out is asked about what other tabs have not sent, and nothing comes back", async () => {
  const { desk } = await connected(null);
  /** @type {(error: Error) => void} */
  let fail = () => {};
  desk.actions.send = () => new Promise((_, reject) => (fail = reject));
  /** @type {(row: any) => void} */
  let arrive = () => {};
  desk.api.upload = () => new Promise((done) => (arrive = done));
  desk.api.delete = async () => null;
  const written = { conversation_id: OTHER, mode: /** @type {const} */ ("reply"), body: "本文" };
  desk.outbox.add({ ...written, client_id: "here", attachments: [] });
  desk.store.setItem(
    "sobani.outbox.me.there",
    JSON.stringify({ ...written, client_id: "there", attachments: [], created_at: Date.now() }),
  );
  void desk.uploads.add(OTHER, /** @type {any} */ ({ name: "a.png" }));
  assert.equal(desk.unsent, 2);
  desk.forgetWritten();
  fail(new Unconfirmed("the session has ended"));
  arrive({ id: "file" });
  await settled();
  assert.deepEqual([desk.unsent, desk.store.length, desk.wouldLoseWords], [0, 0, false]);
});

test("clauses of the headline are asked for again when an administrator has changed something", async () => {
  const { desk, hear } = await connected(null);
  /** @type {string[]} */
  const asked = [];
  desk.api.all = async (/** @type {string} */ path) => {
    asked.push(path);
    return [];
  };
  desk.clauses.of(0);
  desk.clauses.of(1);
  await settled();
  assert.deepEqual(asked, ["headline"]);
  hear(event("layout.changed", 1, {}));
  for (const due of timers.splice(0)) due();
  desk.clauses.of(2);
  await settled();
  assert.deepEqual(asked, ["headline", "headline"]);
});
