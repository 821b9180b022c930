// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, createState, snapshot } from "../../talk/static/console/store.js";
import { isSyncing, lines } from "../../talk/static/console/thread.js";
import {
  CONVERSATION,
  CUSTOMER,
  conversation,
  event,
  fetchedThread,
  message,
  note,
} from "./console_rows.js";

/** @import { State } from "../../talk/static/console/store.js" */

/** A thread with one message, attached. */
function opened() {
  const state = createState();
  apply(state, fetchedThread([message(1)], [], 1));
  apply(state, { kind: "thread.attached", conversation_id: CONVERSATION, version: 1 });
  return state;
}

/** @param {State} state */
function thread(state) {
  const found = state.threads.get(CONVERSATION);
  assert.ok(found);
  return found;
}

const CONTEXT = { customer_id: CUSTOMER, version: 4, member_version: 0, data: { visits: 2 } };
const OPERATOR = {
  id: "operator",
  name: "佐藤",
  email: "s@shop.example",
  role: /** @type {const} */ ("operator"),
  avatar: "",
  is_active: true,
  version: 1,
};

/** Each kind: the event, and what a fetch after it returns. */
const LAW = {
  "message.created": {
    rows: { conversation: conversation({ version: 2, last_seq: 2 }), message: message(2) },
    after: { messages: [message(1), message(2)], notes: [] },
  },
  "message.changed": {
    rows: {
      conversation: conversation({ version: 2 }),
      message: message(1, { version: 2, body: "直した" }),
    },
    after: { messages: [message(1, { version: 2, body: "直した" })], notes: [] },
  },
  "note.created": {
    rows: { conversation: conversation({ version: 2 }), note: note(2, 1) },
    after: { messages: [message(1)], notes: [note(2, 1)] },
  },
  "conversation.changed": {
    rows: {
      conversation: conversation({ version: 2, status: "pending" }),
      note: note(2, 1, { kind: "system" }),
    },
    after: { messages: [message(1)], notes: [note(2, 1, { kind: "system" })] },
  },
};

for (const [kind, { rows, after }] of Object.entries(LAW)) {
  test(`state before + ${kind} = state fetched after`, () => {
    const state = opened();
    const before = JSON.stringify(snapshot(state));
    apply(state, event(/** @type {any} */ (kind), 2, /** @type {any} */ (rows)));
    const fetched = createState();
    const answer = fetchedThread(after.messages, /** @type {any} */ (after.notes), 2);
    apply(fetched, { ...answer, conversation: rows.conversation });
    assert.deepEqual(snapshot(state), snapshot(fetched));
    assert.notEqual(JSON.stringify(snapshot(state)), before);
  });
}

test("state before + conversation.created = state fetched after", () => {
  const [state, fetched] = [createState(), createState()];
  const row = conversation();
  apply(state, event("conversation.created", 1, { conversation: row }));
  apply(fetched, { kind: "conversations.fetched", conversations: [row] });
  assert.deepEqual(snapshot(state), snapshot(fetched));
  assert.equal(state.conversations.size, 1);
});

test("state before + context.changed = state fetched after, outside the chain of versions", () => {
  const [state, fetched] = [opened(), createState()];
  apply(state, event("context.changed", 4, { context: CONTEXT }));
  apply(fetched, { ...fetchedThread([message(1)], [], 1), context: CONTEXT });
  assert.deepEqual(snapshot(state), snapshot(fetched));
  assert.deepEqual(state.contexts.get(CUSTOMER), CONTEXT);
});

test("state before + operator.changed = state fetched after", () => {
  const [state, fetched] = [createState(), createState()];
  apply(state, event("operator.changed", 0, { operator: OPERATOR }));
  apply(fetched, { kind: "directory.fetched", operators: [OPERATOR] });
  assert.deepEqual(snapshot(state), snapshot(fetched));
  assert.equal(state.operators.size, 1);
});

const STREAM = [
  event("message.created", 2, {
    conversation: conversation({ version: 2, last_seq: 2 }),
    message: message(2),
  }),
  event("note.created", 3, { conversation: conversation({ version: 3 }), note: note(3, 2) }),
  event("message.changed", 4, {
    conversation: conversation({ version: 4, customer_read_seq: 2 }),
    message: message(2, { version: 4, body: "直した" }),
  }),
  event("message.created", 5, {
    conversation: conversation({ version: 5, last_seq: 3 }),
    message: message(3, { version: 5 }),
  }),
];

test("events may come twice and in any order", () => {
  const inOrder = opened();
  for (const frame of STREAM) apply(inOrder, frame);
  for (const order of [
    [3, 2, 1, 0],
    [1, 3, 0, 2],
    [0, 0, 2, 1, 2, 3, 3, 0],
  ]) {
    const state = opened();
    for (const index of order) apply(state, STREAM[index]);
    assert.deepEqual(snapshot(state), snapshot(inOrder));
  }
  assert.equal(thread(inOrder).version, 5);
});

