// @ts-check
/** One line of a thread: somebody's words, a note, or what the system says. */
import { classMap, html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { clock, dayName, moment } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { customerName } from "../names.js";
import { deliveryReason, reason } from "../problems.js";
import { routeHref } from "../router.js";
import { albumTotal, isMedia, isQuotable, saidOf } from "../said.js";
import { tick } from "../timeline.js";
import { attachments } from "./attachments.js";
import { icon } from "./icons.js";
import { avatar, customerAvatar, richText, time } from "./parts.js";
import { album, content, excerpt } from "./said-parts.js";
import { otherConversation, systemText } from "./system-text.js";

/**
 * @import { ConversationRow, MessageRow, NoteRow } from "../../protocol/types.js"
 * @import { DayItem, EntryItem, Item, MessageItem, SystemItem } from "../timeline.js"
 * @import { IconName } from "./icons.js"
 */

/** @type {Record<ReturnType<typeof tick>, IconName>} */
const TICKS = {
  sending: "clock",
  sent: "check",
  read: "checks",
  failed: "alert",
  unknown: "question",
};

class ThreadLine extends DeskElement {
  static properties = {
    item: { attribute: false, hasChanged: differs },
    row: { attribute: false, hasChanged: isSomebodyElse },
    quoted: { attribute: false },
    isRead: { type: Boolean },
    isLatest: { type: Boolean },
  };

  constructor() {
    super();
    /** @type {Item} */
    this.item = /** @type {any} */ (undefined);
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    /** @type {MessageRow|null} the message that this one answers, as it is now */
    this.quoted = null;
    /** Whether the customer has read it. */
    this.isRead = false;
    /** Whether it is the customer's newest: of all ways back in time, Tab stops at its. */
    this.isLatest = false;
  }

  get topics() {
    if (this.item.type === "day") return ["clock"];
    return this.item.type === "message" && this.item.message.sender === "customer" ? ["then"] : [];
  }

  render() {
    const { item } = this;
    switch (item.type) {
      case "day":
        return html`<div class="day"><span>${dayName(item.time, this.desk.now, locale())}</span></div>`;
      case "unread":
        return html`<div class="unread-line"><span>${t("thread.unread")}</span></div>`;
      case "note":
        return this.#note(item.note);
      case "system":
        return this.#system(item);
      case "entry":
        return this.#entry(item);
      default:
        return this.#message(item);
    }
  }

  /** @param {MessageItem} item */
  #message({ message, album: pictures, first, last }) {
    const isOurs = message.sender !== "customer";
    const classes = {
      message: true,
      [`message-${message.sender}`]: true,
      "message-ours": isOurs,
      "message-first": first,
      "message-last": last,
    };
    return html`<article class=${classMap(classes)} data-seq=${message.seq}>
      <div class="message-face">${last ? this.#face(message) : nothing}</div>
      <div class="message-body">
        ${first ? html`<p class="message-author"><bdi>${this.#author(message)}</bdi></p>` : nothing}
        ${isGone(message) ? html`<p class="message-gone">${t("message.removed")}</p>` : nothing}
        ${this.#quote(message)}
        ${isGone(message) ? nothing : this.#said(message, pictures)}
        ${message.data.expired_files ? html`<p class="message-gone">${t("message.expiredFiles", { count: Number(message.data.expired_files) })}</p>` : nothing}
        ${filesBelow(message)}
        ${last || isTrouble(message) ? this.#foot(message) : nothing}
      </div>
    </article>`;
  }

  /**
   * What is said, with what can be done about it beside.
   * @param {MessageRow} message
   * @param {MessageRow[]} pictures
   */
  #said(message, pictures) {
    const { kind } = saidOf(message);
    const isFiles = kind === "text" && !message.body;
    if (isFiles && message.attachments.length === 0) return nothing;
    const words = isFiles ? attachments(message.attachments) : content(message);
    const shown = pictures.length > 1 ? album(pictures, albumTotal(pictures)) : words;
    const quote = this.#quoteButton(message);
    const isOurs = message.sender !== "customer";
    if (kind === "unsent" || (isOurs && quote === nothing)) return shown;
    const isShown = this.desk.lookingBack.looked?.message.id === message.id;
    return html`<div class=${isShown ? "said said-then" : "said"}>
      <div class="said-words">${shown}</div>
      ${quote}${isOurs ? nothing : this.#thenButton(message)}
    </div>`;
  }

  /** The way back to the customer's time. @param {MessageRow} message */
  #thenButton(message) {
    const isShown = this.desk.lookingBack.looked?.message.id === message.id;
    const show = () =>
      this.dispatchEvent(new CustomEvent("show-then", { bubbles: true, detail: { message } }));
    return html`<button type="button" class="icon-button then-button" tabindex=${this.isLatest ? "0" : "-1"} aria-pressed=${isShown ? "true" : "false"} aria-label=${t("then.open")} title=${t("then.open")} @click=${show}>
      ${icon("history")}
    </button>`;
  }

  get #isElsewhere() {
    return this.desk.state.inboxes.get(this.row.inbox_id)?.kind === "line";
  }

  /** @param {MessageRow} message */
  #quoteButton(message) {
    if (!this.#isElsewhere || this.row.erased_at || !isQuotable(message)) return nothing;
    const quote = () =>
      this.dispatchEvent(new CustomEvent("quote-message", { bubbles: true, detail: { message } }));
    return html`<button type="button" class="icon-button quote-button" tabindex=${this.isLatest ? "0" : "-1"} aria-label=${t("quote.reply")} title=${t("quote.reply")} @click=${quote}>
      ${icon("reply")}
    </button>`;
  }

  /** @param {MessageRow} message */
  #quote(message) {
    const { quoted } = saidOf(message);
    if (!quoted) return nothing;
    const target = this.quoted;
    if (!target)
      return html`<p class="quote"><span class="quote-words">${t("quote.unknown")}</span></p>`;
    const show = () =>
      this.dispatchEvent(
        new CustomEvent("show-message", { bubbles: true, detail: { message: target } }),
      );
    return html`<button type="button" class="quote" aria-label=${t("quote.show")} title=${t("quote.show")} @click=${show}>
      <bdi class="quote-author">${this.#author(target)}</bdi><bdi class="quote-words">${excerpt(target)}</bdi>
    </button>`;
  }

  /** @param {MessageRow} message */
  #author(message) {
    if (message.sender === "customer")
      return saidOf(message).author?.name || customerName(this.row);
    return message.author_name || t(message.sender === "bot" ? "sender.bot" : "sender.system");
  }

  /** @param {MessageRow} message */
  #face(message) {
    if (message.sender === "bot")
      return html`<span class="avatar avatar-m avatar-bot">${icon("chat")}</span>`;
    if (message.sender === "customer") return this.#customerFace(message);
    const id = message.operator_id ?? message.id;
    return avatar({ id, name: this.#author(message), url: message.author_avatar });
  }

  /** In a group those who speak are told apart. @param {MessageRow} message */
  #customerFace(message) {
    const { author } = saidOf(message);
    if (!author) return customerAvatar(this.row, "m");
    return avatar({ id: author.name, name: author.name });
  }

  /** @param {MessageRow} message */
  #foot(message) {
    const at = time(message.created_at, clock(message.created_at, locale()));
    const edited = saidOf(message).is_edited ? html`<span>${t("said.edited")}</span>` : nothing;
    if (message.sender === "customer") return html`<p class="message-foot">${at}${edited}</p>`;
    const state = tick(message, this.isRead && !this.#isElsewhere);
    const why = deliveryReason(message.delivery?.reason ?? "");
    return html`<p class="message-foot tick-${state}">
      ${at}
      <span class="tick" title=${why || t(`tick.${state}`)}>
        ${icon(TICKS[state])}<span class=${state === "sent" ? "visually-hidden" : ""}>${t(`tick.${state}`)}</span>
      </span>
      ${state === "sending" && why ? html`<span class="tick-reason">${t("delivery.again", { reason: why })}</span>` : nothing}
      ${isTrouble(message) ? this.#trouble(message, why) : nothing}
    </p>`;
  }

  /** @param {MessageRow} message @param {string} why */
  #trouble(message, why) {
    const isUnknown = message.delivery?.state === "unknown";
    return html`<bdi class="tick-reason">${why}</bdi>
      ${isUnknown ? html`<span class="tick-reason">${t("delivery.mayTwice")}</span>` : nothing}
      <button type="button" class="text-button" @click=${() => this.desk.actions.retryDelivery(message.id)}>
        ${t(isUnknown ? "delivery.sendAgain" : "outbox.retry")}
      </button>`;
  }

  /** @param {NoteRow} note */
  #note(note) {
    return html`<article class="note">
      <header class="note-head">
        ${icon("lock")}<strong>${t("note.label")}</strong><bdi>${note.author_name}</bdi>
        <span class="note-hidden">${t("note.hidden")}</span>
        ${time(note.created_at, clock(note.created_at, locale()))}
      </header>
      <div class="note-body"><bdi>${richText(note.body)}</bdi></div>
    </article>`;
  }

  /** @param {SystemItem} item */
  #system(item) {
    const { created_at } = /** @type {MessageRow|NoteRow} */ (item.note ?? item.message);
    return html`<p class="system-line">
      <bdi>${systemText(item, (iso) => moment(iso, this.desk.now, locale()))}</bdi>
      ${this.#elsewhere(item.note)}
      ${time(created_at, clock(created_at, locale()))}
    </p>`;
  }

  /** The way to the conversation that goes on, or began, in another inbox. @param {NoteRow} [note] */
  #elsewhere(note) {
    const id = otherConversation(note);
    if (!id) return nothing;
    const back = this.desk.route.from === id ? null : (this.desk.route.from ?? this.row.id);
    const href = routeHref({ ...this.desk.route, conversation_id: id, from: back });
    return html`<a class="system-link" href=${href}>${t(`system.${note?.data.code}.open`)}</a>`;
  }

  /** @param {EntryItem} item */
  #entry({ entry }) {
    const isNote = entry.mode === "note";
    const { me } = this.desk;
    const told = isNote || !entry.data ? null : asMessage(entry);
    const words = html`${told ? content(told) : entry.body ? html`<div class=${isNote ? "note-body" : "bubble"}><bdi>${richText(entry.body)}</bdi></div>` : nothing}
      ${attachments(entry.attachments)}${this.#entryFoot({ type: "entry", key: "", entry })}`;
    if (isNote) {
      return html`<article class="note note-unsent">
        <header class="note-head">${icon("lock")}<strong>${t("note.label")}</strong><bdi>${me.name}</bdi></header>
        ${words}
      </article>`;
    }
    return html`<article class="message message-operator message-ours message-first message-last message-unsent">
      <div class="message-face">${avatar({ id: me.id, name: me.name, url: me.avatar })}</div>
      <div class="message-body">${words}</div>
    </article>`;
  }

  /** @param {EntryItem} item */
  #entryFoot({ entry }) {
    const { state, problem, client_id } = entry;
    const isBad = state === "failed" || state === "old" || state === "unconfirmed";
    const canRetry = state !== "sending";
    return html`<p class=${classMap({ "message-foot": true, "tick-failed": isBad })} role="status">
      <span class="tick">${icon(isBad ? "alert" : "clock")}<span>${t(`outbox.${state}`)}</span></span>
      ${problem ? html`<bdi class="tick-reason">${reason(problem)}</bdi>` : nothing}
      ${canRetry ? html`<button type="button" class="text-button" @click=${() => this.desk.outbox.retry(client_id)}>${t("outbox.retry")}</button>` : nothing}
      ${isBad ? html`<button type="button" class="text-button" @click=${() => this.desk.outbox.remove(client_id)}>${t("outbox.discard")}</button>` : nothing}
    </p>`;
  }
}

/**
 * Nobody sends nothing: it was erased, or has been kept long enough.
 * @param {MessageRow} message
 */
const isGone = ({ body, attachments, data }) =>
  !body && !attachments.length && !data.expired_files && saidOf({ data }).kind === "text";

/** What waits to be sent, for what draws messages. @param {import("../outbox.js").Entry} entry */
function asMessage({ body, data = {}, attachments: files }) {
  return /** @type {MessageRow} */ ({ body, data, attachments: files });
}

/** Files that go with words; those that are all there is stand in their place. @param {MessageRow} message */
function filesBelow(message) {
  return isMedia(message) || !message.body ? nothing : attachments(message.attachments);
}

/** Whether it must be told even amid a group. @param {MessageRow} message */
function isTrouble({ delivery }) {
  return delivery?.state === "failed" || delivery?.state === "unknown";
}

/**
 * Items are made anew for every drawing; what they hold says whether they differ.
 * @param {any} now
 * @param {any} before
 */
function differs(now, before) {
  if (!before) return true;
  return Object.keys(now).some((name) => !isSame(now[name], before[name]));
}

/**
 * @param {unknown} now
 * @param {unknown} before
 */
function isSame(now, before) {
  if (!Array.isArray(now) || !Array.isArray(before)) return now === before;
  return now.length === before.length && now.every((each, index) => each === before[index]);
}

/**
 * Of the conversation's row only the customer's name is shown here.
 * @param {ConversationRow|undefined} now
 * @param {ConversationRow|undefined} before
 */
function isSomebodyElse(now, before) {
  return now?.name !== before?.name || now?.customer_id !== before?.customer_id;
}

customElements.define("thread-line", ThreadLine);
