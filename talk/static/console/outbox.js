// @ts-check
/**
 * What was sent but is not confirmed. Kept in the browser until the server has it, so a reload, a
 * crash or a dead network loses nothing. `client_id` makes every repeat harmless.
 */
import { Refused, Unconfirmed } from "./commands.js";
import { kept } from "./problems.js";
import { Shelf } from "./storage.js";

/**
 * @import { AttachmentRow } from "../protocol/types.js"
 * @import { Mode } from "./drafts.js"
 * @import { Problem } from "./problems.js"
 * @import { Store } from "./storage.js"
 *
 * @typedef {"waiting"|"sending"|"unconfirmed"|"failed"|"old"} EntryState waiting: for the connection;
 *   old: not sent for a day, so the operator decides
 *
 * @typedef {object} Entry
 * @property {string} client_id
 * @property {string} conversation_id
 * @property {Mode} mode
 * @property {string} body
 * @property {AttachmentRow[]} attachments
 * @property {Record<string, unknown>} [data] what it is besides words and files
 * @property {number} created_at milliseconds
 * @property {EntryState} state
 * @property {Problem|null} [problem] why it failed
 */

export const OLD_MS = 24 * 3_600_000;

export class Outbox {
  /** @type {Map<string, Entry>} by client id, in the order of writing */
  entries = new Map();
  /** @type {Set<string>} conversations whose queue is on its way */
  #busy = new Set();

  /**
   * @param {object} ports
   * @param {Store} ports.store
   * @param {string} ports.operatorId
   * @param {() => number} ports.now
   * @param {(entry: Entry) => Promise<unknown>} ports.send
   * @param {(conversationId: string) => void} ports.onChange
   * @param {() => void} [ports.onUnkept] the browser did not take a message: a reload would lose it
   */
  constructor(ports) {
    this.ports = ports;
    /** @type {Shelf<Entry>} */
    this.shelf = new Shelf(ports.store, `sobani.outbox.${ports.operatorId}.`);
  }

  /** Find again what an earlier page left behind. */
  load() {
    const kept = this.shelf.values().sort((a, b) => a.created_at - b.created_at);
    for (const entry of kept) {
      if (this.entries.has(entry.client_id)) continue;
      if (entry.state !== "failed") entry.state = this.isOld(entry) ? "old" : "waiting";
      this.entries.set(entry.client_id, entry);
      this.ports.onChange(entry.conversation_id);
    }
  }

  /** @param {Omit<Entry, "created_at"|"state"|"problem">} written */
  add(written) {
    /** @type {Entry} */
    const entry = { ...written, created_at: this.ports.now(), state: "waiting", problem: null };
    this.#put(entry);
    void this.#flush(entry.conversation_id);
  }

  /** Send what waits: the connection is back. */
  flush() {
    const conversations = new Set([...this.entries.values()].map((entry) => entry.conversation_id));
    for (const id of conversations) void this.#flush(id);
  }

  /** The operator asked for it. @param {string} clientId */
  retry(clientId) {
    const entry = this.entries.get(clientId);
    if (!entry || entry.state === "sending") return;
    this.#put({ ...entry, state: "waiting", problem: null, created_at: this.ports.now() });
    void this.#flush(entry.conversation_id);
  }

  /** The server has it, or the operator threw it away. @param {string} clientId */
  remove(clientId) {
    const entry = this.entries.get(clientId);
    if (!entry) return;
    this.entries.delete(clientId);
    this.shelf.remove(clientId);
    this.ports.onChange(entry.conversation_id);
    void this.#flush(entry.conversation_id);
  }

  /** How many wait to be sent, those that were written in other tabs as well. */
  get count() {
    return this.shelf.values().length;
  }

  /** The operator has gone: what is on its way is not kept again when it fails. */
  forget() {
    const gone = [...this.entries.values()];
    this.entries.clear();
    this.shelf.unkept.clear();
    for (const entry of gone) this.ports.onChange(entry.conversation_id);
  }

  /**
   * Another tab took something from the browser's storage: it was sent there or thrown away, or the
   * operator has logged out.
   * @param {Pick<StorageEvent, "key"|"newValue">} change
   */
  heed({ key, newValue }) {
    if (newValue !== null || !key?.startsWith(this.shelf.prefix)) return;
    const clientId = key.slice(this.shelf.prefix.length);
    const entry = this.entries.get(clientId);
    if (this.shelf.get(clientId)) return; // put there again meanwhile: it is being sent here
    this.entries.delete(clientId);
    if (entry) this.ports.onChange(entry.conversation_id);
  }

  /** @param {string} conversationId */
  of(conversationId) {
    return [...this.entries.values()].filter((entry) => entry.conversation_id === conversationId);
  }

  /** @param {Entry} entry */
  isOld(entry) {
    return this.ports.now() - entry.created_at > OLD_MS;
  }

  /** One after the other, so that the customer reads them in the order of writing. @param {string} conversationId */
  async #flush(conversationId) {
    if (this.#busy.has(conversationId)) return;
    this.#busy.add(conversationId);
    try {
      for (let next = this.#next(conversationId); next; next = this.#next(conversationId)) {
        if (!(await this.#send(next))) return;
      }
    } finally {
      this.#busy.delete(conversationId);
    }
  }

  /** @param {string} conversationId */
  #next(conversationId) {
    return this.of(conversationId).find(
      (entry) => entry.state === "waiting" || entry.state === "unconfirmed",
    );
  }

  /** @param {Entry} entry @returns {Promise<boolean>} whether the next one may go */
  async #send(entry) {
    if (this.isOld(entry)) {
      this.#put({ ...entry, state: "old" });
      return true;
    }
    this.#put({ ...entry, state: "sending" });
    try {
      await this.ports.send(entry);
      this.remove(entry.client_id);
      return true;
    } catch (error) {
      return this.#keep(entry, error);
    }
  }

  /**
   * @param {Entry} entry
   * @param {unknown} error
   */
  #keep(entry, error) {
    if (!this.entries.has(entry.client_id)) return true;
    if (error instanceof Refused && isFinal(error.status)) {
      this.#put({ ...entry, state: "failed", problem: kept(error.problem) });
      return true;
    }
    this.#put({ ...entry, state: error instanceof Unconfirmed ? "unconfirmed" : "waiting" });
    return false;
  }

  /** @param {Entry} entry */
  #put(entry) {
    this.entries.set(entry.client_id, entry);
    if (!this.shelf.put(entry.client_id, entry)) this.ports.onUnkept?.();
    this.ports.onChange(entry.conversation_id);
  }
}

/** Whether another try could not help: not for a log-in, a limit or a server in trouble. @param {number} status */
function isFinal(status) {
  return status >= 400 && status < 500 && ![401, 408, 429].includes(status);
}
