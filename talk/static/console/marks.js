// @ts-check
/** What operators keep about a customer: changed by REST, told to every console that shows it. */
import { Refused } from "./commands.js";
import { sameIds } from "./labels.js";

/**
 * @import { CustomerNoteRow, LabelRow, MarksRow } from "../protocol/types.js"
 *
 * @typedef {object} Ports
 * @property {Pick<import("./api.js").Api, "post"|"patch"|"delete">} api
 * @property {(id: string) => MarksRow|undefined} known
 * @property {(row: MarksRow) => void} onRow
 * @property {(error: unknown) => void} complain
 * @property {(key: string) => void} say
 * @property {() => string} newId
 */

export class Marks {
  /** @type {Map<string, string>} the client_id of a new note, until it is there */
  #clientIds = new Map();

  /** @param {Ports} ports */
  constructor(ports) {
    this.ports = ports;
  }

  /**
   * @param {string} customerId
   * @param {string[]} seen what the operator saw there
   * @param {string[]} label_ids
   */
  setLabels(customerId, seen, label_ids) {
    const attempt = () => {
      const version = this.ports.known(customerId)?.version ?? 0;
      return this.ports.api.patch(`customers/${customerId}/labels`, { version, label_ids });
    };
    // A note that came in moves the version too, and is no reason to ask again.
    return this.#guarded(attempt, (now) => sameIds(now.label_ids, seen), "conflict.labels");
  }

  /**
   * The same text again, after no answer came, adds no second note.
   * @param {string} customer_id
   * @param {string} conversation_id beside which it is written
   * @param {string} body
   */
  async addNote(customer_id, conversation_id, body) {
    const key = `${customer_id} ${body}`;
    const client_id = this.#clientIds.get(key) ?? this.ports.newId();
    this.#clientIds.set(key, client_id);
    const done = await this.#guarded(() =>
      this.ports.api.post(`customers/${customer_id}/notes`, { client_id, body, conversation_id }),
    );
    if (done) this.#clientIds.delete(key);
    return done;
  }

  /** @param {CustomerNoteRow} note as the operator saw it @param {string} body */
  changeNote({ id, version }, body) {
    return this.#guarded(() => this.ports.api.patch(`customer-notes/${id}`, { version, body }));
  }

  /** @param {CustomerNoteRow} note as the operator saw it */
  deleteNote({ id, version }) {
    return this.#guarded(() => this.ports.api.delete(`customer-notes/${id}`, { version }));
  }

  /**
   * @param {() => Promise<MarksRow>} attempt
   * @param {(now: MarksRow) => boolean} stillHolds whether a conflict is none, so that it is tried again
   * @param {string} lost what is said otherwise
   * @returns {Promise<boolean>} whether it was done
   */
  async #guarded(attempt, stillHolds = () => false, lost = "conflict.customerNote") {
    try {
      this.ports.onRow(await attempt());
      return true;
    } catch (error) {
      const now = error instanceof Refused && error.status === 409 && error.problem.marks;
      if (!now) {
        this.ports.complain(error);
        return false;
      }
      this.ports.onRow(now);
      if (stillHolds(now)) return this.#guarded(attempt, () => false, lost);
      this.ports.say(lost);
      return false;
    }
  }
}
