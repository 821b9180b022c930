// @ts-check
/** The list: only the visible rows are in the document, however many there are. */
import { html, nothing, repeat } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { tabStop, topToShow, visibleRange } from "../windowing.js";
import { listHead } from "./list-head.js";
import { emptyList, failedList, loadingList, nothingLabelled } from "./list-states.js";
import "./conversation-row.js";

/** @import { ConversationRow } from "../../protocol/types.js" */

const SPARE_ROWS = 6;
/** Rows from the end at which the next page is fetched. */
const NEAR_END = 15;

class ConversationList extends DeskElement {
  static properties = {
    topPx: { state: true },
    heightPx: { state: true },
    activeId: { state: true },
  };

  constructor() {
    super();
    this.topPx = 0;
    this.heightPx = 800;
    /** @type {string|null} the row that the keyboard stands on */
    this.activeId = null;
  }

  #rowPx = 84;
  #shown = "";
  #watch = new ResizeObserver(() => this.#measure());

  get topics() {
    return ["list", "route", "directory", "link"];
  }

  get #scroller() {
    return /** @type {HTMLElement|null} */ (this.querySelector(".list-scroller"));
  }

  get #canvas() {
    return /** @type {HTMLElement|null} */ (this.querySelector(".list-canvas"));
  }

  get rows() {
    return this.desk.lists.current.rows;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#watch.disconnect();
  }

  firstUpdated() {
    const scroller = this.#scroller;
    if (scroller) this.#watch.observe(scroller);
  }

  render() {
    const openNav = () => this.dispatchEvent(new CustomEvent("open-nav", { bubbles: true }));
    return html`${listHead(this.desk, openNav)}
      <div class="list-scroller" @scroll=${this.#scrolled}>${this.#body()}</div>`;
  }

  #body() {
    const listing = this.desk.lists.current;
    const { failure } = this.desk.sync;
    if (listing.rows.length > 0) return this.#window();
    if (listing.state === "failed" || (failure && listing.state === "new")) {
      return failedList(() => this.#retry());
    }
    if (listing.state !== "ready") return loadingList();
    return listing.label_id ? nothingLabelled() : emptyList(listing.view);
  }

  #retry() {
    if (this.desk.sync.failure) void this.desk.sync.reload();
    else void this.desk.lists.show();
  }

  #window() {
    const { rows, complete } = this.desk.lists.current;
    const { first, end } = this.#range();
    const place = { active: this.#activeIndex(), row_px: this.#rowPx, top_px: this.topPx };
    const active = tabStop({ ...place, first, end });
    return html`<div
        class="list-canvas"
        role="list"
        aria-label=${t("list.label", { view: t(`view.${this.desk.route.view}`) })}
        @keydown=${this.#keydown}
      >
        <div class="list-window" role="presentation">
          ${repeat(
            rows.slice(first, end),
            (row) => row.id,
            (row, index) => this.#item(row, first + index, active),
          )}
        </div>
      </div>
      ${complete ? nothing : this.#more()}`;
  }

  /**
   * @param {ConversationRow} row
   * @param {number} index
   * @param {number} active
   */
  #item(row, index, active) {
    return html`<div role="listitem" aria-posinset=${index + 1} aria-setsize=${this.#setSize()}>
      <conversation-row
        .desk=${this.desk}
        .row=${row}
        .selected=${row.id === this.desk.route.conversation_id}
        .active=${index === active}
      ></conversation-row>
    </div>`;
  }

  #setSize() {
    const { rows, complete } = this.desk.lists.current;
    return complete ? rows.length : -1;
  }

  #more() {
    const { fetching, isStuck } = this.desk.lists.current;
    return html`<p class="list-stuck" role="status">${isStuck ? t("list.moreFailed") : nothing}</p>
      <button type="button" class="list-more" aria-busy=${fetching ? "true" : "false"} @click=${() => this.#loadMore()}>
        ${t(fetching ? "list.loading" : isStuck ? "list.retry" : "list.more")}
      </button>`;
  }

  updated() {
    const listing = this.desk.lists.current;
    const { key } = listing;
    if (key !== this.#shown) this.#scroller?.scrollTo({ top: 0 });
    this.#shown = key;
    const { offset_px, total_px } = this.#range();
    const canvas = this.#canvas;
    if (!canvas) return;
    canvas.style.height = `${total_px}px`;
    /** @type {HTMLElement} */ (canvas.firstElementChild).style.transform =
      `translateY(${offset_px}px)`;
    this.#measure();
  }

  #range() {
    const { topPx, heightPx } = this;
    return visibleRange({
      count: this.rows.length,
      row_px: this.#rowPx,
      top_px: topPx,
      height_px: heightPx,
      spare: SPARE_ROWS,
    });
  }

  /** The rows' height follows the operator's font size. */
  #measure() {
    const scroller = this.#scroller;
    if (!scroller) return;
    this.heightPx = scroller.clientHeight;
    const height = this.querySelector("conversation-row")?.getBoundingClientRect().height;
    if (!height || Math.abs(height - this.#rowPx) < 0.5) return;
    this.#rowPx = height;
    this.requestUpdate();
  }

  #scrolled() {
    const scroller = /** @type {HTMLElement} */ (this.#scroller);
    this.topPx = scroller.scrollTop;
    const isNearEnd = this.#range().end >= this.rows.length - NEAR_END;
    if (isNearEnd && !this.desk.lists.current.isStuck) void this.#loadMore();
  }

  async #loadMore() {
    const listing = this.desk.lists.current;
    if (!listing.complete) await this.desk.lists.load(listing);
  }

  #activeIndex() {
    const id = this.activeId ?? this.desk.route.conversation_id;
    return Math.max(
      this.rows.findIndex((row) => row.id === id),
      0,
    );
  }

  /** @param {KeyboardEvent} event */
  #keydown(event) {
    const jump = { Home: -Infinity, End: Infinity, PageUp: -8, PageDown: 8 }[event.key];
    if (jump === undefined) return;
    event.preventDefault();
    void this.move(jump);
  }

  /** Put the keyboard on the row that many steps further. @param {number} steps */
  async move(steps) {
    if (this.rows.length === 0) return;
    const hasActive = this.activeId !== null || this.desk.route.conversation_id !== null;
    const from = hasActive ? this.#activeIndex() : -1;
    const index = Math.min(Math.max(from + steps, 0), this.rows.length - 1);
    this.activeId = this.rows[index].id;
    this.#show(index);
    await this.updateComplete;
    const link = /** @type {HTMLElement|null} */ (
      this.querySelector(`[data-id="${this.activeId}"]`)
    );
    link?.focus({ preventScroll: true });
  }

  /** @param {number} index */
  #show(index) {
    const scroller = this.#scroller;
    if (!scroller) return;
    scroller.scrollTop = topToShow({
      index,
      row_px: this.#rowPx,
      top_px: scroller.scrollTop,
      height_px: this.heightPx,
    });
    this.topPx = scroller.scrollTop;
  }
}

customElements.define("conversation-list", ConversationList);
