// @ts-check
/** Believable rows for the console's tests. */

/**
 * @import { ConversationRow, EventFrame, EventKind, EventRows, MessageRow, NoteRow }
 *   from "/static/protocol/types.js"
 */

export const CONVERSATION = "0190a000-0000-7000-8000-000000000001";
export const CUSTOMER = "0190a000-0000-7000-8000-00000000c3f2";

/** @param {Partial<ConversationRow>} [values] @returns {ConversationRow} */
export function conversation(values = {}) {
  return {
    id: CONVERSATION,
    inbox_id: "inbox",
    customer_id: CUSTOMER,
    profile_id: "profile",
    name: "山田 花子",
    status: "open",
    snoozed_until: null,
    assignee_id: null,
    team_id: null,
    version: 1,
    visitor_version: 1,
    last_seq: 1,
    preview: "こんにちは",
    preview_sender: "customer",
    preview_kind: "",
    last_at: "2026-11-20T01:02:03.5+00:00",
    waiting_since: null,
    customer_seq: 1,
    customer_read_seq: 0,
    operator_read_seq: 0,
    blanked_seq: 0,
    resolved_at: null,
    label_ids: [],
    channel: {},
    erased_at: null,
    created_at: "2026-11-20T01:02:03.5+00:00",
    ...values,
  };
}

/** @param {number} seq @param {Partial<MessageRow>} [values] @returns {MessageRow} */
export function message(seq, values = {}) {
  return {
    id: `message ${seq}`,
    conversation_id: CONVERSATION,
    seq,
    version: seq,
    sender: "customer",
    operator_id: null,
    author_name: "",
    author_avatar: "",
    client_id: `client ${seq}`,
    body: `言葉 ${seq}`,
    data: {},
    attachments: [],
    delivery: null,
    created_at: "2026-11-20T01:02:03+00:00",
    ...values,
  };
}

/** @param {number} version @param {number} after @param {Partial<NoteRow>} [values] @returns {NoteRow} */
export function note(version, after, values = {}) {
  return {
    id: `note ${version}`,
    conversation_id: CONVERSATION,
    kind: "note",
    version,
    after_seq: after,
    operator_id: "operator",
    author_name: "佐藤",
    client_id: `note client ${version}`,
    body: "メモ",
    data: {},
    created_at: "2026-11-20T01:02:03+00:00",
    ...values,
  };
}

/**
 * @param {EventKind} kind
 * @param {number} version
 * @param {EventRows} rows
 * @returns {EventFrame}
 */
export function event(kind, version, rows) {
  return { type: "event", kind, id: version, conversation_id: CONVERSATION, version, rows };
}

/** @param {MessageRow[]} messages @param {NoteRow[]} notes @param {number} version */
export function fetchedThread(messages, notes, version) {
  return {
    kind: /** @type {const} */ ("thread.fetched"),
    conversation: conversation({ version }),
    messages,
    notes,
    version,
    context: null,
    past: [],
    past_count: 0,
    has_more: false,
  };
}
