// @ts-check

/**
 * What the widget knows, and the only function that changes it. Pure: no DOM, no clock, no network.
 * Frames may come twice, late or out of order: conversations compare by version, holes are seen
 * by `seq`.
 */

/** @typedef {{id: string, name: string, media_type: string, size: number, width: number | null, height: number | null}} AttachmentRow */
/** @typedef {{id: string, status: string, visitor_version: number, last_seq: number, customer_read_seq: number, operator_read_seq: number, blanked_seq: number, created_at: string}} ConversationRow */
/** @typedef {{id: string, conversation_id: string, seq: number, sender: string, author_name: string, author_avatar: string, client_id: string, body: string, data: {code?: string, expired_files?: number}, attachments: AttachmentRow[], created_at: string}} MessageRow */
/** @typedef {"queued" | "sending" | "unconfirmed" | "failed" | "asking"} Progress */
/** @typedef {{client_id: string, body: string, attachments: AttachmentRow[], at: number, progress: Progress, reason: string}} Unsent */
/** @typedef {"connecting" | "live" | "waiting" | "offline" | "refused"} Connection */
/** @typedef {{connection: Connection, isKnown: boolean, conversations: Map<string, ConversationRow>, messages: Map<string, Map<number, MessageRow>>, outbox: Map<string, Unsent>, seen: Map<string, number>, typing: {name: string} | null}} State */
/** @typedef {{conversation_id: string, before_seq: number}} Place */

/**
 * @typedef {{type: "restart"}
 *   | {type: "history", conversations: ConversationRow[], messages: MessageRow[]}
 *   | {type: "older", messages: MessageRow[]}
 *   | {type: "event", kind: string, rows: {conversation?: ConversationRow, message?: MessageRow}}
 *   | {type: "stored", conversation: ConversationRow, message: MessageRow}
 *   | {type: "seen", conversation_id: string, seq: number}
 *   | {type: "soft", kind: string, who?: string, name?: string, active?: boolean}
 *   | {type: "connection", state: Connection}
 *   | {type: "unsent", entry: Unsent}
 *   | {type: "progress", client_id: string, progress: Progress, reason?: string}
 *   | {type: "discard", client_id: string}} Frame
 */

/** @returns {State} */
export function newState() {
  return {
    connection: "connecting",
    isKnown: false,
    conversations: new Map(),
    messages: new Map(),
    outbox: new Map(),
    seen: new Map(),
    typing: null,
  };
}

/** @type {{[T in Frame["type"]]: (state: State, frame: Extract<Frame, {type: T}>) => void}} */
const CHANGES = {
  restart(state) {
    state.conversations.clear();
    state.messages.clear();
    state.isKnown = false;
  },
  history(state, { conversations, messages }) {
    for (const row of conversations) putConversation(state, row);
    for (const row of messages) putMessage(state, row);
    state.isKnown = true;
  },
  older(state, { messages }) {
    for (const row of messages) putMessage(state, row);
  },
  event(state, { rows }) {
    if (rows.conversation) putConversation(state, rows.conversation);
    if (rows.message) putMessage(state, rows.message);
    if (rows.message && rows.message.sender !== "customer") state.typing = null;
  },
  stored(state, { conversation, message }) {
    putConversation(state, conversation);
    putMessage(state, message);
  },
  seen(state, { conversation_id, seq }) {
    state.seen.set(conversation_id, Math.max(seq, state.seen.get(conversation_id) ?? 0));
  },
  soft(state, { kind, who, name, active }) {
    if (kind === "typing" && who === "operator")
      state.typing = active ? { name: name ?? "" } : null;
  },
  connection(state, frame) {
    state.connection = frame.state;
    if (frame.state !== "live") state.typing = null;
  },
  unsent(state, { entry }) {
    if (!isStored(state, entry.client_id)) state.outbox.set(entry.client_id, entry);
  },
  progress(state, { client_id, progress, reason }) {
    const entry = state.outbox.get(client_id);
    if (entry) state.outbox.set(client_id, { ...entry, progress, reason: reason ?? "" });
  },
  discard(state, { client_id }) {
    state.outbox.delete(client_id);
  },
};

/**
 * The only writer. Frames of unknown types change nothing.
 * @param {State} state
 * @param {Frame} frame
 */
export function apply(state, frame) {
  if (Object.hasOwn(CHANGES, frame.type)) CHANGES[frame.type](state, /** @type {never} */ (frame));
}

/**
 * @param {State} state
 * @param {ConversationRow} row
 */
