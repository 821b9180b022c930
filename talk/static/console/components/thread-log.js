// @ts-check
/** The lines of one conversation: stays at the bottom while the operator is there, never jumps. */
import { html, nothing, repeat } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { customerName } from "../names.js";
import { isSyncing, lines } from "../thread.js";
import { timeline } from "../timeline.js";
import { UnreadMark } from "../unread.js";
import { icon } from "./icons.js";
import { failedLog, loadingLog } from "./log-states.js";
import "./thread-line.js";

/** @import { Item } from "../timeline.js" */

const NEAR_PX = 80;
const OLDER_PX = 300;

class ThreadLog extends DeskElement {
  static properties = { conversationId: { attribute: false }, missed: { state: true } };

  constructor() {
    super();
    this.conversationId = "";
    /** Messages that came while the operator was further up. */
    this.missed = 0;
  }

  #atBottom = true;
  #unread = new UnreadMark();
  #lastSeq = 0;
  /** The oldest message that is shown. */
  #lowest = Infinity;
  #box = "";
  #before = { height: 0, top: 0 };
  #watch = new ResizeObserver(() => this.#stick());
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
    if (this.#thread && this.#row) this.#unread.follow(this.#row, this.#isVisible);
    const scroller = this.#scroller;
    if (scroller) this.#before = { height: scroller.scrollHeight, top: scroller.scrollTop };
    this.#countMissed();
  }

  #begin() {
    this.#atBottom = true;
    this.#unread.reset();
    this.#lastSeq = 0;
    this.#lowest = Infinity;
    this.missed = 0;
  }

  #countMissed() {
    const messages = [...(this.#thread?.messages.values() ?? [])];
    const newest = messages.reduce((seq, message) => Math.max(seq, message.seq), 0);
    if (this.#lastSeq > 0 && !this.#atBottom) {
      const fresh = messages.filter((row) => row.seq > this.#lastSeq && row.sender === "customer");
      this.missed += fresh.length;
    }
    this.#lastSeq = newest;
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
    return html`<thread-line .desk=${this.desk} .item=${item} .row=${row} .isRead=${isRead}></thread-line>`;
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
    if (this.#atBottom) return nothing;
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
    void this.#keepPlace(scroller, this.#before);
    this.#markRead();
  }

  /**
   * Older lines came above: what the operator looks at stays where it is. The lines draw themselves
   * a moment later, still before the next frame.
   * @param {HTMLElement} scroller
   * @param {{height: number, top: number}} before
   */
  async #keepPlace(scroller, before) {
    const lowest = this.#lowestSeq;
    const cameAbove = lowest < this.#lowest && this.#lowest !== Infinity && !this.#atBottom;
    this.#lowest = lowest;
    if (!cameAbove) return this.#stick();
    const drawn = /** @type {Iterable<any>} */ (this.querySelectorAll("thread-line"));
    await Promise.all([...drawn].map((line) => line.updateComplete));
    scroller.scrollTop = before.top + (scroller.scrollHeight - before.height);
  }

  get #lowestSeq() {
    const messages = this.#thread?.messages.values() ?? [];
    return [...messages].reduce((seq, message) => Math.min(seq, message.seq), Infinity);
  }

  #stick() {
    if (this.#atBottom) this.#jump();
  }

  #jump() {
    const scroller = this.#scroller;
    if (!scroller) return;
    scroller.scrollTop = scroller.scrollHeight;
    this.#box = `${scroller.scrollHeight} ${scroller.clientHeight}`;
  }

  /** The operator has written. */
  answered() {
    if (this.#row) this.#unread.clear(this.#row);
    this.toBottom();
  }

  toBottom() {
    this.#atBottom = true;
    this.missed = 0;
    this.#jump();
    this.requestUpdate();
    this.#markRead();
  }

  #scrolled() {
    const scroller = this.#scroller;
    if (!scroller) return;
    const { scrollTop: top, scrollHeight, clientHeight } = scroller;
    const wasAtBottom = this.#atBottom;
    // Lines and the composer that grow or shrink move the thread too; only the operator leaves it.
    const box = `${scrollHeight} ${clientHeight}`;
    const isSameBox = this.#box === box;
    this.#box = box;
    const isNear = scrollHeight - top - clientHeight < NEAR_PX;
    this.#atBottom = isNear || (wasAtBottom && !isSameBox);
    if (this.#atBottom && !isNear) this.#jump();
    if (this.#atBottom !== wasAtBottom) {
      if (this.#atBottom) this.missed = 0;
      this.requestUpdate();
    }
    if (top < OLDER_PX && !this.#atBottom) void this.#loadOlder();
  }

  async #loadOlder() {
    await this.desk.threads.loadOlder(this.conversationId);
  }

  get #isVisible() {
    return this.#atBottom && !document.hidden;
  }

  /** Read is what is on the screen of somebody who looks at it. */
  #markRead() {
    if (this.#thread && this.#isVisible && document.hasFocus())
      this.desk.threads.markRead(this.conversationId);
  }
}

customElements.define("thread-log", ThreadLog);
