// @ts-check
/** The lists of conversations: which one is shown, loading its pages, the counts beside the views. */
import { Listing } from "./listing.js";

/**
 * @import { ConversationRow } from "../protocol/types.js"
 * @import { Change } from "./store.js"
 * @import { View } from "./listing.js"
 * @import { Desk } from "./desk.js"
 *
 * @typedef {{results: ConversationRow[], next: string|null}} Page
 */

export const PAGE = 50;

/** Views whose size is shown although they are not open. @type {View[]} */
const COUNTED = ["mine", "unassigned", "all"];

export class Lists {
  /** @type {Map<string, Listing>} */
  #listings = new Map();
  /** @type {Page|null} the first page of the newest full fetch */
  #first = null;

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  /** The list that is shown. */
  get current() {
    return this.of(this.desk.route.view, this.desk.route.inbox_id);
  }

  /**
   * @param {View} view
   * @param {string|null} inboxId
   */
  of(view, inboxId) {
    const key = `${view} ${inboxId ?? ""}`;
    const known = this.#listings.get(key);
    if (known) return known;
    const listing = new Listing(view, inboxId, this.desk.me.id);
    this.#listings.set(key, listing);
    return listing;
  }

  /**
   * @param {ConversationRow|undefined} before
   * @param {ConversationRow} after
   */
  update(before, after) {
    for (const listing of this.#listings.values()) listing.update(before, after);
  }

  /** Load the shown list's first page unless it is there. */
  async show() {
    const listing = this.current;
    if (listing.state === "new" || listing.state === "failed") await this.load(listing);
  }

  /** Load the next page. @param {Listing} listing */
  async load(listing) {
    if (listing.state === "loading" || listing.complete) return;
    const began = listing.state === "new" || listing.state === "failed";
    listing.state = began ? "loading" : listing.state;
    if (listing.fetching) return;
    listing.fetching = true;
    this.desk.touch("list");
    try {
      this.#extend(listing, await this.#fetch(listing, listing.cursor));
    } catch {
      if (began) listing.state = "failed";
    }
    listing.fetching = false;
    this.desk.touch("list");
  }

  /** @returns {Promise<Change>} the first page of the shown list, for a full fetch */
  async fetchFirst() {
    this.#first = await this.#fetch(this.current, null);
    return { kind: "conversations.fetched", conversations: this.#first.results };
  }

  /** The store was replaced: begin again with the page that came with it. */
  restart() {
    this.#listings.clear();
    if (this.#first) this.#extend(this.current, this.#first);
  }

  async loadBadges() {
    for (const view of COUNTED) {
      const listing = this.of(view, null);
      if (listing.state === "new") await this.load(listing);
    }
  }

  /**
   * What a view's badge says.
   * @param {View} view
   * @returns {{count: number, more: boolean}|null} null while unknown
   */
  size(view) {
    const listing = this.#listings.get(`${view} `);
    if (listing?.state !== "ready") return null;
    return { count: listing.rows.length, more: !listing.complete };
  }

  /** Conversations with unread words that are this operator's business: theirs and nobody's. */
  get unread() {
    const rows = [...this.of("mine", null).rows, ...this.of("unassigned", null).rows];
    return rows.filter((row) => row.customer_seq > row.operator_read_seq).length;
  }

  /**
   * @param {Listing} listing
   * @param {Page} page
   */
  #extend(listing, page) {
    if (page !== this.#first) {
      this.desk.dispatch({ kind: "conversations.fetched", conversations: page.results });
    }
    listing.extend(page.results, page.next, this.desk.state.conversations.values());
  }

  /**
   * @param {Listing} listing
   * @param {string|null} cursor
   * @returns {Promise<Page>}
   */
  #fetch(listing, cursor) {
    const { view, inbox_id } = listing;
    return this.desk.api.get("conversations", { view, inbox_id, cursor, limit: PAGE });
  }
}
