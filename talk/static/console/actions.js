// @ts-check
/** What an operator does to a conversation. By socket when there is one, by REST otherwise. */
import { NotConnected, Refused } from "./commands.js";
import { stillHolds } from "./stale.js";

/**
 * @import { ConversationRow } from "../protocol/types.js"
 * @import { Entry } from "./outbox.js"
 * @import { Desk } from "./desk.js"
 */

const TYPING_EVERY_MS = 3000;
/** What came in so shortly before a click was not seen by who clicked. */
const UNSEEN_MS = 700;
/** In a conversation where so much happens, whoever acts had better look again. */
const TRIES = 3;

export class Actions {
  /** @type {Set<string>} conversations with a change on its way */
  pending = new Set();
  #typingAt = 0;

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} payload
   * @param {() => Promise<any>} byRest
   */
  run(type, payload, byRest) {
    return this.desk.connection.command(type, payload).catch((error) => {
      if (error instanceof NotConnected && navigator.onLine) return byRest();
      throw error;
    });
  }

  /** Send a message or add a note; the outbox decides what a failure means. @param {Entry} entry */
  async send(entry) {
    const { conversation_id, client_id, body, data } = entry;
    const isNote = entry.mode === "note";
    const written = isNote
      ? { client_id, body }
      : {
          client_id,
          body,
          attachment_ids: entry.attachments.map(({ id }) => id),
          ...(data && { data }),
        };
    const path = `conversations/${conversation_id}/${isNote ? "notes" : "messages"}`;
    const answer = await this.run(
      isNote ? "note.add" : "message.send",
      { conversation_id, ...written },
      () => this.desk.api.post(path, written),
    );
    const row = isNote ? { note: answer.note ?? answer } : { message: answer.message ?? answer };
    this.desk.dispatch({ kind: "rows.received", rows: row });
  }

  /**
   * @param {ConversationRow} row as the operator saw it
   * @param {{assignee_id?: string|null, team_id?: string|null}} to
   */
  assign(row, to) {
    const target = { assignee_id: row.assignee_id, team_id: row.team_id, ...to };
    return this.#change(row, "conversation.assign", target);
  }

  /**
   * @param {ConversationRow} row as the operator saw it
   * @param {ConversationRow["status"]} status
   * @param {Date|null} [until] of a snooze; null is until the customer writes
   */
  async setStatus(row, status, until = null) {
    if (isUnseen(this.desk.heardAt.get(row.id)) && status !== "open") {
      return this.desk.toasts.say("conflict.words", { tone: "bad" });
    }
    // "Resolve" has just become "reopen" under the pointer: the click was meant for what it was.
    if (isUnseen(this.desk.turnedAt.get(row.id))) {
      const { status: now } = this.desk.state.conversations.get(row.id) ?? row;
      return this.desk.toasts.say(`conflict.${now}`, { tone: "bad" });
    }
    const snoozed_until = until ? until.toISOString() : null;
    return this.#change(row, "conversation.set_status", { status, snoozed_until });
  }

  /**
   * @param {ConversationRow} row as the operator saw it
   * @param {string[]} label_ids
   */
  setLabels(row, label_ids) {
    return this.#change(row, "conversation.set_labels", { label_ids });
  }

  /** @param {string} messageId */
  async retryDelivery(messageId) {
    const byRest = () => this.desk.api.post(`messages/${messageId}/retry`);
    try {
      await this.run("delivery.retry", { message_id: messageId }, byRest);
    } catch (error) {
      this.complain(error);
    }
  }

  /**
   * @param {string} conversationId
   * @param {boolean} active
   */
  typing(conversationId, active) {
    const now = Date.now();
    if (active ? now - this.#typingAt < TYPING_EVERY_MS : this.#typingAt === 0) return;
    this.#typingAt = active ? now : 0;
    const payload = { conversation_id: conversationId, active };
    this.desk.connection.command("typing", payload).catch(() => undefined);
  }

  /**
   * @param {ConversationRow} row
   * @param {string} type
   * @param {Record<string, unknown>} change
   */
  async #change(row, type, change) {
    if (this.pending.has(row.id)) return;
    this.#setPending(row.id, true);
    try {
      const answer = await this.#guarded(row, type, change);
      const conversation = answer.conversation ?? answer;
      this.desk.dispatch({ kind: "rows.received", rows: { conversation } });
    } catch (error) {
      if (error instanceof Refused && error.problem.code === "conflict")
        this.#lost(type, row, error.problem.current);
      else this.complain(error);
    } finally {
      this.#setPending(row.id, false);
    }
  }

  /**
   * @param {ConversationRow} row
   * @param {string} type
   * @param {Record<string, unknown>} change
   * @param {number} [left] tries, this one included
   * @returns {Promise<any>}
   */
  async #guarded(row, type, change, left = TRIES) {
    const guarded = { version: row.version, ...change };
    try {
      return await this.run(type, { conversation_id: row.id, ...guarded }, () =>
        this.desk.api.patch(`conversations/${row.id}`, guarded),
      );
    } catch (error) {
      const current = error instanceof Refused && error.status === 409 && error.problem.current;
      if (!current || left === 1 || !stillHolds(type, row, current)) throw error;
      return this.#guarded(current, type, change, left - 1);
    }
  }

  /**
   * Somebody else was first: show what is true now, and say who.
   * @param {string} type
   * @param {ConversationRow} seen
   * @param {ConversationRow|undefined} current
   */
  #lost(type, seen, current) {
    if (!current) return this.desk.toasts.say("conflict.changed", { tone: "bad" });
    this.desk.dispatch({ kind: "rows.received", rows: { conversation: current } });
    const winner = this.desk.state.operators.get(current.assignee_id ?? "");
    if (type === "conversation.assign" && winner) {
      this.desk.toasts.say("conflict.assigned", { params: { name: winner.name }, tone: "bad" });
    } else if (type === "conversation.set_labels") {
      this.desk.toasts.say("conflict.labels", { tone: "bad" });
    } else {
      const key = current.customer_seq > seen.customer_seq ? "words" : current.status;
      this.desk.toasts.say(`conflict.${key}`, { tone: "bad" });
    }
  }

  /** @param {unknown} error */
  complain(error) {
    if (error instanceof Refused && error.status === 401)
      return this.desk.toasts.say("error.login");
    this.desk.toasts.complain(error);
  }

  /**
   * @param {string} id
   * @param {boolean} pending
   */
  #setPending(id, pending) {
    if (pending) this.pending.add(id);
    else this.pending.delete(id);
    this.desk.touch(`thread:${id}`);
  }
}

/** @param {number} [at] */
function isUnseen(at = 0) {
  return Date.now() - at < UNSEEN_MS;
}
