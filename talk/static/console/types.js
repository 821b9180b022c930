// @ts-check
/**
 * Rows and events as the server sends them: the same JSON in REST, in events and on the socket.
 * Times are ISO-8601 UTC strings made by PostgreSQL; ids are UUIDs.
 *
 * @typedef {"open"|"pending"|"snoozed"|"resolved"} Status
 * @typedef {"customer"|"operator"|"bot"|"system"} Sender
 *
 * @typedef {object} ConversationRow
 * @property {string} id
 * @property {string} inbox_id
 * @property {string} customer_id
 * @property {string} profile_id
 * @property {string} name the customer's, may be ""
 * @property {Status} status
 * @property {string|null} snoozed_until null while snoozed: until the customer writes
 * @property {string|null} assignee_id
 * @property {string|null} team_id
 * @property {number} version
 * @property {number} last_seq
 * @property {string} preview
 * @property {Sender|""} preview_sender
 * @property {string} last_at
 * @property {string|null} waiting_since first customer message that nobody has answered
 * @property {number} customer_seq
 * @property {number} customer_read_seq
 * @property {number} operator_read_seq
 * @property {string|null} resolved_at
 * @property {string} created_at
 *
 * @typedef {object} AttachmentRow
 * @property {string} id
 * @property {string} name
 * @property {string} media_type
 * @property {number} size bytes
 * @property {number|null} width
 * @property {number|null} height
 * @property {string} url
 *
 * @typedef {object} DeliveryState
 * @property {"queued"|"sending"|"accepted"|"failed"|"unknown"} state
 * @property {string} reason
 *
 * @typedef {object} MessageRow
 * @property {string} id
 * @property {string} conversation_id
 * @property {number} seq
 * @property {number} version
 * @property {Sender} sender
 * @property {string|null} operator_id
 * @property {string} author_name
 * @property {string} author_avatar address, or ""
 * @property {string} client_id
 * @property {string} body
 * @property {Record<string, unknown>} data
 * @property {AttachmentRow[]} attachments
 * @property {DeliveryState|null} delivery
 * @property {string} created_at
 *
 * @typedef {object} NoteRow
 * @property {string} id
 * @property {string} conversation_id
 * @property {"note"|"system"} kind
 * @property {number} version
 * @property {number} after_seq
 * @property {string|null} operator_id
 * @property {string} author_name
 * @property {string} client_id
 * @property {string} body
 * @property {Record<string, unknown>} data
 * @property {string} created_at
 *
 * @typedef {object} OperatorRow
 * @property {string} id
 * @property {string} name
 * @property {string} email
 * @property {"administrator"|"supervisor"|"operator"} role
 * @property {string} avatar
 * @property {boolean} is_active
 *
 * @typedef {object} InboxRow
 * @property {string} id
 * @property {string} public_id
 * @property {"web"|"line"} kind
 * @property {string} name
 * @property {boolean} is_active
 * @property {string} color
 *
 * @typedef {object} TeamRow
 * @property {string} id
 * @property {string} name
 * @property {string[]} inbox_ids
 * @property {string[]} operator_ids
 *
 * @typedef {object} PageView
 * @property {string} url
 * @property {string} title
 * @property {string} at
 *
 * @typedef {object} CurrentPage
 * @property {string} url
 * @property {string} title
 * @property {string} since
 *
 * @typedef {object} DeviceData
 * @property {"desktop"|"mobile"|"tablet"|"bot"|"unknown"} kind
 * @property {string} browser
 * @property {string} browser_version
 * @property {string} os
 * @property {string} os_version
 *
 * @typedef {object} ContextData
 * @property {CurrentPage|null} page the page they are on now
 * @property {PageView[]} pages newest first, at most 20
 * @property {string} referrer
 * @property {DeviceData} device
 * @property {string} language
 * @property {string} time_zone
 * @property {string} screen
 * @property {string|null} first_seen
 * @property {string|null} last_seen
 * @property {number} visits
 *
 * @typedef {object} ContextRow
 * @property {string} customer_id
 * @property {number} version
 * @property {Partial<ContextData>} data
 *
 * @typedef {object} PastRow
 * @property {string} id
 * @property {Status} status
 * @property {string} preview
 * @property {string} created_at
 * @property {string|null} resolved_at
 * @property {string} last_at
 *
 * @typedef {object} EventRows
 * @property {ConversationRow} [conversation]
 * @property {MessageRow} [message]
 * @property {NoteRow} [note]
 * @property {ContextRow} [context]
 * @property {OperatorRow} [operator]
 *
 * @typedef {"conversation.created"|"conversation.changed"|"message.created"|"message.changed"
 *   |"note.created"|"context.changed"|"operator.changed"} EventKind
 *
 * @typedef {object} EventFrame
 * @property {"event"} type
 * @property {EventKind} kind
 * @property {number|string} id
 * @property {string|null} conversation_id
 * @property {number} version the conversation's version of this change
 * @property {EventRows} rows
 */
export {};
