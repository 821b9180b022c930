// @ts-check
/** The middle: header, thread and composer of the open conversation. */
import { html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { routeHref } from "../router.js";
import { icon } from "./icons.js";
import { key } from "./parts.js";
import "./message-composer.js";
import "./thread-header.js";
import "./thread-headline.js";
import "./thread-log.js";

/** @import { ConversationRow } from "../../protocol/types.js" */

class ConversationView extends DeskElement {
  get topics() {
    return ["route", `thread:${this.desk.route.conversation_id}`];
  }

  render() {
    const id = this.desk.route.conversation_id;
    if (!id) return this.#nothingOpen();
    const row = this.desk.state.conversations.get(id);
    return html`${row ? html`<thread-header .desk=${this.desk} .row=${row}></thread-header>` : this.#headerOfNone()}
      ${this.desk.route.from && row ? this.#reading() : nothing}
      ${row ? html`<thread-headline .desk=${this.desk} .row=${row}></thread-headline>` : nothing}
      <thread-log .desk=${this.desk} .conversationId=${id} @quote-message=${this.#quote}></thread-log>
      ${this.#composer(row)}`;
  }

  #nothingOpen() {
    const [next, previous, open] = ["J", "K", "Enter"];
    return html`<div class="empty empty-wide">
      <span class="empty-icon">${icon("chat")}</span>
      <p class="empty-title">${t("thread.none")}</p>
      <p class="empty-hint">${parted(t("thread.none.hint"), { next, previous, open })}</p>
    </div>`;
  }

  #headerOfNone() {
    return html`<header class="thread-head-empty">
      <a
        class="icon-button only-narrow"
        href=${routeHref({ ...this.desk.route, conversation_id: null, from: null })}
        aria-label=${t("thread.back")}
        >${icon("back")}</a
      >
    </header>`;
  }

  #reading() {
    const back = routeHref({
      ...this.desk.route,
      conversation_id: this.desk.route.from,
      from: null,
    });
    return html`<p class="reading">
      ${icon("history")}<span>${t("thread.reading")}</span><a href=${back}>${t("thread.return")}</a>
    </p>`;
  }

  /** @param {ConversationRow|undefined} row */
  #composer(row) {
    if (!row || !this.desk.state.threads.has(row.id)) return nothing;
    return html`<message-composer .desk=${this.desk} .row=${row} @sent=${this.#sent}></message-composer>`;
  }

  /** @param {CustomEvent<{message: import("../../protocol/types.js").MessageRow}>} event */
  #quote({ detail: { message } }) {
    /** @type {any} */ (this.querySelector("message-composer"))?.quote(message.id);
  }

  #sent() {
    /** @type {any} */ (this.querySelector("thread-log"))?.answered();
  }
}

/**
 * A text whose placeholders are keys of the keyboard.
 * @param {string} text
 * @param {Record<string, string>} keys
 */
function parted(text, keys) {
  return text.split(/\{(\w+)\}/).map((part, index) => (index % 2 ? key(keys[part]) : part));
}

customElements.define("conversation-view", ConversationView);