test("a hole is known until the changes have been fetched", () => {
  const state = opened();
  apply(state, STREAM[0]);
  apply(state, STREAM[3]);
  assert.equal(isSyncing(thread(state)), true);
  assert.equal(thread(state).version, 2);
  assert.deepEqual([...thread(state).messages.keys()], ["message 1", "message 2", "message 3"]);
  apply(state, {
    kind: "changes.fetched",
    conversation: conversation({ version: 5, last_seq: 3 }),
    messages: [message(2, { version: 4, body: "直した" }), message(3, { version: 5 })],
    notes: [note(3, 2)],
    version: 5,
  });
  const inOrder = opened();
  for (const frame of STREAM) apply(inOrder, frame);
  assert.deepEqual(snapshot(state), snapshot(inOrder));
});

test("an event of the list does not count as received by an open thread", () => {
  const state = opened();
  const slim = event("message.created", 2, { conversation: conversation({ version: 2 }) });
  apply(state, slim);
  assert.equal(thread(state).version, 1);
  assert.equal(isSyncing(thread(state)), true);
});

test("after the connection went, events without rows leave a hole that is known", () => {
  const state = opened();
  apply(state, { kind: "threads.detached" });
  apply(state, event("conversation.changed", 2, { conversation: conversation({ version: 2 }) }));
  assert.equal(thread(state).version, 1);
  assert.equal(isSyncing(thread(state)), true);
});

test("a heartbeat tells of a lost last event", () => {
  const state = opened();
  assert.equal(isSyncing(thread(state)), false);
  apply(state, { kind: "versions.heard", versions: { [CONVERSATION]: 2 } });
  assert.equal(isSyncing(thread(state)), true);
});

test("what events brought while the thread was on its way is kept", () => {
  const state = opened();
  apply(state, STREAM[0]);
  apply(state, fetchedThread([message(1)], [], 1));
  assert.equal(thread(state).messages.size, 2);
  assert.equal(thread(state).version, 2);
});

test("an event that came before the thread leaves a hole that is known", () => {
  const state = createState();
  apply(state, STREAM[0]);
  apply(state, fetchedThread([message(1)], [], 1));
  assert.equal(isSyncing(thread(state)), true);
});

test("a change of a message that is not loaded shows no hole", () => {
  const state = createState();
  apply(state, { ...fetchedThread([message(51), message(52)], [], 60), has_more: true });
  apply(state, { kind: "thread.attached", conversation_id: CONVERSATION, version: 60 });
  apply(state, event("message.changed", 61, { message: message(3, { version: 61 }) }));
  assert.deepEqual([...thread(state).messages.keys()], ["message 51", "message 52"]);
  assert.equal(thread(state).version, 61);
  apply(state, {
    kind: "messages.fetched",
    conversation_id: CONVERSATION,
    messages: [message(49), message(50)],
    notes: [],
    has_more: true,
  });
  assert.deepEqual(
    lines(thread(state)).map((line) => line.message?.seq),
    [49, 50, 51, 52],
  );
});

test("notes stand after their message, among themselves by version", () => {
  const state = createState();
  const messages = [message(2, { version: 5 }), message(1)];
  apply(state, fetchedThread(messages, [note(4, 1), note(3, 1), note(6, 2), note(2, 0)], 6));
  assert.deepEqual(
    lines(thread(state)).map((line) => (line.message ? line.message.id : line.note.id)),
    ["note 2", "message 1", "note 3", "note 4", "message 2", "note 6"],
  );
});

test("touched names exactly what altered", () => {
  const state = opened();
  const first = apply(state, STREAM[0]);
  assert.deepEqual([...first.conversations.keys()], [CONVERSATION]);
  assert.equal(first.conversations.get(CONVERSATION)?.version, 1);
  assert.deepEqual([...first.threads], [CONVERSATION]);
  const again = apply(state, STREAM[0]);
  assert.deepEqual([again.conversations.size, again.threads.size], [0, 0]);
});

test("the snapshot's keys are sorted at every depth", () => {
  const state = opened();
  apply(state, event("context.changed", 1, { context: CONTEXT }));
  const text = JSON.stringify(snapshot(state));
  assert.ok(text.startsWith('{"contexts":{"0190a000'));
  assert.ok(
    text.includes('"threads":{"0190a000-0000-7000-8000-000000000001":{"messages":[{"attachments"'),
  );
  assert.ok(text.endsWith('"notes":[],"syncing":false,"version":1}}}'));
});
