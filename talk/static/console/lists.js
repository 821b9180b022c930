// @ts-check
/** The lists of conversations: which one is shown, loading its pages, how long each is. */
import { keyOf, Listing } from "./listing.js";

/**
 * @import { ConversationRow } from "../protocol/types.js"
 * @import { Change } from "./store.js"
 * @import { View } from "./listing.js"
 * @import { Desk } from "./desk.js"
 *
 * @typedef {{results: ConversationRow[], next: string|null}} Page
 */

export const PAGE = 50;

/** What is unread in them is the operator's business, whatever is shown. @type {View[]} */
const OWN = ["mine", "unassigned"];

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
    const { view, inbox_id, label_id } = this.desk.route;
    return this.of(view, inbox_id, label_id);
  }

  /**
   * @param {View} view
   * @param {string|null} inboxId
   * @param {string|null} [labelId]
   */
  of(view, inboxId, labelId = null) {
    const key = keyOf(view, inboxId, labelId);
    const known = this.#listings.get(key);
    if (known) return known;
    const listing = new Listing(view, inboxId, this.desk.me.id, labelId);
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
    void this.desk.counts.show();
    if (listing.state === "new" || listing.state === "failed") await this.load(listing);
  }

  /** Load the next page. @param {Listing} listing */
  async load(listing) {
    if (listing.state === "loading" || listing.complete) return;
    const began = listing.state === "new" || listing.state === "failed";
    listing.state = began ? "loading" : listing.state;
    if (listing.fetching) return;
    listing.fetching = true;
    listing.isStuck = false;
    this.desk.touch("list");
    try {
      this.#extend(listing, await this.#fetch(listing, listing.cursor));
    } catch {
      if (began) listing.state = "failed";
      else listing.isStuck = true;
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

  /** Whether any list that is kept shows the row. @param {ConversationRow} row */
  shows(row) {
    return [...this.#listings.values()].some((listing) => listing.shows(row));
  }

  /** Lists that are neither shown nor counted are fetched again when they are asked for. */
  forgetUnused() {
    const own = new Set(OWN.map((view) => this.of(view, null)));
    for (const [key, listing] of this.#listings) {
      if (listing !== this.current && !own.has(listing)) this.#listings.delete(key);
    }
  }

  async loadOwn() {
    for (const view of OWN) {
      const listing = this.of(view, null);
      if (listing.state === "new") await this.load(listing);
    }
  }

  /**
   * How many conversations a view of the shown inbox holds: those that are here when all are, the
   * server's count otherwise.
   * @param {View} view
   * @returns {string} "" while unknown
   */
  size(view) {
    const listing = this.#listings.get(keyOf(view, this.desk.route.inbox_id, null));
    if (listing?.complete) return String(listing.rows.length);
    const size = this.desk.counts.of(view);
    return size ? `${size.count}${size.more ? "+" : ""}` : "";
  }

  /** Conversations with unread words that are this operator's business: theirs and nobody's. */
  get unread() {
    const rows = OWN.flatMap((view) => this.of(view, null).rows);
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
    const { view, inbox_id, label_id } = listing;
    return this.desk.api.get("conversations", { view, inbox_id, label_id, cursor, limit: PAGE });
  }
}
