// @ts-check
/** What the operator has begun to write, by conversation and mode; survives a reload. */
import { Shelf } from "./storage.js";

/**
 * @import { AttachmentRow } from "../protocol/types.js"
 * @import { Store } from "./storage.js"
 *
 * @typedef {"reply"|"note"} Mode
 *
 * @typedef {object} Draft
 * @property {string} client_id made when the first letter is: two tabs that send the same draft
 *   send once
 * @property {string} body
 * @property {AttachmentRow[]} attachments uploaded already
 * @property {string} [quoted] the id of the message that it answers
 * @property {import("./components/line-tools.js").Extra} [extra] what it is besides words and files
 */

export class Drafts {
  /**
   * @param {Store} store
   * @param {string} operatorId
   * @param {() => string} newId
   * @param {() => void} [onUnkept] the browser did not take a draft: a reload would lose it
   * @param {() => number} [now] milliseconds
   */
  constructor(store, operatorId, newId, onUnkept = () => {}, now = Date.now) {
    this.now = now;
    this.onUnkept = onUnkept;
    /** @type {Shelf<Draft & {kept_at: number}>} */
    this.shelf = new Shelf(store, `sobani.draft.${operatorId}.`);
    this.newId = newId;
  }

  /**
   * @param {string} conversationId
   * @param {Mode} mode
   * @returns {Draft}
   */
  get(conversationId, mode) {
    const kept = this.shelf.get(`${conversationId}.${mode}`);
    if (!kept) return { client_id: this.newId(), body: "", attachments: [] };
    const { client_id, body, attachments, quoted, extra } = kept;
    return { client_id, body, attachments, ...(quoted && { quoted }), ...(extra && { extra }) };
  }

  /**
   * @param {string} conversationId
   * @param {Mode} mode
   * @param {Draft} draft
   */
  put(conversationId, mode, draft) {
    const name = `${conversationId}.${mode}`;
    if (isEmpty(draft)) this.shelf.remove(name);
    else if (!this.shelf.put(name, { ...draft, kept_at: this.now() })) this.onUnkept();
  }

  /** How many replies and notes have been begun. */
  get count() {
    const isBegun = (/** @type {Draft} */ { body, attachments, extra }) =>
      body || attachments?.length || extra;
    return this.shelf.values().filter(isBegun).length;
  }

  /** @param {string} id of a note about a customer, or of the customer for a new one @returns {string|null} */
  about(id) {
    return this.shelf.get(`about.${id}`)?.body ?? null;
  }

  /** @param {string} id @param {string} body empty for a note whose text was taken out */
  putAbout(id, body) {
    const draft = { client_id: "", body, attachments: [], kept_at: this.now() };
    if (!this.shelf.put(`about.${id}`, draft)) this.onUnkept();
  }

  /** @param {string} id */
  removeAbout(id) {
    this.shelf.remove(`about.${id}`);
  }

  /**
   * A file has been uploaded for a reply.
   * @param {string} conversationId
   * @param {AttachmentRow} file
   */
  attach(conversationId, file) {
    const draft = this.get(conversationId, "reply");
    const attachments = [...draft.attachments, file];
    this.put(conversationId, "reply", { ...draft, attachments });
  }

  /**
   * @param {string} conversationId
   * @param {Mode} mode
   */
  remove(conversationId, mode) {
    this.shelf.remove(`${conversationId}.${mode}`);
  }
}

/** @param {Draft} draft */
export function isEmpty({ body, attachments, quoted, extra }) {
  return (
    body === "" && attachments.length === 0 && !quoted && Object.keys(extra ?? {}).length === 0
  );
}
