// @ts-check
/** The lines of one conversation: stays at the bottom while the operator is there, never jumps. */
import { html, nothing, repeat } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { customerName } from "../names.js";
import { saidOf } from "../said.js";
import { isSyncing, lines, newestSeq } from "../thread.js";
import { timeline } from "../timeline.js";
import { UnreadMark } from "../unread.js";
import { icon } from "./icons.js";
import { LogPlace } from "./log-place.js";
import { failedLog, loadingLog } from "./log-states.js";
import "./thread-line.js";

/** @import { Item } from "../timeline.js" */

const OLDER_PX = 300;

class ThreadLog extends DeskElement {
  static properties = { conversationId: { attribute: false }, missed: { state: true } };

  constructor() {
    super();
    this.conversationId = "";
    /** Messages that came while the operator was further up. */
    this.missed = 0;
  }

  #place = new LogPlace(() => this.#scroller);
  #unread = new UnreadMark();
  #lastSeq = 0;
  #watch = new ResizeObserver(() => this.#resized());
  #onVisible = () => this.#markRead();

  get topics() {
    const id = this.conversationId;
    return [`thread:${id}`, `outbox:${id}`, `soft:${id}`, "link"];
  }

  get #thread() {
    return this.desk.state.threads.get(this.conversationId);
  }

  get #row() {
    return this.desk.state.conversations.get(this.conversationId);
  }

  get #scroller() {
    return /** @type {HTMLElement|null} */ (this.querySelector(".log-scroller"));
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#onVisible);
    window.addEventListener("focus", this.#onVisible);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#onVisible);
    window.removeEventListener("focus", this.#onVisible);
    this.#watch.disconnect();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("conversationId")) this.#begin();
    if (this.#thread && this.#row) this.#unread.follow(this.#row, this.#place.isSeen);
    this.#place.remember();
    this.#countMissed();
  }

  #begin() {
    this.#place.begin();
    this.#unread.reset();
    this.#lastSeq = 0;
    this.missed = 0;
  }

  #countMissed() {
    const thread = this.#thread;
    if (thread && this.#lastSeq > 0 && !this.#place.atBottom) {
      const isMissed = (/** @type {import("../../protocol/types.js").MessageRow} */ row) =>
        row.seq > this.#lastSeq && row.sender === "customer";
      this.missed += [...thread.messages.values()].filter(isMissed).length;
    }
    this.#lastSeq = thread ? newestSeq(thread) : 0;
  }

  render() {
    const [thread, row] = [this.#thread, this.#row];
    if (!thread || !row) return this.#withoutThread();
    const entries = this.desk.outbox.of(this.conversationId);
    const items = timeline(lines(thread), entries, this.#unread.after);
    return html`<div
        class="log-scroller"
        role="log"
        aria-live="polite"
        aria-label=${t("thread.label", { name: customerName(row) })}
        aria-busy=${this.desk.threads.loadingOlder.has(row.id) ? "true" : "false"}
        tabindex="0"
        @scroll=${this.#scrolled}
        @click=${this.#markRead}
        @keydown=${this.#keydown}
        @show-message=${this.#show}
      >
        <div class="log-lines">
          ${this.#top(thread.has_more)}
          ${repeat(
            items,
            (item) => item.key,
            (item) => this.#line(item),
          )}
          ${this.#typing()}
        </div>
      </div>
      ${isSyncing(thread) ? html`<p class="log-sync" role="status">${icon("retry")}${t("thread.syncing")}</p>` : nothing}
      ${this.#pill()}`;
  }

  /** @param {Item} item */
  #line(item) {
    const row = this.#row;
    const isRead = item.type === "message" && (row?.customer_read_seq ?? 0) >= item.message.seq;
    const isLatest = item.type === "message" && item.message.seq === row?.customer_seq;
    return html`<thread-line .desk=${this.desk} .item=${item} .row=${row} .quoted=${this.#quoted(item)} .isRead=${isRead} .isLatest=${isLatest}></thread-line>`;
  }

  /** What the message answers, if that is here. @param {Item} item */
  #quoted(item) {
    const id = item.type === "message" && saidOf(item.message).quoted?.message_id;
    return (id && this.#thread?.messages.get(id)) || null;
  }

  /** Go to a message that is quoted. @param {CustomEvent<{message: import("../../protocol/types.js").MessageRow}>} event */
  #show({ detail: { message } }) {
    const line = this.querySelector(`[data-seq="${message.seq}"]`);
    if (!line) return;
    line.scrollIntoView({ block: "center" });
    line.classList.remove("message-found");
    requestAnimationFrame(() => line.classList.add("message-found"));
  }

  /** From one message's way back in time, or its quoting, to the next. @param {KeyboardEvent} event */
  #keydown(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const from = /** @type {HTMLElement} */ (event.target).closest(".then-button, .quote-button");
    if (!from || !step) return;
    const kind = from.matches(".quote-button") ? ".quote-button" : ".then-button";
    const all = /** @type {HTMLElement[]} */ ([...this.querySelectorAll(kind)]);
    event.preventDefault();
    all[all.indexOf(/** @type {HTMLElement} */ (from)) + step]?.focus();
  }

  /** @param {boolean} hasMore */
  #top(hasMore) {
    if (!hasMore) return html`<p class="log-begin">${t("thread.begin")}</p>`;
    const isLoading = this.desk.threads.loadingOlder.has(this.conversationId);
    return html`<button type="button" class="log-older" ?disabled=${isLoading} @click=${() => this.#loadOlder()}>
      ${t(isLoading ? "thread.loadingOlder" : "thread.older")}
    </button>`;
  }

  #withoutThread() {
    const failure = /** @type {{status?: number}|undefined} */ (
      this.desk.threads.failures.get(this.conversationId)
    );
    return failure ? failedLog(failure, () => void this.desk.threads.show(null)) : loadingLog();
  }

  #typing() {
    const typist = this.desk.soft.typing.get(this.conversationId);
    const row = this.#row;
    if (!typist || !row) return nothing;
    const name = typist.who === "customer" ? customerName(row) : typist.name;
    return html`<p class="typing" aria-live="off">
      <span class="typing-dots" aria-hidden="true"><i></i><i></i><i></i></span>
      <bdi>${t(`typing.${typist.who}`, { name })}</bdi>
    </p>`;
  }

  #pill() {
    if (this.#place.atBottom) return nothing;
    const text = this.missed > 0 ? t("thread.newMessages", { count: this.missed }) : "";
    return html`<button
      type="button"
      class=${this.missed > 0 ? "pill pill-new" : "pill"}
      aria-label=${text || t("thread.toNewest")}
      title=${t("thread.toNewest")}
      @click=${() => this.toBottom()}
    >
      ${icon("toBottom")}${text}
    </button>`;
  }

  updated() {
    const scroller = this.#scroller;
    if (!scroller) return;
    if (scroller.firstElementChild) this.#watch.observe(scroller.firstElementChild);
    this.#watch.observe(scroller);
    void this.#place.keep(
      this.#lowestSeq,
      /** @type {any} */ (this.querySelectorAll("thread-line")),
    );
    this.#markRead();
  }

  get #lowestSeq() {
    const messages = this.#thread?.messages.values() ?? [];
    return [...messages].reduce((seq, message) => Math.min(seq, message.seq), Infinity);
  }

  #resized() {
    this.#place.stick();
    this.#markRead();
  }

  /** The operator has written. */
  answered() {
    if (this.#row) this.#unread.clear(this.#row);
    this.toBottom();
  }

  toBottom() {
    this.#place.toBottom();
    this.missed = 0;
    this.requestUpdate();
    this.#markRead();
  }

  #scrolled() {
    const top = this.#scroller?.scrollTop ?? 0;
    if (this.#place.scrolled()) {
      if (this.#place.atBottom) this.missed = 0;
      this.requestUpdate();
    }
    if (top < OLDER_PX && !this.#place.atBottom) void this.#loadOlder();
  }

  async #loadOlder() {
    await this.desk.threads.loadOlder(this.conversationId);
  }

  /** Read is what is on the screen of somebody who looks at it. */
  #markRead() {
    if (this.#thread && this.#place.isSeen && document.hasFocus())
      this.desk.threads.markRead(this.conversationId);
  }
}

customElements.define("thread-log", ThreadLog);
