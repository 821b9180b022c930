// @ts-check
/**
 * Where "unread from here" stands in an open thread: above the first words of the customer that came
 * in unseen. It stays while it is being read, and words that come in before somebody's eyes need none.
 */

/** @import { ConversationRow } from "../protocol/types.js" */

export class UnreadMark {
  /** Customers' messages after this one are below the mark; Infinity until the thread is there. */
  after = Infinity;
  #stands = false;

  /** Another thread is opened. */
  reset() {
    this.after = Infinity;
    this.#stands = false;
  }

  /**
   * @param {ConversationRow} row as it is now
   * @param {boolean} isVisible whether its newest words are on the screen
   */
  follow(row, isVisible) {
    if (this.after === Infinity) this.after = row.operator_read_seq;
    else if (!this.#stands && isVisible) this.after = row.customer_seq;
    this.#stands = row.customer_seq > this.after;
  }

  /** The operator has answered, so what stands there was read. @param {ConversationRow} row */
  clear(row) {
    this.after = row.customer_seq;
    this.#stands = false;
  }
}