function putConversation(state, row) {
  const known = state.conversations.get(row.id);
  if (known && row.visitor_version <= known.visitor_version) return;
  state.conversations.set(row.id, row);
  const messages = state.messages.get(row.id) ?? new Map();
  for (const [seq, message] of messages) messages.set(seq, whatIsLeft(state, message));
}

/**
 * What was said never changes, but it may not be kept for ever.
 * @param {State} state
 * @param {MessageRow} row
 */
function putMessage(state, row) {
  const thread = state.messages.get(row.conversation_id) ?? new Map();
  const known = thread.get(row.seq);
  if (!known || expiredFiles(row) > expiredFiles(known))
    thread.set(row.seq, whatIsLeft(state, row));
  state.messages.set(row.conversation_id, thread);
  if (row.sender === "customer") state.outbox.delete(row.client_id);
}

/** @param {MessageRow} row */
const expiredFiles = ({ data }) => data.expired_files ?? 0;

/**
 * @param {State} state
 * @param {MessageRow} row
 * @returns {MessageRow}
 */
function whatIsLeft(state, row) {
  if (row.seq > (state.conversations.get(row.conversation_id)?.blanked_seq ?? 0)) return row;
  const { code } = row.data;
  return { ...row, body: "", data: code === undefined ? {} : { code }, attachments: [] };
}

/**
 * @param {State} state
 * @param {string} clientId
 */
function isStored(state, clientId) {
  return timeline(state).some((row) => row.sender === "customer" && row.client_id === clientId);
}

/**
 * The conversations as they began.
 * @param {State} state
 */
export function conversations(state) {
  return [...state.conversations.values()].sort(
    (a, b) => compare(a.created_at, b.created_at) || compare(a.id, b.id),
  );
}

/**
 * All known messages in the order in which they are shown.
 * @param {State} state
 * @returns {MessageRow[]}
 */
export function timeline(state) {
  return conversations(state).flatMap(({ id }) => thread(state, id));
}

/**
 * @param {State} state
 * @param {string} conversationId
 */
function thread(state, conversationId) {
  const rows = state.messages.get(conversationId) ?? new Map();
  return /** @type {MessageRow[]} */ ([...rows.values()]).sort((a, b) => a.seq - b.seq);
}

/** @param {State} state */
export function unsent(state) {
  return [...state.outbox.values()].sort(
    (a, b) => a.at - b.at || compare(a.client_id, b.client_id),
  );
}

/**
 * Messages that exist and are missing here, between known ones or after them: fetch these.
 * @param {State} state
 * @returns {Place[]}
 */
export function holes(state) {
  const all = conversations(state);
  return all.flatMap((conversation, index) => {
    const seqs = thread(state, conversation.id).map((row) => row.seq);
    const isShown = seqs.length > 0 || index === all.length - 1;
    if (!isShown || conversation.last_seq === 0) return [];
    const bounds = [...seqs, conversation.last_seq + 1];
    const first = seqs.length ? 1 : 0;
    return bounds
      .slice(first)
      .filter((seq, at) => seq - (first ? seqs[at] : 0) > 1)
      .map((seq) => ({ conversation_id: conversation.id, before_seq: seq }));
  });
}

/**
 * Where to go on reading backwards, or null at the very beginning.
 * @param {State} state
 * @returns {Place | null}
 */
export function olderPlace(state) {
  for (const { id, last_seq } of conversations(state).reverse()) {
    const first = thread(state, id)[0]?.seq ?? last_seq + 1;
    if (first > 1) return { conversation_id: id, before_seq: first };
  }
  return null;
}

/**
 * Answers that the visitor has not seen, oldest first.
 * @param {State} state
 */
export function unread(state) {
  return unreported(state).filter((row) => row.seq > (state.seen.get(row.conversation_id) ?? 0));
}

/**
 * Answers of which the server does not know that they were seen.
 * @param {State} state
 */
export function unreported(state) {
  return timeline(state).filter(
    (row) =>
      (row.sender === "operator" || row.sender === "bot") &&
      row.seq > (state.conversations.get(row.conversation_id)?.customer_read_seq ?? 0),
  );
}

/**
 * The durable part of the state as plain data, equal for equal knowledge.
 * @param {State} state
 */
export function snapshot(state) {
  const byId = [...state.conversations.values()].sort((a, b) => compare(a.id, b.id));
  return {
    conversations: byId,
    messages: byId.flatMap(({ id }) => thread(state, id)),
    unsent: unsent(state).map(({ client_id, body }) => ({ client_id, body })),
  };
}

/**
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}
